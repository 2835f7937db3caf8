import { hostNamesOf, matchesHostName } from '../../x509/host-name.js';
import { passwordChecker } from '../configuration/sasl-config.js';
import { Site } from '../configuration/site.js';
import { type SmtpdService, smtpdServices } from '../configuration/smtpd-service.js';
import type { ExaminationOptions, PostfixInstallation } from '../installation/installation.js';
import { servedChains } from '../pem/served-chain.js';

/** What a mail program asks for when an outgoing server is set up. */
export interface MailClientSettings {
  readonly server: string;
  readonly port: number;
  readonly security: 'STARTTLS' | 'SSL/TLS';
  /** The whole address, only what stands before the at sign, or whatever the login program wants. */
  readonly userName: 'address' | 'local part' | 'login name';
  readonly domain: string;
  /** Whether Dovecot checks the passwords, so that there is an IMAP server beside. */
  readonly besideDovecot: boolean;
}

/** Names of ports in /etc/services (IANA's, and Debian's older one for 465). */
const ports: Readonly<Record<string, number>> = { smtp: 25, submission: 587, submissions: 465, smtps: 465 };

/** The services that users can send mail through, the best one first: 587, 465, any other, 25. */
export function mailClientSettings(
  installation: PostfixInstallation,
  options: ExaminationOptions,
): MailClientSettings[] {
  const services = smtpdServices(Site.parse(installation, options));
  const usable = services.filter(
    (service) => service.offersAuth && service.speaksTls && service.master.type === 'inet',
  );
  return usable
    .map(describe)
    .filter(({ port }) => port > 0)
    .sort((a, b) => preference(a) - preference(b));
}

function preference({ port }: MailClientSettings): number {
  return [587, 465].includes(port) ? (port === 587 ? 0 : 1) : port === 25 ? 3 : 2;
}

function describe(service: SmtpdService): MailClientSettings {
  const { settings, tlsLevel, saslType } = service;
  return {
    server: serverName(service),
    port: ports[service.port] ?? (Number(service.port) || 0),
    security: tlsLevel === 'wrapper' ? 'SSL/TLS' : 'STARTTLS',
    userName: userName(service),
    domain: settings.value('mydomain'),
    besideDovecot: saslType === 'dovecot',
  };
}

/** The name that the certificate is for. */
function serverName(service: SmtpdService): string {
  const host = service.settings.value('myhostname');
  const leaf = servedChains(service)[0]?.groups[0]?.certificates[0];
  if (leaf === undefined || matchesHostName(leaf, host)) return host;
  return hostNamesOf(leaf).find((name) => !name.startsWith('*')) ?? host;
}

/** sasldb holds user@realm; with the realm told in main.cf, the bare name does. What others want is theirs to know. */
function userName({ saslType, saslConfig, settings }: SmtpdService): MailClientSettings['userName'] {
  if (saslType !== 'cyrus') return 'address';
  if (saslConfig === undefined || passwordChecker(saslConfig) !== 'auxprop') return 'login name';
  return settings.value('smtpd_sasl_local_domain') === '' ? 'address' : 'local part';
}
