import { describe, expect, test } from 'vitest';
import { autoconfigXml } from '../../../src/postfix/clients/autoconfig.js';
import { type MailClientSettings, mailClientSettings } from '../../../src/postfix/clients/mail-client-settings.js';
import { type Change, installation, now } from '../sound-installation.js';

const settings = (change: Change = {}) => mailClientSettings(installation(change), { now });

describe('what to type into a mail program', () => {
  test('the port for users first', () => {
    const master = (sound: string) => `${sound}smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n`;
    expect(settings({ master })).toEqual([
      expect.objectContaining({ server: 'mail.example.com', port: 587, security: 'STARTTLS', domain: 'example.com' }),
      expect.objectContaining({ port: 465, security: 'SSL/TLS' }),
      expect.objectContaining({ port: 25, security: 'STARTTLS' }),
    ]);
  });

  test.each<[string, Change, MailClientSettings['userName']]>([
    ['saslauthd', {}, 'login name'],
    ['sasldb', { saslConfig: 'mech_list: plain login' }, 'address'],
    ['sasldb with its realm', { saslConfig: '', main: { smtpd_sasl_local_domain: '$mydomain' } }, 'local part'],
    ['Dovecot', { main: { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: 'private/auth' } }, 'address'],
  ])('the user name with %s', (_, change, expected) => expect(settings(change)[0]?.userName).toBe(expected));

  test('the name that the certificate is for', () => {
    expect(settings({ main: { myhostname: 'vm17.example.com' } })[0]?.server).toBe('mail.example.com');
  });

  test('nothing without AUTH or TLS', () => {
    expect(settings({ main: { smtpd_sasl_auth_enable: 'no' } })).toEqual([]);
    expect(settings({ main: { smtpd_tls_security_level: '' } })).toMatchObject([{ port: 587 }]);
  });
});

describe("Thunderbird's file", () => {
  const xml = (change: Change) => {
    const [first, ...more] = settings(change);
    return autoconfigXml([first as MailClientSettings, ...more]);
  };

  test('the outgoing servers', () => {
    const text = xml({});
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<clientConfig version="1\.1">\n {2}<emailProvider id="example\.com">/,
    );
    expect(text).toContain(
      [
        '    <outgoingServer type="smtp">',
        '      <hostname>mail.example.com</hostname>',
        '      <port>587</port>',
        '      <socketType>STARTTLS</socketType>',
        '      <authentication>password-cleartext</authentication>',
        '      <username>%EMAILLOCALPART%</username>',
        '    </outgoingServer>',
      ].join('\n'),
    );
    expect(text).toContain('<!-- Thunderbird also wants');
  });

  test('with Dovecot the incoming server too', () => {
    const text = xml({ main: { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: 'private/auth' } });
    expect(text).toContain('<port>993</port>');
    expect(text).not.toContain('<!--');
  });

  test('marks are escaped', () =>
    expect(xml({ main: { mydomain: 'a&b<"c">' } })).toContain('id="a&amp;b&lt;&quot;c&quot;&gt;"'));
});
