import type { Site } from '../configuration/site.js';
import type { SmtpdService, TlsLevel } from '../configuration/smtpd-service.js';
import type { Draft, Rule } from './rule.js';

function hasService(site: Site, name: string): boolean {
  return site.services.some((service) => service.name === name && service.type.startsWith('unix'));
}

const noTlsManager: Rule = {
  id: 'M01',
  severity: 'error',
  what: 'The tlsmgr service is missing',
  why: 'tlsmgr gives smtpd randomness for keys, and keeps TLS sessions. Without it smtpd switches TLS off and answers STARTTLS with 454; the log says "no entropy for TLS key generation".',
  document: 'TLS_README, "TLS manager specific settings"; tlsmgr(8)',
  site: (site, services) => {
    const isWanted = services.some(({ speaksTls }) => speaksTls);
    if (!isWanted || hasService(site, 'tlsmgr')) return [];
    return [
      {
        severity: 'error',
        parameter: 'tlsmgr',
        message:
          'the tlsmgr service is missing or commented out: smtpd gets no randomness for keys, switches TLS off, and answers STARTTLS with 454',
        changes: [{ kind: 'service', line: 'tlsmgr unix - - n 1000? 1 tlsmgr' }],
        advice: 'add the tlsmgr service to master.cf',
      },
    ];
  },
};

const noLogger: Rule = {
  id: 'M03',
  severity: 'error',
  what: 'A log file is set, but the postlog service is missing',
  why: 'Postfix refuses to start.',
  document: 'MAILLOG_README, "Configuring logging to file"',
  site: (site) => {
    if (!site.version.isAtLeast(3, 4) || site.main.value('maillog_file') === '' || hasService(site, 'postlog'))
      return [];
    return [
      {
        severity: 'error',
        parameter: 'maillog_file',
        message: 'maillog_file is set, but the postlog service is missing: Postfix refuses to start',
        changes: [{ kind: 'service', line: 'postlog unix-dgram n - n - 1 postlogd' }],
        advice: 'add the postlog service to master.cf',
      },
    ];
  },
};

const onlyPort25: Rule = {
  id: 'M04',
  severity: 'info',
  what: 'Users can send mail through port 25 only',
  why: 'Many providers block port 25 for their customers. Mail programs use 587 (STARTTLS) or 465 (TLS from the first byte).',
  document: 'TLS_README, "Enabling TLS in the Postfix SMTP server"; RFC 8314',
  site: (_site, services) => {
    const reachable = services.filter(({ audience }) => audience === 'internet');
    const isForUsers = reachable.some(({ offersAuth }) => offersAuth);
    if (!isForUsers || !reachable.every(({ knownPort }) => knownPort === 25)) return [];
    const line = 'submission inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes';
    return [
      {
        severity: 'info',
        parameter: 'submission',
        message:
          'users can connect to port 25 only, which many providers block for their customers: they need 587 (STARTTLS) or 465 (TLS from the first byte)',
        changes: [{ kind: 'service', line }],
        advice: 'add the submission service to master.cf',
      },
    ];
  },
};

const repeatedService: Rule = {
  id: 'M05',
  severity: 'warning',
  what: 'master.cf has a service twice',
  why: 'Postfix uses the last entry of a name and type. Changes in the others have no effect.',
  document: 'master(5), "SYNTAX"',
  site: (site) =>
    site.repeatedServices.map((name) => ({
      severity: 'warning' as const,
      parameter: name,
      message: `master.cf has ${name} more than once: Postfix uses the last entry, and the others have no effect`,
      advice: `delete all entries of ${name} but the last one`,
    })),
};

export const masterRules: readonly Rule[] = [noTlsManager, noLogger, onlyPort25, repeatedService];

const rank: Readonly<Record<TlsLevel, number>> = { none: 0, may: 1, encrypt: 2, wrapper: 2 };

/** M02 has no function here, because it depends on the findings of the other rules: {@link weakerOverrides} examines it after them. */
export const weakerOverride: Rule = {
  id: 'M02',
  severity: 'warning',
  what: 'An override in master.cf makes one service weaker',
  why: 'A value that -o sets applies only to this service and is easily overlooked: main.cf is secure, but this port is not.',
  document: 'master(5), "-o name=value"',
};

/**
 * Finds the overrides in master.cf that make a service less secure than main.cf would.
 * @param drafts the findings of the other rules about this service with its overrides
 * @param examineWithout returns the findings of the same rules without the override of this parameter
 */
export function weakerOverrides(
  service: SmtpdService,
  drafts: readonly Draft[],
  examineWithout: (parameter: string) => readonly Draft[],
): Draft[] {
  const { settings, master } = service;
  // Overrides of smtpd_tls_wrappermode are left to T13. If a finding proposes no change, its override may be intended.
  const suspects = new Set(
    drafts.flatMap(({ parameter, severity, changes }) =>
      severity !== 'info' &&
      changes !== undefined &&
      parameter !== undefined &&
      parameter !== 'smtpd_tls_wrappermode' &&
      master.overrides.has(parameter)
        ? [parameter]
        : [],
    ),
  );
  const isWeaker = (parameter: string) => {
    const serious = (found: readonly Draft[]) => found.filter(({ severity }) => severity === 'error').length;
    const before = drafts.filter((draft) => draft.parameter === parameter && draft.severity !== 'info').length;
    const without = examineWithout(parameter);
    const after = without.filter((draft) => draft.parameter === parameter && draft.severity !== 'info').length;
    return after < before && serious(without) <= serious(drafts);
  };
  const guilty = new Set([...suspects].filter(isWeaker));
  const level = 'smtpd_tls_security_level';
  if (
    master.overrides.has(level) &&
    rank[service.tlsLevel] < rank[service.levelInMain] &&
    service.audience === 'internet' &&
    !service.tlsIsAtProxy
  )
    guilty.add(level);
  return [...guilty].map((parameter) => ({
    severity: 'warning',
    parameter,
    message: `-o ${parameter}=${settings.value(parameter)} applies only to this service and makes it weaker than main.cf does (${service.site.main.value(parameter) || 'empty'})`,
    changes: [service.withoutOverride(parameter)],
    advice: `remove the override of ${parameter} in master.cf`,
  }));
}
