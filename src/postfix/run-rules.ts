import type { Severity } from '../warnings.js';
import type { Change } from './configuration/change.js';
import type { MasterService } from './configuration/master-cf.js';
import type { Site } from './configuration/site.js';
import { SmtpdService, smtpdServices } from './configuration/smtpd-service.js';
import { catalogue } from './rules/catalogue.js';
import { weakerOverride, weakerOverrides } from './rules/master-cf.js';
import { describeOthers } from './rules/other-services.js';
import type { Draft, OtherServices, Rule } from './rules/rule.js';

/** A problem that a rule has found, with the rule and the service. */
export interface RuleDraft extends Draft {
  readonly rule: string;
  readonly service?: string;
  /**
   * The severity before it is lowered to `info` because of the audience of the service (see {@link Rule.audiences}). {@link FixTrials}
   * compares this severity.
   */
  readonly fullSeverity: Severity;
}

/** The results of all rules for one state of the configuration. */
export interface Examination {
  readonly site: Site;
  readonly services: readonly SmtpdService[];
  /** The drafts about the whole installation, then those about each service, in the order of `services`. */
  readonly groups: readonly (readonly RuleDraft[])[];
}

/** The results for an examined service. */
interface Examined {
  /** The drafts, by the {@link OtherServices} that the rules received. */
  readonly drafts: Map<OtherServices, readonly RuleDraft[]>;
  /** The paths of the files that the rules have requested. */
  readonly paths: Set<string>;
}

const examined = new WeakMap<SmtpdService, Examined>();

/**
 * Runs all rules.
 * @param known returns the existing service for an entry of master.cf if it need not be examined again, otherwise undefined
 */
export function runRules(
  site: Site,
  known: (entry: MasterService) => SmtpdService | undefined = () => undefined,
): Examination {
  const services = smtpdServices(site, known);
  const forSite = catalogue.flatMap((rule) =>
    (rule.site?.(site, services) ?? []).map((draft) => ({ ...draft, rule: rule.id, fullSeverity: draft.severity })),
  );
  const othersOf = describeOthers(services);
  return {
    site,
    services,
    groups: [forSite, ...services.map((service) => examineService(service, othersOf(service)))],
  };
}

/**
 * Runs all rules again after changes. Services that the changes do not concern are not examined again.
 * @param services the services of the site, by their entries in master.cf
 */
export function runRulesAgain(
  site: Site,
  services: ReadonlyMap<MasterService, SmtpdService>,
  changes: readonly Change[],
): Examination {
  const isUnaffected = unaffectedBy(changes);
  return runRules(site.with(changes), (entry) => {
    const service = services.get(entry);
    return service !== undefined && isUnaffected(service) ? service : undefined;
  });
}

/**
 * Checks whether all changes concern only some services: the services whose entries in master.cf are replaced, or that use a changed file.
 */
export function concernsSomeServices(changes: readonly Change[]): boolean {
  return changes.every(({ kind }) => someServices.has(kind));
}

const someServices: ReadonlySet<Change['kind']> = new Set([
  'override',
  'remove override',
  'no chroot',
  'service',
  'command',
]);

function unaffectedBy(changes: readonly Change[]): (service: SmtpdService) => boolean {
  if (!concernsSomeServices(changes)) return () => false;
  const paths = changes.flatMap((change) =>
    change.kind === 'command' && change.effect !== undefined ? [change.effect.path] : [],
  );
  return (service) => !paths.some((path) => examined.get(service)?.paths.has(path));
}

function examineService(service: SmtpdService, others: OtherServices): readonly RuleDraft[] {
  const memory = examined.get(service) ?? { drafts: new Map(), paths: new Set() };
  examined.set(service, memory);
  const known = memory.drafts.get(others);
  if (known !== undefined) return known;
  const drafts = service.site.recordPaths(memory.paths, () => draftsOf(service, others));
  memory.drafts.set(others, drafts);
  return drafts;
}

function draftsOf(service: SmtpdService, others: OtherServices): readonly RuleDraft[] {
  const drafts = runServiceRules(service, others);
  const without = (parameter: string) => {
    const overrides = new Map([...service.master.overrides].filter(([name]) => name !== parameter));
    return runServiceRules(new SmtpdService(service.site, { ...service.master, overrides }), others);
  };
  const weaker = weakerOverrides(service, drafts, without).map((draft) => ({
    ...draft,
    rule: weakerOverride.id,
    service: service.name,
    fullSeverity: draft.severity,
  }));
  return [...drafts, ...weaker];
}

function runServiceRules(service: SmtpdService, others: OtherServices): RuleDraft[] {
  return catalogue.flatMap((rule) => {
    if (rule.service === undefined) return [];
    const cap = isConcerned(rule, service) ? undefined : ('info' as Severity);
    // Findings that would be lowered to `info` are not reported for the service to which a content filter returns mail.
    if (cap !== undefined && service.isReinjection) return [];
    return rule.service(service, others).map((draft) => ({
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
