import type { PublishedConfiguration } from './published-configurations.js';

const daemons = `tlsmgr unix - - n 1000? 1 tlsmgr
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
`;
const certificate = `smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/ssl/mail/chain.pem
smtpd_tls_key_file = /etc/ssl/mail/key.pem
`;
const pem = { '/etc/ssl/mail/chain.pem': 'chain', '/etc/ssl/mail/key.pem': 'key' } as const;

/** Gateways and relays whose restrictions look dangerous and are not, rebuilt by hand from what is published of them. */
export const publishedGateways: readonly PublishedConfiguration[] = [
  {
    name: 'a gateway that checks tables first, as a German handbook has it',
    version: '3.4.14',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = localhost
${certificate}relay_domains = hash:/etc/postfix/relay_domains
smtpd_recipient_restrictions =
  # users of every domain must be reachable
  check_recipient_access hash:/etc/postfix/access_rfc
  check_client_access cidr:/etc/postfix/access_client,
  check_sender_access hash:/etc/postfix/access_sender,
  reject_non_fqdn_sender,
  #reject_unknown_sender_domain,
  permit_sasl_authenticated,
  permit_mynetworks,
  reject_unverified_recipient,
  reject_unauth_destination,
  permit
`,
    master: `smtp inet n - n - - smtpd\n${daemons}`,
    pem,
    files: { '/etc/postfix/access_rfc': 'postmaster@ OK\nabuse@ OK\n', '/etc/postfix/access_sender': 'a.example OK\n' },
    reported: ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
  },
  {
    name: 'a gateway with a port for the hosts inside, and a filter on loopback',
    version: '3.7.11',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = localhost, $myhostname
mynetworks = 127.0.0.0/8, 192.168.1.0/24
relay_domains = hash:/etc/gateway/domains
relay_transport = smtp:192.168.1.5:25
${certificate}smtpd_sender_restrictions = permit_mynetworks, reject_non_fqdn_sender, check_client_access cidr:/etc/gateway/clients
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_recipient_access regexp:/etc/gateway/recipients
`,
    master: `26 inet n - n - 100 smtpd
  -o smtpd_recipient_restrictions=permit_mynetworks,reject_unauth_destination
  -o smtpd_client_restrictions=
25 inet n - n - 1 postscreen
smtpd pass - - n - 100 smtpd
  -o mynetworks=127.0.0.0/8,192.168.1.4
127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o mynetworks=127.0.0.0/8
  -o smtpd_tls_security_level=none
${daemons}`,
    pem,
    files: { '/etc/gateway/clients': '192.0.2.7 OK\n', '/etc/gateway/recipients': '/^postmaster@/ OK\n' },
    reported: ['S02 info smtpd_sasl_auth_enable @ 26/inet, smtpd/pass'],
  },
  {
    name: 'a relay inside a network, by port 587 too, without AUTH',
    version: '3.10.4',
    main: `compatibility_level = 3.10
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.0/8 10.0.0.0/8
relayhost = [smtp.example.com]:587
smtp_tls_security_level = encrypt
smtp_tls_CApath = /etc/ssl/certs
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
${certificate}`,
    master: `smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n${daemons}`,
    pem,
    reported: ['S02 info smtpd_sasl_auth_enable @ all'],
  },
  {
    name: 'a backup server for domains elsewhere',
    version: '3.5.25',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = $myhostname, localhost
mynetworks = 127.0.0.0/8
relay_domains = example.com, example.net
relay_recipient_maps =
permit_mx_backup_networks = 203.0.113.0/24
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = permit_mynetworks, permit_mx_backup, reject_unauth_destination, reject_rbl_client zen.example.org
${certificate}smtp_tls_security_level = may
`,
    master: `smtp inet n - n - - smtpd\n${daemons}`,
    pem,
    reported: ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
  },
];
