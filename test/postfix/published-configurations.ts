/** A configuration as a project or distribution installs it, rebuilt by hand from what it documents. */
export interface PublishedConfiguration {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly master: string;
  /** Certificate and key in one file, or apart. */
  readonly pem: Readonly<Record<string, 'bundle' | 'key' | 'chain'>>;
  /** Mode and owner of the key, if they are not 0600 root:root. */
  readonly keyMode?: readonly [mode: number, owner: string];
  /** Tables and other files. */
  readonly files?: Readonly<Record<string, string>>;
  readonly saslTypes?: string;
  /** What is reported as information, or a warning: it is so. */
  readonly reported?: readonly string[];
}

const amavis = `127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o local_recipient_maps=
  -o relay_recipient_maps=
  -o smtpd_restriction_classes=
  -o smtpd_delay_reject=no
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_helo_restrictions=
  -o smtpd_sender_restrictions=
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_data_restrictions=reject_unauth_pipelining
  -o mynetworks=127.0.0.0/8
  -o smtpd_tls_security_level=none
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
`;
const daemons = `tlsmgr unix - - n 1000? 1 tlsmgr
smtp unix - - n - - smtp
relay unix - - n - - smtp -o syslog_name=postfix/$service_name
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
`;
const postscreen = `smtp inet n - n - 1 postscreen
smtpd pass - - n - - smtpd
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
`;

export const publishedConfigurations: readonly PublishedConfiguration[] = [
  {
    name: 'docker-mailserver',
    version: '3.5.25',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = localhost.$mydomain, localhost
mynetworks = 127.0.0.0/8 [::1]/128 [fe80::]/64
inet_interfaces = all
smtpd_tls_cert_file = /etc/dms/tls/cert
smtpd_tls_key_file = /etc/dms/tls/key
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_exclude_ciphers = aNULL, SEED, CAMELLIA, RSA+AES, SHA1
smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_mandatory_ciphers = high
tls_high_cipherlist = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256
tls_preempt_cipherlist = yes
smtp_tls_security_level = may
smtp_tls_CApath = /etc/ssl/certs
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = /dev/shm/sasl-auth.sock
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain = $mydomain
broken_sasl_auth_clients = yes
dms_smtpd_sender_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unknown_sender_domain
mua_sender_restrictions = reject_authenticated_sender_login_mismatch, $dms_smtpd_sender_restrictions
smtpd_sender_restrictions = $dms_smtpd_sender_restrictions
smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname, permit
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated reject_unauth_destination
smtpd_recipient_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination, check_policy_service unix:private/policyd-spf, reject_unauth_pipelining, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname, reject_unknown_recipient_domain
smtpd_client_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_pipelining
postscreen_dnsbl_action = enforce
postscreen_greet_action = enforce
postscreen_bare_newline_action = enforce
virtual_mailbox_domains = /etc/postfix/vhost
virtual_transport = lmtp:unix:/var/run/dovecot/lmtp
content_filter = smtp-amavis:[127.0.0.1]:10024
`,
    master: `${postscreen}submission inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_reject_unlisted_recipient=no
  -o smtpd_sasl_authenticated_header=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_sender_restrictions=$mua_sender_restrictions
  -o cleanup_service_name=sender-cleanup
submissions inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
${daemons}smtp-amavis unix - - n - 2 smtp -o smtp_data_done_timeout=1200
${amavis}`,
    pem: { '/etc/dms/tls/cert': 'chain', '/etc/dms/tls/key': 'key' },
    files: { '/.dockerenv': '' },
  },
  {
    name: 'Mail-in-a-Box',
    version: '3.6.4',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = localhost
inet_interfaces = all
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = /home/user-data/ssl/ssl_certificate.pem
smtpd_tls_key_file = /home/user-data/ssl/ssl_private_key.pem
smtpd_tls_dh1024_param_file = /home/user-data/ssl/dh2048.pem
smtpd_tls_protocols = !SSLv2,!SSLv3
smtpd_tls_ciphers = medium
smtpd_tls_exclude_ciphers = aNULL,RC4
smtpd_tls_received_header = yes
smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_mandatory_ciphers = high
smtpd_tls_mandatory_exclude_ciphers = aNULL,DES,3DES,MD5,DES+MD5,RC4
tls_high_cipherlist = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES256-GCM-SHA384
tls_preempt_cipherlist = no
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = no
smtpd_relay_restrictions = permit_sasl_authenticated,permit_mynetworks,reject_unauth_destination
smtpd_sender_restrictions = reject_non_fqdn_sender,reject_unknown_sender_domain,reject_authenticated_sender_login_mismatch,reject_rhsbl_sender dbl.spamhaus.org
smtpd_recipient_restrictions = permit_sasl_authenticated,permit_mynetworks,reject_rbl_client zen.spamhaus.org,reject_unlisted_recipient,check_policy_service inet:127.0.0.1:10023
smtp_tls_protocols = !SSLv2,!SSLv3
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
virtual_mailbox_domains = sqlite:/etc/postfix/virtual-mailbox-domains.cf
virtual_transport = lmtp:[127.0.0.1]:10025
local_recipient_maps = $virtual_mailbox_maps
`,
    master: `smtp inet n - y - - smtpd
submission inet n - - - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o syslog_name=postfix/submission
  -o smtpd_milters=inet:127.0.0.1:8891
  -o smtpd_tls_security_level=encrypt
  -o cleanup_service_name=authclean
smtps inet n - - - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o cleanup_service_name=authclean
${daemons}authclean unix n - - - 0 cleanup -o header_checks=pcre:/etc/postfix/outgoing_mail_header_filters
`,
    pem: { '/home/user-data/ssl/ssl_certificate.pem': 'chain', '/home/user-data/ssl/ssl_private_key.pem': 'key' },
  },
  {
    name: 'emailwiz',
    version: '3.7.11',
    main: `compatibility_level = 3.6
myhostname = mail.example.com
mydestination = $myhostname, $mydomain, mail, localhost.localdomain, localhost, localhost.$mydomain
mydomain = example.com
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
inet_interfaces = all
smtpd_tls_key_file = /etc/letsencrypt/live/mail.example.com/privkey.pem
smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.com/fullchain.pem
smtp_tls_CAfile = /etc/letsencrypt/live/mail.example.com/fullchain.pem
smtpd_tls_security_level = may
smtp_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtp_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_protocols = >=TLSv1.2
smtp_tls_protocols = >=TLSv1.2
tls_preempt_cipherlist = yes
smtpd_tls_exclude_ciphers = aNULL, LOW, EXP, MEDIUM, ADH, AECDH, MD5, DSS, ECDSA, CAMELLIA128, 3DES, CAMELLIA256, RSA+AES, eNULL
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_security_options = noanonymous, noplaintext
smtpd_sasl_tls_security_options = noanonymous
smtpd_sender_login_maps = pcre:/etc/postfix/login_maps.pcre
smtpd_helo_required = yes
smtpd_helo_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
smtpd_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated, permit_mynetworks, reject_unknown_reverse_client_hostname, reject_unknown_sender_domain
smtpd_recipient_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_unauth_destination, reject_unknown_recipient_domain
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
home_mailbox = Mail/Inbox/
`,
    master: `smtp inet n - y - - smtpd
  -o content_filter=spamassassin
submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_auth_only=yes
  -o smtpd_enforce_tls=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_sender_restrictions=reject_sender_login_mismatch
  -o smtpd_sender_login_maps=pcre:/etc/postfix/login_maps.pcre
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject_unauth_destination
smtps inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
spamassassin unix - n n - - pipe user=debian-spamd argv=/usr/bin/spamc -f -e /usr/sbin/sendmail -oi -f \${sender} \${recipient}
${daemons}`,
    pem: {
      '/etc/letsencrypt/live/mail.example.com/fullchain.pem': 'chain',
      '/etc/letsencrypt/live/mail.example.com/privkey.pem': 'key',
    },
    reported: ['T06 info smtpd_enforce_tls @ submission/inet'],
  },
  {
    name: 'ISPConfig with amavis',
    version: '3.5.25',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = mail.example.com, localhost, localhost.localdomain
mynetworks = 127.0.0.0/8 [::1]/128
inet_interfaces = all
smtpd_use_tls = yes
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = /etc/postfix/smtpd.cert
smtpd_tls_key_file = /etc/postfix/smtpd.key
smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3
smtpd_tls_protocols = !SSLv2,!SSLv3
smtpd_tls_exclude_ciphers = RC4, aNULL
smtp_tls_exclude_ciphers = RC4, aNULL
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_authenticated_header = yes
broken_sasl_auth_clients = yes
smtpd_restriction_classes = greylisting
greylisting = check_policy_service inet:127.0.0.1:10023
smtpd_recipient_restrictions = permit_mynetworks, reject_unknown_recipient_domain, reject_unlisted_recipient, check_recipient_access proxy:mysql:/etc/postfix/mysql-verify_recipients.cf, permit_sasl_authenticated, reject_non_fqdn_recipient, reject_unauth_destination, check_recipient_access proxy:mysql:/etc/postfix/mysql-virtual_recipient.cf, check_recipient_access mysql:/etc/postfix/mysql-virtual_policy_greylist.cf, check_policy_service unix:private/quota-status
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = check_sender_access proxy:mysql:/etc/postfix/mysql-virtual_sender.cf, permit_mynetworks, check_sender_access regexp:/etc/postfix/tag_as_originating.re, permit_sasl_authenticated, check_sender_access regexp:/etc/postfix/tag_as_foreign.re
smtpd_client_restrictions = check_client_access proxy:mysql:/etc/postfix/mysql-virtual_client.cf, permit_inet_interfaces, permit_mynetworks, permit_sasl_authenticated, reject_rbl_client zen.spamhaus.org, reject_unauth_pipelining, permit
smtpd_etrn_restrictions = permit_mynetworks, reject
relay_domains = proxy:mysql:/etc/postfix/mysql-virtual_relaydomains.cf
virtual_transport = lmtp:unix:private/dovecot-lmtp
content_filter = lmtp:[127.0.0.1]:10024
receive_override_options = no_address_mappings
`,
    master: `smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
smtps inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
amavis unix - - - - 2 smtp -o smtp_data_done_timeout=1200 -o smtp_bind_address=
${amavis}127.0.0.1:10027 inet n - n - - smtpd
  -o content_filter=
  -o local_recipient_maps=
  -o smtpd_client_restrictions=
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o mynetworks=127.0.0.0/8
${daemons}`,
    pem: { '/etc/postfix/smtpd.cert': 'chain', '/etc/postfix/smtpd.key': 'key' },
    reported: ['T06 info smtpd_use_tls @ smtp/inet, submission/inet, smtps/inet'],
  },
  {
    name: 'modoboa',
    version: '3.5.25',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = $myhostname
inet_interfaces = all
mynetworks = 127.0.0.0/8 [::1]/128
local_recipient_maps = proxy:unix:passwd.byname $alias_maps
smtpd_tls_CApath = /etc/ssl/certs
smtpd_use_tls = yes
smtpd_tls_security_level = may
smtpd_tls_auth_only = no
smtpd_tls_key_file = /etc/ssl/private/mail.key
smtpd_tls_cert_file = /etc/ssl/certs/mail.pem
smtpd_tls_dh1024_param_file = /etc/postfix/dh2048.pem
smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtpd_tls_mandatory_ciphers = high
smtpd_tls_exclude_ciphers = aNULL, MD5, DES, 3DES
smtp_tls_CApath = /etc/ssl/certs
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtpd_sasl_auth_enable = yes
smtpd_sasl_tls_security_options = noanonymous
smtpd_sasl_security_options = noanonymous, noplaintext
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
broken_sasl_auth_clients = yes
smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:9999, permit_mynetworks, permit_sasl_authenticated, check_recipient_access proxy:pgsql:/etc/postfix/sql-maintain.cf, reject_unverified_recipient, reject_unauth_destination, reject_non_fqdn_sender
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_data_restrictions = reject_unauth_pipelining
postscreen_access_list = permit_mynetworks cidr:/etc/postfix/postscreen_spf_whitelist.cidr
postscreen_blacklist_action = enforce
postscreen_greet_action = enforce
relay_domains = proxy:pgsql:/etc/postfix/sql-relaydomains.cf
virtual_transport = lmtp:unix:private/dovecot-lmtp
content_filter = smtp-amavis:[127.0.0.1]:10024
`,
    master: `${postscreen}submission inet n - - - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_wrappermode=no
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_helo_restrictions=
smtps inet n - - - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
${amavis}127.0.0.1:10026 inet n - - - - smtpd
  -o content_filter=
  -o smtpd_client_restrictions=permit_mynetworks,reject
${daemons}`,
    pem: { '/etc/ssl/certs/mail.pem': 'chain', '/etc/ssl/private/mail.key': 'key' },
    reported: ['T06 info smtpd_use_tls @ smtpd/pass, submission/inet, smtps/inet'],
  },
  {
    name: 'iRedMail',
    version: '3.7.11',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = $myhostname, localhost, localhost.localdomain
mynetworks = 127.0.0.1 [::1]
inet_interfaces = all
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/ssl/certs/iRedMail.crt
smtpd_tls_key_file = /etc/ssl/private/iRedMail.key
smtpd_tls_CAfile = /etc/ssl/certs/iRedMail.crt
smtpd_tls_CApath = /etc/ssl/certs
smtpd_tls_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1
smtpd_tls_mandatory_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1
smtpd_tls_mandatory_exclude_ciphers = aNULL, eNULL, EXPORT, DES, RC4, MD5, PSK, aECDH, EDH-DSS-DES-CBC3-SHA, EDH-RSA-DES-CBC3-SHA, KRB5-DES, CBC3-SHA
smtpd_tls_dh1024_param_file = /etc/ssl/dh2048_param.pem
tls_random_source = dev:/dev/urandom
smtp_tls_security_level = may
smtp_tls_CAfile = $smtpd_tls_CAfile
smtp_tls_CApath = $smtpd_tls_CApath
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain =
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/dovecot-auth
smtpd_sasl_security_options = noanonymous
broken_sasl_auth_clients = yes
smtpd_tls_auth_only = yes
smtpd_sender_restrictions = reject_non_fqdn_sender, reject_unlisted_sender, permit_mynetworks, permit_sasl_authenticated, check_sender_access pcre:/etc/postfix/sender_access.pcre, reject_unknown_sender_domain
smtpd_recipient_restrictions = reject_non_fqdn_recipient, reject_unlisted_recipient, check_policy_service inet:127.0.0.1:7777, permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, check_policy_service inet:127.0.0.1:12340
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtpd_end_of_data_restrictions = check_policy_service inet:127.0.0.1:7777
relay_domains = $mydestination proxy:mysql:/etc/postfix/mysql/relay_domains.cf
parent_domain_matches_subdomains =
virtual_mailbox_domains = proxy:mysql:/etc/postfix/mysql/virtual_mailbox_domains.cf
virtual_transport = dovecot
content_filter = smtp-amavis:[127.0.0.1]:10024
postscreen_greet_action = drop
postscreen_dnsbl_action = drop
`,
    master: `${postscreen}submission inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o content_filter=smtp-amavis:[127.0.0.1]:10026
465 inet n - n - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o content_filter=smtp-amavis:[127.0.0.1]:10026
smtp-amavis unix - - n - 2 smtp -o smtp_data_done_timeout=1200 -o smtp_tls_security_level=none
127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o mynetworks_style=host
  -o mynetworks=127.0.0.0/8,[::1]/128
  -o local_recipient_maps=
  -o relay_recipient_maps=
  -o smtp_tls_security_level=none
  -o smtpd_tls_security_level=none
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
  -o smtpd_end_of_data_restrictions=
${daemons}`,
    pem: { '/etc/ssl/certs/iRedMail.crt': 'chain', '/etc/ssl/private/iRedMail.key': 'key' },
  },
  {
    name: 'mailcow',
    version: '3.7.11',
    main: `biff = no
compatibility_level = 3.7
myhostname = mail.example.com
mydestination = localhost.localdomain, localhost
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 [fe80::]/10 172.22.1.0/24 [fd4d:6169:6c63:6f77::]/64
inet_interfaces = all
smtpd_tls_cert_file = /etc/ssl/mail/cert.pem
smtpd_tls_key_file = /etc/ssl/mail/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_received_header = yes
smtpd_tls_mandatory_ciphers = high
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
submission_smtpd_tls_mandatory_protocols = >=TLSv1.2
smtps_smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_exclude_ciphers = EXP, LOW, MEDIUM, aNULL, eNULL, SRP, PSK, kDH, DH, kRSA, DHE, DSS, RC4, DES, IDEA, SEED, ARIA, AESCCM8, 3DES, ECRYPT, kECDH, MD5
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = inet:dovecot:10001
smtpd_sasl_type = dovecot
smtpd_sasl_authenticated_header = yes
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination
smtpd_recipient_restrictions = check_recipient_access proxy:mysql:/opt/postfix/conf/sql/mysql_tls_enforce_in_policy.cf, permit_sasl_authenticated, permit_mynetworks, check_recipient_access proxy:mysql:/opt/postfix/conf/sql/mysql_relay_ne.cf, reject_invalid_helo_hostname, reject_unauth_destination
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch, permit_mynetworks, permit_sasl_authenticated, reject_unlisted_sender, reject_unknown_sender_domain
relay_domains = proxy:mysql:/opt/postfix/conf/sql/mysql_virtual_relay_domain_maps.cf
tls_server_sni_maps = hash:/opt/postfix/conf/sni.map
postscreen_access_list = permit_mynetworks, cidr:/opt/postfix/conf/custom_postscreen_whitelist.cidr
postscreen_bare_newline_enable = no
postscreen_greet_action = enforce
virtual_transport = lmtp:inet:dovecot:24
maillog_file = /dev/stdout
`,
    master: `${postscreen}smtps inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
  -o smtpd_tls_mandatory_protocols=$smtps_smtpd_tls_mandatory_protocols
  -o tls_preempt_cipherlist=yes
  -o cleanup_service_name=smtp_sender_cleanup
10465 inet n - n - - smtpd
  -o smtpd_upstream_proxy_protocol=haproxy
  -o smtpd_tls_wrappermode=yes
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
submission inet n - n - - smtpd
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
  -o smtpd_enforce_tls=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_mandatory_protocols=$submission_smtpd_tls_mandatory_protocols
588 inet n - n - - smtpd
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
  -o smtpd_tls_auth_only=no
  -o smtpd_sender_restrictions=check_sasl_access,hash:/opt/postfix/conf/allow_sogo,reject_authenticated_sender_login_mismatch,permit_mynetworks,permit_sasl_authenticated
  -o syslog_name=postfix/sogo
590 inet n - n - - smtpd
  -o smtpd_helo_restrictions=
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_tls_auth_only=no
  -o smtpd_milters=
  -o syslog_name=postfix/quarantine
postlog unix-dgram n - n - 1 postlogd
smtp_enforced_tls unix - - n - - smtp -o smtp_tls_security_level=encrypt -o syslog_name=enforced-tls-smtp
${daemons}`,
    pem: { '/etc/ssl/mail/cert.pem': 'chain', '/etc/ssl/mail/key.pem': 'key' },
    files: { '/.dockerenv': '', '/opt/postfix/conf/sni.map': '', '/opt/postfix/conf/sni.map.db': '' },
    reported: [
      // Port 588 takes passwords without TLS from the other containers, on purpose.
      'A01 warning smtpd_tls_auth_only @ 588/inet',
      'A01 info smtpd_tls_auth_only @ 590/inet',
      'R04 warning mynetworks @ smtpd/pass, smtps/inet, 10465/inet, submission/inet, 588/inet, 590/inet',
      'R07 info smtpd_relay_restrictions @ smtpd/pass, smtps/inet, 10465/inet, submission/inet, 588/inet, 590/inet',
      'T06 info smtpd_enforce_tls @ submission/inet',
    ],
  },
  {
    name: 'Mailu, behind its nginx',
    version: '3.8.4',
    main: `compatibility_level = 3.6
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.1/32 [::1]/128 192.168.203.0/24
inet_interfaces = all
smtpd_authorized_xclient_hosts = 192.168.203.0/24
smtp_tls_security_level = dane
smtp_dns_support_level = dnssec
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_tls_mandatory_protocols = >=TLSv1.2
smtpd_delay_reject = yes
smtpd_helo_required = yes
smtpd_sender_login_maps = socketmap:unix:/tmp/podop.socket:senderlogin
smtpd_client_restrictions = permit_mynetworks, check_sender_access socketmap:unix:/tmp/podop.socket:senderaccess, reject_non_fqdn_sender, reject_unknown_sender_domain, permit
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
virtual_mailbox_domains = socketmap:unix:/tmp/podop.socket:domain
virtual_transport = lmtp:inet:imap:2525
maillog_file = /dev/stdout
`,
    master: `smtp inet n - n - - smtpd
10025 inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_discard_ehlo_keywords=pipelining
  -o smtpd_client_restrictions=reject_unlisted_sender,reject_authenticated_sender_login_mismatch,permit
  -o cleanup_service_name=outclean
outclean unix n - n - 0 cleanup -o header_checks=pcre:/etc/postfix/outclean_header_filter.cf
postlog unix-dgram n - n - 1 postlogd
${daemons}`,
    pem: {},
    files: { '/.dockerenv': '' },
    reported: [
      'R04 warning mynetworks @ smtp/inet, 10025/inet',
      'T01 info smtpd_tls_security_level @ smtp/inet, 10025/inet',
    ],
  },
  {
    name: 'chatmail',
    version: '3.7.11',
    main: `compatibility_level = 3.6
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
inet_interfaces = all
smtpd_tls_cert_file = /var/lib/acme/live/mail.example.com/fullchain
smtpd_tls_key_file = /var/lib/acme/live/mail.example.com/privkey
smtpd_tls_security_level = may
smtp_tls_CApath = /etc/ssl/certs
smtp_tls_security_level = verify
smtp_tls_servername = hostname
smtp_tls_policy_maps = regexp:/etc/postfix/smtp_tls_policy_map
smtp_tls_protocols = >=TLSv1.2
smtp_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_exclude_ciphers = aNULL, RC4, MD5, DES
tls_preempt_cipherlist = yes
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated reject_unauth_destination
virtual_transport = lmtp:unix:private/dovecot-lmtp
virtual_mailbox_domains = mail.example.com
mua_client_restrictions = permit_sasl_authenticated, reject
mua_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated, reject
mua_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname, permit
`,
    master: `smtp inet n - y - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_mandatory_protocols=>=TLSv1.2
  -o smtpd_proxy_filter=127.0.0.1:10081
submission inet n - y - 5000 smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_mandatory_protocols=>=TLSv1.3
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path=private/auth
  -o smtpd_tls_auth_only=yes
  -o smtpd_reject_unlisted_recipient=no
  -o smtpd_client_restrictions=$mua_client_restrictions
  -o smtpd_helo_restrictions=$mua_helo_restrictions
  -o smtpd_sender_restrictions=$mua_sender_restrictions
  -o smtpd_recipient_restrictions=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_proxy_filter=127.0.0.1:10080
smtps inet n - y - 5000 smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_sasl_type=dovecot
  -o smtpd_sasl_path=private/auth
  -o smtpd_client_restrictions=$mua_client_restrictions
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=
127.0.0.1:10025 inet n - n - 100 smtpd
  -o syslog_name=postfix/reinject
  -o smtpd_milters=unix:opendkim/opendkim.sock
  -o cleanup_service_name=authclean
${daemons}`,
    pem: {
      '/var/lib/acme/live/mail.example.com/fullchain': 'chain',
      '/var/lib/acme/live/mail.example.com/privkey': 'key',
    },
  },
  {
    name: 'YunoHost',
    version: '3.5.25',
    main: `compatibility_level = 2
myhostname = mail.example.com
mydestination = localhost
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
inet_interfaces = all
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = /etc/yunohost/certs/mail.example.com/key.pem, /etc/yunohost/certs/mail.example.com/crt.pem
tls_server_sni_maps = hash:/etc/postfix/sni
smtpd_tls_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1
smtpd_tls_ciphers = medium
smtpd_tls_mandatory_ciphers = medium
tls_medium_cipherlist = ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
smtpd_tls_dh1024_param_file = /usr/share/yunohost/ffdhe2048.pem
smtp_tls_security_level = may
smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt
smtp_tls_exclude_ciphers = aNULL, MD5, DES, ADH, RC4, 3DES
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain =
smtpd_helo_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_non_fqdn_helo_hostname, permit
smtpd_sender_restrictions = reject_sender_login_mismatch, permit_mynetworks, permit_sasl_authenticated, reject_non_fqdn_sender, reject_unknown_sender_domain, permit
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_non_fqdn_recipient, reject_unknown_recipient_domain, reject_unauth_destination, permit
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
virtual_mailbox_domains = ldap:/etc/postfix/ldap-domains.cf
virtual_transport = dovecot
`,
    master: `smtp inet n - - - - smtpd
submission inet n - - - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
smtps inet n - - - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
${daemons}`,
    pem: {
      '/etc/yunohost/certs/mail.example.com/key.pem': 'key',
      '/etc/yunohost/certs/mail.example.com/crt.pem': 'chain',
    },
    keyMode: [0o640, 'root:ssl-cert'],
    files: {
      '/etc/postfix/sni':
        'mail.example.com /etc/yunohost/certs/mail.example.com/key.pem /etc/yunohost/certs/mail.example.com/crt.pem\n',
      '/etc/postfix/sni.db': 'the index',
    },
    reported: ['P02 info smtpd_tls_chain_files @ smtp/inet, submission/inet, smtps/inet'],
  },
  {
    name: 'the default of Debian 12',
    version: '3.7.11',
    main: `smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = 3.6
smtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file = /etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level = may
smtp_tls_CApath = /etc/ssl/certs
smtp_tls_security_level = may
smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = mail.example.com
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
mydestination = $myhostname, mail, localhost.localdomain, localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
`,
    master: `smtp inet n - y - - smtpd\n${daemons}`,
    pem: { '/etc/ssl/certs/ssl-cert-snakeoil.pem': 'chain', '/etc/ssl/private/ssl-cert-snakeoil.key': 'key' },
    keyMode: [0o640, 'root:ssl-cert'],
    reported: [
      'P02 info smtpd_tls_key_file @ smtp/inet',
      'R07 info smtpd_relay_restrictions @ smtp/inet',
      'S02 info smtpd_sasl_auth_enable @ smtp/inet',
    ],
  },
  {
    name: 'the default of RHEL 9',
    version: '3.5.25',
    main: `compatibility_level = 2
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/libexec/postfix
data_directory = /var/lib/postfix
mail_owner = postfix
inet_interfaces = localhost
inet_protocols = all
mydestination = $myhostname, localhost.$mydomain, localhost
myhostname = mail.example.com
unknown_local_recipient_reject_code = 550
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
debug_peer_level = 2
setgid_group = postdrop
smtpd_tls_cert_file = /etc/pki/tls/certs/postfix.pem
smtpd_tls_key_file = /etc/pki/tls/private/postfix.key
smtpd_tls_security_level = may
smtp_tls_CApath = /etc/pki/tls/certs
smtp_tls_CAfile = /etc/pki/tls/certs/ca-bundle.crt
smtp_tls_security_level = may
`,
    master: `smtp inet n - n - - smtpd\n${daemons}`,
    pem: { '/etc/pki/tls/certs/postfix.pem': 'chain', '/etc/pki/tls/private/postfix.key': 'key' },
    reported: ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
  },
  {
    name: 'a server that only receives, with a catch-all',
    version: '3.7.11',
    main: `compatibility_level = 3.6
myhostname = mail.example.com
mydestination = example.com
mynetworks = 127.0.0.0/8
inet_interfaces = all
local_recipient_maps =
luser_relay = postmaster
smtpd_tls_chain_files = /etc/postfix/mail.pem
smtpd_tls_security_level = may
smtp_tls_security_level = may
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = reject_unauth_destination
`,
    master: `smtp inet n - n - - smtpd\n${daemons}`,
    pem: { '/etc/postfix/mail.pem': 'bundle' },
    reported: ['S02 info smtpd_sasl_auth_enable @ smtp/inet'],
  },
  {
    name: 'a null client',
    version: '3.7.11',
    main: `compatibility_level = 3.6
myhostname = host.example.com
myorigin = $mydomain
relayhost = $mydomain
inet_interfaces = loopback-only
mydestination =
`,
    master: `smtp inet n - n - - smtpd\n${daemons}`,
    pem: {},
    reported: ['S02 info smtpd_sasl_auth_enable @ smtp/inet', 'T01 info smtpd_tls_security_level @ smtp/inet'],
  },
  {
    name: 'a relay by client certificates alone',
    version: '3.7.11',
    main: `compatibility_level = 3.6
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = all
smtpd_tls_chain_files = /etc/postfix/mail.pem
smtpd_tls_security_level = may
smtpd_tls_ask_ccert = yes
relay_clientcerts = hash:/etc/postfix/relay_clientcerts
smtpd_relay_restrictions = permit_mynetworks, permit_tls_clientcerts, reject_unauth_destination
`,
    master: `smtp inet n - n - - smtpd
submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
${daemons}`,
    pem: { '/etc/postfix/mail.pem': 'bundle' },
  },
];
