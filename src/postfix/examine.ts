import { Site } from './configuration/site.js';
import { smtpdServices } from './configuration/smtpd-service.js';
import { compareSeverity, type Finding } from './finding.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { masterRules, weakenedByOverride } from './rules/master.js';
import { pemRules } from './rules/pem.js';
import { relayRules } from './rules/relay.js';
import type { ServiceRule } from './rules/rule.js';
import { saslRules } from './rules/sasl.js';
import { tlsRules } from './rules/tls.js';

/**
 * Looks at a Postfix installation as a relay for authenticated clients over TLS, and says what is wrong with it.
 * Reads nothing but what it is given.
 */
export function examinePostfix(installation: PostfixInstallation, options: ExaminationOptions): Finding[] {
  const site = new Site(installation, options);
  const rules: readonly ServiceRule[] = [...tlsRules.service, ...pemRules, ...saslRules, ...relayRules];
  const findings = [
    ...[...tlsRules.site, ...masterRules].flatMap((rule) => rule(site)),
    ...smtpdServices(site).flatMap((service) => {
      const found = rules.flatMap((rule) => rule(service));
      return [...found, ...weakenedByOverride(service, found)];
    }),
  ];
  return merge(findings).sort(compareSeverity);
}

/** What is said of several services in the same words is said once. */
function merge(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { service: _, ...same } = finding;
    const key = JSON.stringify(same);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const services = [...new Set(group.flatMap(({ service }) => service ?? []))];
    return services.length === 0 ? (group[0] as Finding) : { ...(group[0] as Finding), service: services.join(', ') };
  });
}
