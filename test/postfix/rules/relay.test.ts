import { bundle, bundlePath, type Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const main = (name: string, value: string | undefined): Change => ({ main: { [name]: value } });
const legacy = { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: bundlePath };

describeRules('relaying', [
  [
    'no protection',
    { main: { smtpd_relay_restrictions: '', smtpd_recipient_restrictions: 'permit_sasl_authenticated' } },
    ['R01 error smtpd_relay_restrictions @ all'],
  ],
  [
    'no protection before 2.10',
    {
      version: '2.9.6',
      main: {
        ...legacy,
        mynetworks_style: 'host',
        relay_domains: '',
        smtpd_relay_restrictions: undefined,
        smtpd_recipient_restrictions: 'permit_sasl_authenticated',
      },
    },
    ['R01 error smtpd_recipient_restrictions @ all'],
    'smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  ],
  [
    'no protection at a compatibility level of old',
    {
      main: {
        compatibility_level: '0',
        smtpd_relay_restrictions: undefined,
        relay_domains: '',
        mynetworks_style: 'host',
      },
    },
    ['R01 error smtpd_relay_restrictions @ all'],
  ],
  [
    'protection that only warns',
    main('smtpd_relay_restrictions', 'permit_sasl_authenticated, warn_if_reject reject_unauth_destination'),
    ['R01 error smtpd_relay_restrictions @ all'],
  ],
  [
    'protection by a class',
    {
      main: {
        smtpd_restriction_classes: 'ours',
        ours: 'permit_sasl_authenticated, reject_unauth_destination',
        smtpd_relay_restrictions: 'permit_mynetworks, ours',
      },
    },
    [],
  ],
  [
    'protection by a class that only warns',
    {
      main: {
        smtpd_restriction_classes: 'ours',
        ours: 'permit_sasl_authenticated, reject_unauth_destination',
        smtpd_relay_restrictions: 'permit_mynetworks, warn_if_reject ours',
      },
    },
    ['R01 error smtpd_relay_restrictions @ all'],
  ],
  [
    'everybody',
    main('smtpd_relay_restrictions', 'permit_sasl_authenticated, permit, reject_unauth_destination'),
    ['R01 error smtpd_relay_restrictions @ all', 'R02 error smtpd_relay_restrictions @ all'],
  ],
  [
    'everybody, but the other list is tight',
    {
      main: {
        smtpd_relay_restrictions: 'permit_sasl_authenticated, permit',
        smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
      },
    },
    [],
  ],
  [
    'any sender at example.com',
    main(
      'smtpd_relay_restrictions',
      'permit_sasl_authenticated, check_sender_access inline:{ {example.com = OK} }, reject_unauth_destination',
    ),
    ['R02 error smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination, check_sender_access inline:{ {example.com = OK} }',
  ],
  [
    'backup for any domain that names this server',
    main('smtpd_relay_restrictions', 'permit_sasl_authenticated, permit_mx_backup, reject_unauth_destination'),
    ['R02 error smtpd_relay_restrictions @ all'],
  ],
  [
    'users turned away',
    main('smtpd_relay_restrictions', 'permit_mynetworks, reject_unauth_destination'),
    ['R03 error smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  ],
  [
    'users turned away by another list',
    main('smtpd_client_restrictions', 'permit_mynetworks, reject'),
    ['R03 error smtpd_client_restrictions @ all'],
  ],
  [
    'everybody is at home',
    main('mynetworks', '127.0.0.0/8 0.0.0.0/0'),
    ['R04 error mynetworks @ all'],
    'mynetworks = 127.0.0.0/8',
  ],
  [
    'a network without all octets',
    main('mynetworks', '127/8 [::1]/128 !10.0.0.1/24'),
    ['R10 error mynetworks @ all'],
    'mynetworks = 127.0.0.0/8 [::1]/128 !10.0.0.0/24',
  ],
  [
    'an IPv6 address without brackets',
    main('mynetworks', '127.0.0.0/8 ::1/128'),
    ['R10 error mynetworks @ all'],
    'mynetworks = 127.0.0.0/8 [::1]/128',
  ],
  // Completed, this entry would make an open relay.
  [
    'all addresses, in a form that Postfix refuses',
    main('mynetworks', '127.0.0.0/8 0/0'),
    ['R10 error mynetworks @ all'],
    '',
  ],
  ['a prefix length that is too long', main('mynetworks', '127.0.0.0/8 [::1]/129'), ['R10 error mynetworks @ all'], ''],
  [
    'a network without all octets, in a file',
    { main: { mynetworks: '/n' }, bundle: { [bundlePath]: bundle, '/n': '127/8\n' } },
    ['R10 error mynetworks @ all'],
    '',
  ],
  ['everybody is at home, IPv6', main('mynetworks', '127.0.0.0/8 [::]/0'), ['R04 error mynetworks @ all']],
  [
    'a public network',
    main('mynetworks', '203.0.0.0/8'),
    ['R04 error mynetworks @ all'],
    'mynetworks = 127.0.0.0/8 [::1]/128',
  ],
  [
    'a network from a file',
    {
      main: { mynetworks: '/etc/postfix/networks' },
      bundle: { [bundlePath]: bundle, '/etc/postfix/networks': '# ours\n0.0.0.0/1\n' },
    },
    ['R04 error mynetworks @ all'],
  ],
  ['private networks', main('mynetworks', '127.0.0.0/8 10.0.0.0/8 192.168.0.0/16 [fd00::]/8 198.51.100.0/24'), []],
  ['a network of containers', main('mynetworks', '127.0.0.0/8 172.17.0.0/16'), ['R04 info mynetworks @ all']],
  [
    'the class of a public address',
    { main: { mynetworks: undefined, mynetworks_style: 'class', inet_interfaces: '203.0.113.5' } },
    ['R04 error mynetworks_style @ all'],
    'mynetworks_style = host',
  ],
  [
    'the subnet of loopback',
    { main: { mynetworks: undefined, mynetworks_style: 'subnet', inet_interfaces: 'loopback-only' } },
    ['R04 info mynetworks_style @ all'],
  ],
  [
    'routes in addresses',
    main('allow_untrusted_routing', 'yes'),
    ['R05 error allow_untrusted_routing @ all'],
    'allow_untrusted_routing = no',
  ],
  [
    'hosts below',
    main('relay_domains', '$mydestination, example.org'),
    ['R05 info relay_domains @ all'],
    'relay_domains = example.org',
  ],
  ['hosts below, by default of old', { version: '2.11.0', main: { ...legacy, mynetworks_style: 'host' } }, []],
  ['a whole top level', main('relay_domains', 'com'), ['R05 error relay_domains @ all']],
  ['domains that are relayed on purpose', main('relay_domains', 'example.org'), []],
  [
    'unknown users',
    main('local_recipient_maps', ''),
    ['R06 warning local_recipient_maps @ all'],
    'local_recipient_maps = proxy:unix:passwd.byname $alias_maps',
  ],
  [
    'a soft refusal',
    main('smtpd_relay_restrictions', 'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination'),
    ['R07 info smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  ],
]);

const service = (line: string): Change => ({ master: (sound) => `${sound}${line}\n` });
const relayList = (value: string) => main('smtpd_relay_restrictions', value);

describeRules('users who have logged in', [
  [
    'are permitted too late',
    relayList('permit_mynetworks, reject_unauth_destination, permit_sasl_authenticated'),
    ['R03 error smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  ],
  [
    'are not permitted, nor is a network',
    relayList('reject_unauth_destination'),
    ['R03 error smtpd_relay_restrictions @ all'],
    'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination',
  ],
  ['are permitted as all clients are', main('smtpd_client_restrictions', 'permit, reject'), []],
  ['are refused with a warning alone', main('smtpd_client_restrictions', 'warn_if_reject reject'), []],
  ['are refused by another rule', main('smtpd_client_restrictions', 'reject_unauth_destination'), []],
  [
    'are refused after MAIL',
    main('smtpd_sender_restrictions', 'reject'),
    ['R03 error smtpd_sender_restrictions @ all'],
    'smtpd_sender_restrictions = permit_sasl_authenticated, reject',
  ],
  [
    'are refused after HELO',
    main('smtpd_helo_restrictions', 'permit_mynetworks, check_helo_access hash:/a, defer'),
    ['R03 error smtpd_helo_restrictions @ all'],
    'smtpd_helo_restrictions = permit_mynetworks, permit_sasl_authenticated, check_helo_access hash:/a, defer',
  ],
  [
    'are refused on port 25, and have another port',
    { overrides: 'smtp/inet/smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n' },
    ['R03 info smtpd_relay_restrictions @ smtp/inet'],
  ],
  [
    'are refused on their port as everyone outside is',
    { overrides: 'submission/inet/smtpd_client_restrictions = permit_mynetworks, reject\n' },
    ['M04 info submission', 'R03 info smtpd_client_restrictions @ submission/inet'],
  ],
  [
    'are refused on a port for the own hosts',
    service('2525 inet n - n - - smtpd -o smtpd_client_restrictions=permit_mynetworks,reject'),
    [],
  ],
  [
    'come through a proxy',
    {
      main: {
        smtpd_upstream_proxy_protocol: 'haproxy',
        smtpd_tls_security_level: 'none',
        smtpd_relay_restrictions: 'reject',
      },
      master: 'smtp inet n - n - - smtpd\n',
    },
    ['T01 info smtpd_tls_security_level @ smtp/inet'],
  ],
]);

describeRules('refusals for a while', [
  [
    'in the list for recipients, if that for relaying is empty',
    {
      main: {
        smtpd_relay_restrictions: '',
        smtpd_recipient_restrictions:
          'permit_sasl_authenticated, warn_if_reject reject_x, check_x y, defer_unauth_destination, reject',
      },
    },
    ['R07 info smtpd_recipient_restrictions @ all'],
    'smtpd_recipient_restrictions = permit_sasl_authenticated, warn_if_reject reject_x, check_x y, reject_unauth_destination, reject',
  ],
  [
    'that only warn',
    relayList('permit_sasl_authenticated, warn_if_reject defer_unauth_destination, reject_unauth_destination'),
    [],
  ],
  ['behind a refusal', relayList('permit_sasl_authenticated, reject_unauth_destination, defer_unauth_destination'), []],
  ['of everything', relayList('permit_sasl_authenticated, defer'), []],
]);

const container = { [bundlePath]: bundle, '/run/.containerenv': '' };
const styled = (style: string, more: Change['main'] = {}): Change => ({
  main: { mynetworks: undefined, mynetworks_style: style, ...more },
});
describeRules('networks', [
  ['of Podman', main('mynetworks', '10.88.0.0/16'), ['R04 info mynetworks @ all']],
  ['of libvirt', main('mynetworks', '192.168.122.0/24'), ['R04 info mynetworks @ all']],
  ['of QEMU', main('mynetworks', '10.0.2.0/24'), ['R04 info mynetworks @ all']],
  [
    'every gateway alone',
    main('mynetworks', '172.17.0.1 10.88.0.1 192.168.122.1 10.0.2.2'),
    ['R04 info mynetworks @ all'],
  ],
  ['hosts beside them', main('mynetworks', '172.17.0.2 10.88.0.2 192.168.122.2 10.0.2.1'), []],
  ['a gateway alone', main('mynetworks', '172.17.0.1'), ['R04 info mynetworks @ all']],
  ['another host beside it', main('mynetworks', '172.17.0.2'), []],
  ['more than one of containers', main('mynetworks', '172.16.0.0/15'), []],
  ['two of containers', main('mynetworks', '172.17.0.0/16 10.1.0.0/16, 10.88.0.0/16'), ['R04 info mynetworks @ all']],
  [
    'of IPv6 in a container',
    { ...main('mynetworks', '[fd00::]/8'), bundle: container },
    ['R04 warning mynetworks @ all'],
  ],
  [
    'the whole private range in a container',
    { ...main('mynetworks', '172.16.0.0/12'), bundle: container },
    ['R04 warning mynetworks @ all'],
  ],
  ['a link in a container', { ...main('mynetworks', '169.254.0.0/16 192.168.1.1/32'), bundle: container }, []],
  [
    'two that are too wide',
    main('mynetworks', '11.0.0.0/8, 127.0.0.1, 12.0.0.0/8, !12.1.0.0/16'),
    ['R04 error mynetworks @ all'],
    'mynetworks = 127.0.0.1 !12.1.0.0/16',
  ],
  [
    'from a file, of which one is too wide',
    {
      main: { mynetworks: '127.0.0.1, /n' },
      bundle: { [bundlePath]: bundle, '/n': '  # 0.0.0.0/0\n10.0.0.0/8 11.0.0.0/8\n' },
    },
    ['R04 error mynetworks @ all'],
    '',
  ],
  ['the class, of an unknown address', styled('class'), ['R04 warning mynetworks_style @ all']],
  [
    'the class, of loopback',
    styled('CLASS', { inet_interfaces: 'loopback-only' }),
    ['R04 info mynetworks_style @ all'],
  ],
  [
    'the subnet of a public address',
    styled('subnet', { inet_interfaces: '203.0.113.5' }),
    ['R04 error mynetworks_style @ all'],
    'mynetworks_style = host',
  ],
  [
    'the subnet by default, with what it is here',
    {
      main: {
        mynetworks: undefined,
        mynetworks_style: undefined,
        compatibility_level: '0',
        relay_domains: '',
        smtpd_tls_fingerprint_digest: 'sha256',
      },
      master: (sound) => sound.replaceAll('n       -       n ', 'n - n '),
      more: { defaults: 'mynetworks = 127.0.0.0/8 203.0.113.0/24\n' },
    },
    ['R04 warning mynetworks_style @ all'],
  ],
  [
    'the subnet by default, of a private network',
    {
      main: { mynetworks: undefined, mynetworks_style: undefined, compatibility_level: '0', relay_domains: '' },
      more: { defaults: 'mynetworks = 127.0.0.0/8 10.1.2.0/24\n' },
    },
    [],
  ],
]);

const relayDomains = (value: string, more: Change['main'] = {}): Change => ({
  main: { relay_domains: value, ...more },
});
describeRules('domains to which strangers may send', [
  [
    'every one',
    relayDomains('example.org, static:all'),
    ['R05 error relay_domains @ all'],
    'relay_domains = example.org',
  ],
  [
    'a top level with a dot',
    relayDomains('.org', { parent_domain_matches_subdomains: '' }),
    ['R05 error relay_domains @ all'],
  ],
  ['a top level that has no hosts below', relayDomains('org', { parent_domain_matches_subdomains: '' }), []],
  ['a top level that is local', relayDomains('corp', { mydestination: 'Corp' }), []],
  ['names of home networks', relayDomains('localhost, localdomain, local, lan, home, internal'), []],
  ['a letter', relayDomains('x'), []],
  ['capitals', relayDomains('ORG'), ['R05 error relay_domains @ all'], 'relay_domains ='],
  ['a local one, and none below it', relayDomains('$mydestination', { parent_domain_matches_subdomains: '' }), []],
  ['a table', relayDomains('hash:/etc/postfix/relay'), []],
]);

const unknown = (more: Change['main']): Change => ({ main: { local_recipient_maps: '', ...more } });
const accepted = ['R06 warning local_recipient_maps @ all'];
const soundFix = 'local_recipient_maps = proxy:unix:passwd.byname $alias_maps';
describeRules('mail to users who do not exist', [
  ['of no domain', unknown({ mydestination: '' }), []],
  ['of this host alone', unknown({ mydestination: 'localhost, localhost.example.com' }), []],
  ['of a name like it', unknown({ mydestination: 'localhosts' }), accepted, soundFix],
  [
    'of the virtual transport',
    unknown({ local_transport: 'virtual', virtual_mailbox_maps: 'hash:/v' }),
    accepted,
    'local_recipient_maps = $virtual_mailbox_maps',
  ],
  ['of the virtual transport, without its table', unknown({ local_transport: 'virtual' }), accepted, ''],
  ['of another program', unknown({ mailbox_transport: 'lmtp:unix:a' }), accepted, ''],
  ['of another program, for some', unknown({ fallback_transport: 'lmtp:unix:a' }), accepted, ''],
  ['of another program, by a table', unknown({ mailbox_transport_maps: 'hash:/t' }), accepted, ''],
  [
    'with a warning alone',
    unknown({
      smtpd_recipient_restrictions:
        'permit_sasl_authenticated, reject_unauth_destination, warn_if_reject reject_unverified_recipient',
    }),
    accepted,
  ],
  [
    'that are verified when they relay',
    unknown({
      smtpd_relay_restrictions: 'permit_sasl_authenticated, reject_unauth_destination, reject_unverified_recipient',
    }),
    [],
  ],
  ['that are verified at the end', unknown({ smtpd_data_restrictions: 'reject_unverified_recipient' }), []],
]);
