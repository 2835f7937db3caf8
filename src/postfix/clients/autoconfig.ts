import type { MailClientSettings } from './mail-client-settings.js';

/** The default port of IMAP over TLS (RFC 8314 3.2). */
const imapsPort = 993;

const placeholders: Readonly<Record<MailClientSettings['userName'], string>> = {
  address: '%EMAILADDRESS%',
  'local part': '%EMAILLOCALPART%',
  'login name': '%EMAILLOCALPART%',
};

/**
 * Creates Thunderbird's configuration file for a domain, in format 1.1. Thunderbird downloads it from
 * `autoconfig.DOMAIN/mail/config-v1.1.xml`.
 */
export function autoconfigXml(settings: readonly [MailClientSettings, ...MailClientSettings[]]): string {
  const [{ domain, besideDovecot, server }] = settings;
  const incoming = [
    '    <incomingServer type="imap">',
    ...serverLines({ server, port: imapsPort, security: 'SSL/TLS', userName: settings[0].userName }),
    '    </incomingServer>',
  ];
  const outgoing = settings.flatMap((each) => [
    '    <outgoingServer type="smtp">',
    ...serverLines(each),
    '    </outgoingServer>',
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<clientConfig version="1.1">',
    `  <emailProvider id="${xml(domain)}">`,
    `    <domain>${xml(domain)}</domain>`,
    `    <displayName>${xml(domain)}</displayName>`,
    `    <displayShortName>${xml(domain)}</displayShortName>`,
    // Thunderbird requires an incoming server. The configuration of Postfix suggests one only if Dovecot checks the passwords.
    ...(besideDovecot
      ? incoming
      : [
          '    <!-- Thunderbird also wants the server that mail is read from; change this to yours:',
          ...incoming,
          '    -->',
        ]),
    ...outgoing,
    '  </emailProvider>',
    '</clientConfig>',
    '',
  ].join('\n');
}

function serverLines({
  server,
  port,
  security,
  userName,
}: Pick<MailClientSettings, 'server' | 'port' | 'security' | 'userName'>): string[] {
  return [
    `      <hostname>${xml(server)}</hostname>`,
    `      <port>${port}</port>`,
    `      <socketType>${security === 'STARTTLS' ? 'STARTTLS' : 'SSL'}</socketType>`,
    '      <authentication>password-cleartext</authentication>',
    `      <username>${placeholders[userName]}</username>`,
  ];
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
