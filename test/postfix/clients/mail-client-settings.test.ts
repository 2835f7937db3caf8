import { describe, expect, test } from 'vitest';
import { encodePem } from '../../../src/pem/encode.js';
import { autoconfigXml } from '../../../src/postfix/clients/autoconfig.js';
import { type MailClientSettings, mailClientSettings } from '../../../src/postfix/clients/mail-client-settings.js';
import { leafOf, newKey, party } from '../../x509/certificate-maker.js';
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

describe('each setting', () => {
  test('of the sound installation', () => {
    expect(settings()).toEqual([
      {
        server: 'mail.example.com',
        port: 587,
        security: 'STARTTLS',
        userName: 'login name',
        domain: 'example.com',
        isDomainGuessed: true,
        besideDovecot: false,
      },
      expect.objectContaining({ port: 25 }),
    ]);
    const [given] = mailClientSettings(installation(), { now, domain: 'a.example' });
    expect(given).toMatchObject({ domain: 'a.example', isDomainGuessed: false });
  });

  test('ports in their order, and none that is no number', () => {
    const master = ['25', 'smtps', '2525', '587', 'lmtp', '192.0.2.1:submissions']
      .map(
        (name) =>
          `${name} inet n - n - - smtpd${/sm?t?ps|submissions/.test(name) ? ' -o smtpd_tls_wrappermode=yes' : ''}\n`,
      )
      .join('');
    const found = settings({ master: `${master}x unix - - n - - smtpd\n127.0.0.1:588 inet n - n - - smtpd\n` });
    expect(found.map(({ port, security }) => `${port} ${security}`)).toEqual([
      '587 STARTTLS',
      '465 SSL/TLS',
      '465 SSL/TLS',
      '2525 STARTTLS',
      '25 STARTTLS',
    ]);
  });

  test.each<[string, Change, string]>([
    [
      'mydomain, if mail for it is delivered here',
      { main: { mydestination: 'a.example, Example.com' } },
      'example.com',
    ],
    [
      'a virtual domain',
      { main: { virtual_mailbox_domains: 'B.example', virtual_alias_domains: 'c.example' } },
      'b.example',
    ],
    ['myorigin', { main: { myorigin: 'A.example', virtual_mailbox_domains: 'b.example' } }, 'a.example'],
    [
      'myorigin in a file',
      { main: { myorigin: '/etc/mailname' }, bundle: { '/etc/mailname': 'd.example\n' } },
      'd.example',
    ],
    ['mydomain, if the file is missing', { main: { myorigin: '/etc/mailname' } }, 'example.com'],
    ['no host name', { main: { mydestination: '$myhostname, localhost.a, localhost, e.example' } }, 'e.example'],
    ['no table, and no single label', { main: { relay_domains: 'hash:/a, b, f.example' } }, 'f.example'],
    ['mydomain, if there is nothing else', { main: { mydestination: 'localhost' } }, 'example.com'],
  ])('the domain: %s', (_, change, domain) => expect(settings(change)[0]?.domain).toBe(domain));

  test('a name with a star is no server', () => {
    const key = newKey();
    const pem = (host: string) =>
      key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() +
      Buffer.from(encodePem('CERTIFICATE', leafOf(party('CA'), { key, host }).der)).toString();
    const server = (host: string) =>
      settings({ bundle: pem(host), main: { myhostname: 'vm.other.example' } })[0]?.server;
    expect([server('*.example.com'), server('a.example.com')]).toEqual(['vm.other.example', 'a.example.com']);
  });

  test('nothing of a service that only hosts or programs of this site can use', () => {
    expect(settings({ main: { smtpd_client_restrictions: 'permit_mynetworks, reject' } })).toEqual([]);
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
    expect(text).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <clientConfig version="1.1">
        <emailProvider id="example.com">
          <domain>example.com</domain>
          <displayName>example.com</displayName>
          <displayShortName>example.com</displayShortName>
          <incomingServer type="imap">
            <hostname>mail.example.com</hostname>
            <port>993</port>
            <socketType>SSL</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILADDRESS%</username>
          </incomingServer>
          <outgoingServer type="smtp">
            <hostname>mail.example.com</hostname>
            <port>587</port>
            <socketType>STARTTLS</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILADDRESS%</username>
          </outgoingServer>
          <outgoingServer type="smtp">
            <hostname>mail.example.com</hostname>
            <port>25</port>
            <socketType>STARTTLS</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILADDRESS%</username>
          </outgoingServer>
        </emailProvider>
      </clientConfig>
      "
    `);
    expect(xml({ main: { smtpd_sasl_auth_enable: 'yes' } })).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <clientConfig version="1.1">
        <emailProvider id="example.com">
          <domain>example.com</domain>
          <displayName>example.com</displayName>
          <displayShortName>example.com</displayShortName>
          <!-- Thunderbird also wants the server that mail is read from; change this to yours:
          <incomingServer type="imap">
            <hostname>mail.example.com</hostname>
            <port>993</port>
            <socketType>SSL</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILLOCALPART%</username>
          </incomingServer>
          -->
          <outgoingServer type="smtp">
            <hostname>mail.example.com</hostname>
            <port>587</port>
            <socketType>STARTTLS</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILLOCALPART%</username>
          </outgoingServer>
          <outgoingServer type="smtp">
            <hostname>mail.example.com</hostname>
            <port>25</port>
            <socketType>STARTTLS</socketType>
            <authentication>password-cleartext</authentication>
            <username>%EMAILLOCALPART%</username>
          </outgoingServer>
        </emailProvider>
      </clientConfig>
      "
    `);
  });

  test('marks are escaped', () =>
    expect(xml({ main: { mydomain: 'a&b<"c">' } })).toContain('id="a&amp;b&lt;&quot;c&quot;&gt;"'));
});
