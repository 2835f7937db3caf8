import {
  aDate,
  aNumber,
  anIterable,
  anObject,
  aString,
  checkArgument,
  checkOptions,
} from '../bytes/check-arguments.js';
import type { Severity } from '../warnings.js';
import { writeChanges } from './configuration/change.js';
import { Site } from './configuration/site.js';
import { type SmtpdService, smtpdServices } from './configuration/smtpd-service.js';
import { compareSeverity, type Finding } from './finding.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { catalogue } from './rules/catalogue.js';
import { weakerOverride, weakerOverrides } from './rules/master.js';
import type { Draft, Rule } from './rules/rule.js';

/** A problem that a rule has found, with the service. */
interface RuleDraft extends Draft {
  readonly rule: string;
  readonly service?: string;
  /** The severity before it is lowered for a service that cannot be reached from outside. Proposed changes are judged by this severity. */
  readonly fullSeverity: Severity;
}

/**
 * Examines a Postfix installation as a relay for authenticated clients over TLS. Only the given data is read.
 *
 * Each proposed line was applied to a copy of the configuration, which was examined again: the line removes the finding and causes no
 * other. Only commands whose effect is not visible in the given data, such as `postfix reload`, are proposed without this check. If there
 * is no such line, `fix` is empty, and `message` ends with what to do.
 * @example
 * const findings = examinePostfix(installation, { now: new Date() });
 * const isSound = findings.every(({ severity }) => severity !== 'error');
 */
export function examinePostfix(installation: PostfixInstallation, options: ExaminationOptions): Finding[] {
  checkArgument('examinePostfix', 'installation', installation, anObject);
  const expectations = { now: aDate, trustAnchors: anIterable, keystore: aString, days: aNumber };
  checkOptions('examinePostfix', options, expectations);
  checkArgument('examinePostfix', 'now', options.now, aDate);
  const site = Site.parse(installation, options);
  const drafts = runRules(site);
  const verdicts = new Map<string, boolean>();
  const findings = drafts.map((draft) => toFinding(site, draft, isSafe(site, draft, drafts, verdicts)));
  return mergeServices(findings).sort(compareSeverity);
}

/** Runs all rules, for each service separately. */
function runRules(site: Site): RuleDraft[] {
  const forSite = catalogue.flatMap((rule) =>
    (rule.site?.(site) ?? []).map((draft) => ({ ...draft, rule: rule.id, fullSeverity: draft.severity })),
  );
  return [...forSite, ...smtpdServices(site).flatMap(examineService)];
}

function examineService(service: SmtpdService): RuleDraft[] {
  const drafts = runServiceRules(service);
  const without = (parameter: string) => {
    const site = service.site.with([service.withoutOverride(parameter)]);
    const same = smtpdServices(site).find(({ name }) => name === service.name);
    return same === undefined ? [] : runServiceRules(same);
  };
  const weaker = weakerOverrides(service, drafts, without).map((draft) => ({
    ...draft,
    rule: weakerOverride.id,
    service: service.name,
    fullSeverity: draft.severity,
  }));
  return [...drafts, ...weaker];
}

function runServiceRules(service: SmtpdService): RuleDraft[] {
  return catalogue.flatMap((rule) => {
    if (rule.service === undefined) return [];
    const cap = isConcerned(rule, service) ? undefined : ('info' as Severity);
    // Findings of severity `info` are not reported for a port between Postfix and its content filter.
    if (cap !== undefined && service.isReinjection) return [];
    return rule.service(service).map((draft) => ({
      ...draft,
      rule: rule.id,
      service: service.name,
      severity: cap ?? draft.severity,
      fullSeverity: draft.severity,
    }));
  });
}

function isConcerned({ audiences = ['internet'] }: Rule, { audience }: SmtpdService): boolean {
  return audiences.includes(audience);
}

/** Checks whether the changes of a finding remove it and cause no other. Each set of changes is tried only once. */
function isSafe(site: Site, draft: RuleDraft, before: readonly RuleDraft[], verdicts: Map<string, boolean>): boolean {
  const { changes } = draft;
  if (changes === undefined || changes.length === 0) return false;
  // The effect of a command cannot be tried, unless the change declares it.
  if (changes.every((change) => change.kind === 'command' && change.effect === undefined)) return true;
  const key = `${identityOf(draft)} ${JSON.stringify(changes)}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const changed = site.with(changes);
  const after = runRules(changed);
  const verdict = isGone(draft, before, after) && !isAnyNew(before, after) && !isTlsForced(site, changed, draft);
  verdicts.set(key, verdict);
  return verdict;
}

function identityOf({ rule, service = '', parameter = '' }: RuleDraft): string {
  return `${rule} ${service} ${parameter}`;
}

function isGone(draft: RuleDraft, before: readonly RuleDraft[], after: readonly RuleDraft[]): boolean {
  const identity = identityOf(draft);
  const count = (drafts: readonly RuleDraft[]) => drafts.filter((each) => identityOf(each) === identity).length;
  return (
    count(after) < count(before) &&
    !after.some((each) => identityOf(each) === identity && each.message === draft.message)
  );
}

/**
 * Checks whether there is a new error or warning, or one that became worse. Services that cannot be reached from outside are compared too,
 * because a change must not break them.
 */
function isAnyNew(before: readonly RuleDraft[], after: readonly RuleDraft[]): boolean {
  const worst = new Map<string, RuleDraft>();
  const isWorse = (draft: RuleDraft, known: RuleDraft | undefined) =>
    known === undefined || compareSeverity({ severity: draft.fullSeverity }, { severity: known.fullSeverity }) < 0;
  for (const draft of before) if (isWorse(draft, worst.get(identityOf(draft)))) worst.set(identityOf(draft), draft);
  return after.some((draft) => draft.fullSeverity !== 'info' && isWorse(draft, worst.get(identityOf(draft))));
}

/** Checks whether another service would begin to require TLS. It would then lose mail from servers without TLS. */
function isTlsForced(before: Site, after: Site, { service }: RuleDraft): boolean {
  const optional = new Set(
    smtpdServices(before).flatMap(({ name, requiresTls }) => (requiresTls || name === service ? [] : [name])),
  );
  return smtpdServices(after).some(({ name, requiresTls }) => requiresTls && optional.has(name));
}

function toFinding(site: Site, draft: RuleDraft, isFixSafe: boolean): Finding {
  const { rule, severity, service, parameter, message, changes = [], advice } = draft;
  const fix = isFixSafe ? writeChanges(changes, site.wording) : ({ fix: '', place: 'shell' } as const);
  return {
    rule,
    severity,
    ...(service !== undefined && { service }),
    ...(parameter !== undefined && { parameter }),
    message: isFixSafe ? message : `${message}. To do: ${advice}`,
    ...fix,
  };
}

/** Merges findings that differ only in the service. */
export function mergeServices(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { service: _, ...same } = finding;
    const key = JSON.stringify(same);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map((group) => {
    const services = [...new Set(group.flatMap(({ service }) => service ?? []))];
    return services.length === 0 ? (group[0] as Finding) : { ...(group[0] as Finding), service: services.join(', ') };
  });
}
