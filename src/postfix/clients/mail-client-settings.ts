import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { hostNamesOf } from '../../x509/display-name.js';
import { matchesHostName } from '../../x509/matches-host-name.js';
import { passwordChecker } from '../configuration/sasl-config.js';
import { Site } from '../configuration/site.js';
import { type SmtpdService, smtpdServices } from '../configuration/smtpd-service.js';
import type { ExaminationOptions, PostfixInstallation } from '../installation/installation.js';
import { configuredChains } from '../pem/configured-chain.js';

/** The settings that a mail program needs for an outgoing server. */
export interface MailClientSettings {
  readonly server: string;
  readonly port: number;
  readonly security: 'STARTTLS' | 'SSL/TLS';
  /**
   * The login name: the whole address, its part before the at sign, or, for `login name`, a name that does not follow from the
   * configuration.
   */
  readonly userName: 'address' | 'local part' | 'login name';
  /** The domain of the mail addresses. */
  readonly domain: string;
  /** Whether `domain` was derived from the configuration. Otherwise the user gave it. */
  readonly isDomainGuessed: boolean;
  /** Whether Dovecot checks the passwords. If so, this machine probably also has an IMAP server. */
  readonly besideDovecot: boolean;
}

/** Ports by name in /etc/services: IANA's names, and `smtps`, an older name of 465. */
const ports: Readonly<Record<string, number>> = { smtp: 25, submission: 587, submissions: 465, smtps: 465 };

/**
 * Lists the services through which users on the Internet can send mail over TLS, in this order: port 587, port 465, other ports, port 25.
 */
export function mailClientSettings(
  installation: PostfixInstallation,
  options: ExaminationOptions & { readonly domain?: string },
): MailClientSettings[] {
  const services = smtpdServices(Site.parse(installation, options));
  const usable = services.filter(
    ({ offersAuth, speaksTls, master, audience }) =>
      offersAuth && speaksTls && master.type === 'inet' && audience === 'internet',
  );
  return usable
    .map((service) => describe(service, options.domain))
    .filter(({ port }) => port > 0)
    .sort((a, b) => preference(a) - preference(b));
}

function preference({ port }: MailClientSettings): number {
  return [587, 465].includes(port) ? (port === 587 ? 0 : 1) : port === 25 ? 3 : 2;
}

function describe(service: SmtpdService, domain: string | undefined): MailClientSettings {
  const { tlsLevel, saslType } = service;
  return {
    server: serverName(service),
    port: ports[service.port] ?? (Number(service.port) || 0),
    security: tlsLevel === 'wrapper' ? 'SSL/TLS' : 'STARTTLS',
    userName: userName(service),
    domain: domain ?? mailDomain(service),
    isDomainGuessed: domain === undefined,
    besideDovecot: saslType === 'dovecot',
  };
}

/**
 * Returns myhostname; if the server certificate is not valid for it, the first name in the certificate without a wildcard, if there is one.
 */
function serverName(service: SmtpdService): string {
  const host = service.settings.value('myhostname');
  const leaf = configuredChains(service)[0]?.groups[0]?.certificates[0];
  if (leaf === undefined || matchesHostName(leaf, host)) return host;
  return hostNamesOf(leaf).find((name) => !name.startsWith('*')) ?? host;
}

/**
 * Determines the login name. Dovecot usually expects the whole address. sasldb contains user@realm; if smtpd_sasl_local_domain sets the
 * realm, the name without the realm is enough. Which login names saslauthd expects is not known.
 */
function userName({ saslType, saslConfig, settings }: SmtpdService): MailClientSettings['userName'] {
  if (saslType !== 'cyrus') return 'address';
  if (saslConfig === undefined || passwordChecker(saslConfig) !== 'auxprop') return 'login name';
  return settings.value('smtpd_sasl_local_domain') === '' ? 'address' : 'local part';
}

/**
 * Guesses the domain of the mail addresses: $mydomain if mail for it is accepted here. If not, the first of myorigin and the domains for
 * which mail is accepted that names neither this host nor localhost. If there is no such domain, $mydomain.
 */
function mailDomain(service: SmtpdService): string {
  const { settings } = service;
  const own = settings.value('mydomain').toLowerCase();
  const host = settings.value('myhostname').toLowerCase();
  const origin = settings.value('myorigin');
  const named = origin.startsWith('/')
    ? decodeUtf8Leniently(service.file(origin)?.bytes ?? new Uint8Array()).trim()
    : origin;
  const delivered = ['virtual_mailbox_domains', 'virtual_alias_domains', 'mydestination', 'relay_domains'].flatMap(
    (name) => settings.list(name).map((domain) => domain.toLowerCase()),
  );
  const isDomain = (text: string) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text) && text !== host && !text.startsWith('localhost');
  if (delivered.includes(own)) return own;
  return [named.toLowerCase(), ...delivered].find(isDomain) ?? own;
}
