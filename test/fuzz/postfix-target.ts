import { encodePem } from '../../src/pem/encode.js';
import { mailClientSettings } from '../../src/postfix/clients/mail-client-settings.js';
import { examinePostfix } from '../../src/postfix/examine-postfix.js';
import type { PostfixInstallation } from '../../src/postfix/installation/installation.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { storedObjects } from './corpus.js';
import { mutate, mutateText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, target } from './target.js';

const main = `compatibility_level = 3.6
myhostname = mail.example.com
mydestination = $myhostname, localhost.$mydomain, \${mydomain?{$mydomain}:{localdomain}}
mynetworks = 127.0.0.0/8 [::1]/128 10.0.0.0/8, !10.1.0.0/16
smtpd_tls_chain_files = /etc/postfix/example.pem, $config_directory/second.pem
smtpd_tls_cert_file = /etc/postfix/cert.pem
smtpd_tls_key_file = $smtpd_tls_cert_file
smtpd_tls_security_level = \${{$compatibility_level} >=level {3.6} ? {may} : {none}}
smtpd_tls_auth_only = yes
smtpd_tls_protocols = >=TLSv1.2, !SSLv3
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_security_options = noanonymous, noplaintext
smtpd_relay_restrictions = permit_mynetworks, check_client_access { inline:{ a = permit }, b }, reject_unauth_destination
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
`;
const master = `smtp inet n - y - - smtpd
submission inet n - y - - smtpd -o syslog_name=postfix/submission -o smtpd_tls_security_level=encrypt -o { mynetworks = 127.0.0.1 }
submissions inet n - y - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:10025 inet n - n - - smtpd # local
pickup unix n - y 60 1 pickup
`;
const overrides = `submission/inet/smtpd_sasl_auth_enable = yes
submission/inet/smtpd_tls_auth_only = no
`;
const saslConfig = `pwcheck_method: auxprop saslauthd
mech_list: PLAIN LOGIN
log_level: 7
`;

const words = [
  ...[
    '$',
    '${',
    '}',
    '{',
    '$(',
    ')',
    '$$',
    '?',
    ':',
    '=',
    '==',
    '>=level',
    ',',
    ' ',
    '\t',
    '\n',
    '\n ',
    '#',
    '!',
    '/',
    '"',
  ],
  ...[
    '$mydomain',
    '$myhostname',
    '$mynetworks',
    '$(mynetworks?{$mynetworks$mynetworks})',
    'permit',
    'reject',
    'yes',
    'no',
  ],
  ...[
    'smtpd_tls_chain_files',
    'smtpd_tls_eccert_file',
    'mynetworks',
    'mynetworks_style',
    'smtpd_sasl_path',
    'inline:{',
  ],
  ...['0.0.0.0/0', '::/0', '[::1]/999', '1.2.3.4/33', 'smtpd', 'inet', '-o', '-o {', 'texthash:/x', 'defer_if_permit'],
  ...[
    '99999999999999999999',
    '-1',
    '3.6',
    '3.6.1-RC9',
    '\u00e9',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
];

/** The words of a Postfix installation, and the files it names. */
export function postfixTarget(): Target {
  return target('postfix', storedObjects, (objects, random) => {
    const perhaps = (text: string) => (random.oneIn(3) ? text : mutateText(text, words, random));
    const pem = () => {
      const blocks = Array.from({ length: random.below(4) }, () =>
        random.oneIn(3)
          ? encodePem('PRIVATE KEY', random.pick(objects.keys))
          : encodePem('CERTIFICATE', perhapsBytes(random.pick(objects.certificates), random)),
      );
      return perhapsBytes(Buffer.concat(blocks), random);
    };
    const installation: PostfixInstallation = {
      mailVersion: random.oneIn(4)
        ? mutateText('3.8.4', words, random)
        : random.pick(['2.11.0', '3.3.0', '3.4.0', '3.10.1']),
      main: perhaps(main),
      master: perhaps(master),
      overrides: perhaps(overrides),
      saslTypes: perhaps('cyrus\ndovecot\n'),
      ...(random.oneIn(2) && { saslConfig: perhaps(saslConfig) }),
      ...(random.oneIn(4) && { defaults: perhaps('mail_owner = postfix\nconfig_directory = /etc/postfix\n') }),
      file: () => (random.oneIn(5) ? undefined : { bytes: pem(), mode: random.below(0o10000), owner: 'root:root' }),
      reachable: () => random.pick(['yes', 'missing', 'denied'] as const),
    };
    const anchors = random.oneIn(2) ? [parseCertificate(random.pick(objects.certificates))] : undefined;
    const options = { now: new Date('2026-12-01T00:00:00Z'), ...(anchors && { trustAnchors: anchors }) };
    examinePostfix(installation, options);
    mailClientSettings(installation, options);
  });
}

function perhapsBytes(bytes: Uint8Array, random: Random): Uint8Array {
  return random.oneIn(2) ? mutate(bytes, random) : bytes;
}
