import { describe, expect, test } from 'vitest';
import { bundle, bundlePath, type Change, examine } from './sound-installation.js';

const smtp = 'smtp inet n - n - - smtpd\n';
const daemons = 'tlsmgr unix - - n 1000? 1 tlsmgr\npostlog unix-dgram n - n - 1 postlogd\n';
/** Ports of a server that accepts mail from others without TLS. */
const ports = `${smtp}smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
587 inet n - n - - smtpd -o smtpd_enforce_tls=yes
${daemons}`;
/** A server whose programs send mail, and that listens on no other interface. */
const nullClient = {
  smtpd_tls_chain_files: undefined,
  smtpd_tls_security_level: undefined,
  smtpd_sasl_auth_enable: undefined,
  smtpd_tls_auth_only: undefined,
  inet_interfaces: 'loopback-only',
};
const mainFile = (text: string, change: Change = {}): Change => ({
  ...change,
  bundle: { [bundlePath]: bundle, '/etc/postfix/main.cf': text },
});

describe('no line is proposed that makes something else worse', () => {
  test.each<[string, Change, RegExp]>([
    [
      'old switches of one port: other servers would have to encrypt on port 25',
      { main: { smtpd_tls_security_level: undefined, smtpd_use_tls: 'yes' }, master: ports },
      /-e 'smtpd_tls_security_level = encrypt'/,
    ],
    [
      'an old switch that is off: nothing needs to be set',
      { main: { ...nullClient, smtpd_use_tls: 'no' }, master: smtp + daemons },
      /smtpd_tls_security_level = none/,
    ],
    [
      'no TLS on a null client: without a certificate STARTTLS would be answered with 454',
      { main: nullClient, master: smtp + daemons },
      /smtpd_tls_security_level/,
    ],
    [
      'no AUTH on a null client: no smtpd.conf, so every login would fail',
      { main: { ...nullClient, smtpd_sasl_type: 'cyrus' }, master: smtp + daemons, saslConfig: null },
      /smtpd_sasl_auth_enable/,
    ],
    [
      'a parameter that another program reads',
      mainFile('mua_sender_restrictions = reject_sender_login_mismatch\n'),
      /mua_sender_restrictions/,
    ],
    [
      'a limit of a transport that is switched off is no misspelt name',
      mainFile('lmtp_destination_recipient_limit = 1\n', {
        more: { defaults: 'smtp_destination_recipient_limit = $default_destination_recipient_limit\n' },
      }),
      /destination_recipient_limit/,
    ],
  ])('%s', (_, change, harmful) => {
    const lines = examine(change).map(({ fix }) => fix);
    expect(lines.filter((line) => harmful.test(line))).toEqual([]);
  });

  test('old switches are replaced where they stand', () => {
    const lines = examine({
      main: { smtpd_tls_security_level: undefined, smtpd_use_tls: 'yes' },
      master: ports,
    }).map(({ fix }) => fix);
    expect(lines).toContain("postconf -e 'smtpd_tls_security_level = may'\npostconf -X smtpd_use_tls");
    expect(lines).toContain(
      "postconf -P '587/inet/smtpd_tls_security_level = encrypt'\npostconf -PX 587/inet/smtpd_enforce_tls",
    );
  });
});
