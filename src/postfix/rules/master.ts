import type { Site } from '../configuration/site.js';
import { type SmtpdService, smtpdServices, type TlsLevel } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';
import type { SiteRule } from './rule.js';

/** M01: nobody hands out randomness and sessions. */
const noTlsManager: SiteRule = (site) => {
  const wanted = smtpdServices(site).some(({ speaksTls }) => speaksTls);
  if (!wanted || hasService(site, 'tlsmgr')) return [];
  const message =
    'the tlsmgr service is missing or commented out: smtpd gets no randomness for keys, switches TLS off, and answers STARTTLS with 454';
  return [
    site.found('M01', 'error', 'tlsmgr', message, { fix: 'tlsmgr unix - - n 1000? 1 tlsmgr', place: 'master.cf' }),
  ];
};

/** M03: a log file without the service that writes it. */
const noLogger: SiteRule = (site) => {
  if (!site.version.isAtLeast(3, 4) || site.main.value('maillog_file') === '' || hasService(site, 'postlog')) return [];
  const message = 'maillog_file is set, but the postlog service is missing: Postfix refuses to start';
  return [
    site.found('M03', 'error', 'maillog_file', message, {
      fix: 'postlog unix-dgram n - n - 1 postlogd',
      place: 'master.cf',
    }),
  ];
};

/** M04: nothing but the port that providers block. */
const onlyPort25: SiteRule = (site) => {
  const services = smtpdServices(site);
  if (services.length === 0 || !services.every(isPort25)) return [];
  const message =
    'the only way in is port 25, which many providers block for their customers: users need 587 (STARTTLS) or 465 (TLS from the first byte)';
  const fix = `submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes`;
  return [site.found('M04', 'info', 'submission', message, { fix, place: 'master.cf' })];
};

/** Behind postscreen an smtpd of type pass answers for port 25 (POSTSCREEN_README). */
function isPort25({ master, port }: SmtpdService): boolean {
  return master.type === 'pass' || (master.type === 'inet' && (port === '25' || port === 'smtp'));
}

function hasService(site: Site, name: string): boolean {
  return site.services.some((service) => service.name === name && service.type.startsWith('unix'));
}

export const masterRules: readonly SiteRule[] = [noTlsManager, noLogger, onlyPort25];

const rank: Readonly<Record<TlsLevel, number>> = { none: 0, may: 1, encrypt: 2, wrapper: 2 };

/**
 * M02: what is wrong with a service only because of what `-o` sets for it.
 * @param findings what the other rules have found about this service
 */
export function weakenedByOverride(service: SmtpdService, findings: readonly Finding[]): Finding[] {
  const { settings, master } = service;
  const guilty = new Set(
    findings.flatMap(({ parameter, severity }) =>
      severity === 'error' && parameter !== undefined && master.overrides.has(parameter) ? [parameter] : [],
    ),
  );
  const level = 'smtpd_tls_security_level';
  if (master.overrides.has(level) && rank[service.tlsLevel] < rank[service.levelInMain]) guilty.add(level);
  return [...guilty].map((parameter) => {
    const message = `-o ${parameter}=${settings.value(parameter)} takes effect on this port alone and makes it weaker than main.cf does (${service.site.main.value(parameter) || 'empty'})`;
    return service.found('M02', 'warning', parameter, message, service.withoutOverride(parameter));
  });
}
