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
