import type { Change } from './configuration/change.js';
import type { MasterService } from './configuration/master-cf.js';
import type { SmtpdService } from './configuration/smtpd-service.js';
import { compareSeverity } from './finding.js';
import { certificateSources, filesOf } from './pem/certificate-source.js';
import { concernsSomeServices, type Examination, type RuleDraft, runRulesAgain } from './run-rules.js';

/**
 * Maximum number of trials of changes that concern all services, because each such trial takes as long as the whole examination. An
 * installation where everything is wrong needs about twenty; the limit is for one with thousands of misspelt parameters.
 */
const mostCommonTrials = 64;

type Group = readonly RuleDraft[];

/** Tries, on copies of the configuration, the changes that the findings propose. */
export class FixTrials {
  readonly #groups: ReadonlySet<Group>;
  /** The services by their entries in master.cf. */
  readonly #services: ReadonlyMap<MasterService, SmtpdService>;
  readonly #worst: ReadonlyMap<string, RuleDraft>;
  readonly #withoutTls: ReadonlySet<string>;
  /** Paths of PEM files that a service reads together with others: a key in one file and its certificates in another. */
  readonly #parts: ReadonlySet<string>;
  /** Cache: whether a group contains an error or warning that is new, or worse than before. */
  readonly #isWorse = new WeakMap<Group, boolean>();
  /**
   * Trials of changes that concern all services, by the changes as JSON. Undefined for changes that were not tried because of the limit.
   */
  readonly #common = new Map<string, Examination | undefined>();

  /** @param before the examination of the configuration without changes */
  constructor(private readonly before: Examination) {
    this.#groups = new Set(before.groups);
    this.#services = new Map(before.services.map((service) => [service.master, service]));
    const worst = new Map<string, RuleDraft>();
    for (const draft of before.groups.flat())
      if (isWorse(draft, worst.get(identityOf(draft)))) worst.set(identityOf(draft), draft);
    this.#worst = worst;
    this.#withoutTls = new Set(before.services.flatMap(({ name, requiresTls }) => (requiresTls ? [] : [name])));
    this.#parts = new Set(before.services.flatMap(partialFiles));
  }

  /**
   * Checks whether the changes of a finding remove it, cause no new error or warning, and do not make another service require TLS.
   * @param group the group of {@link Examination.groups} that contains the draft
   */
  isSafe(draft: RuleDraft, group: Group): boolean {
    const { changes } = draft;
    if (changes === undefined || changes.length === 0) return false;
    // The effect of a command cannot be tried, unless the change declares it.
    if (changes.every((change) => change.kind === 'command' && change.effect === undefined)) return true;
    // A trial does not show what a rebuilt file contains: a key and its whole chain. A service that reads only the key or only the
    // certificates from this file would send certificates twice, or have a key that does not belong to its other file.
    if (changes.some((change) => rebuiltPaths(change).some((path) => this.#parts.has(path)))) return false;
    const after = this.#try(changes);
    return (
      after !== undefined && isGone(draft, group, after) && !this.#isAnyNew(after) && !this.#isTlsForced(draft, after)
    );
  }

  #try(changes: readonly Change[]): Examination | undefined {
    if (concernsSomeServices(changes)) return this.#examine(changes);
    const key = JSON.stringify(changes);
    if (!this.#common.has(key))
      this.#common.set(key, this.#common.size < mostCommonTrials ? this.#examine(changes) : undefined);
    return this.#common.get(key);
  }

  #examine(changes: readonly Change[]): Examination {
    return runRulesAgain(this.before.site, this.#services, changes);
  }

  /**
   * Checks whether there is a new error or warning, or one that became worse. {@link RuleDraft.fullSeverity} is compared, so that a change
   * does not break a service that cannot be reached from outside.
   */
  #isAnyNew({ groups }: Examination): boolean {
    return groups.some((group) => {
      // The group of a service that was not examined again is the same object as before.
      if (this.#groups.has(group)) return false;
      const known = this.#isWorse.get(group);
      if (known !== undefined) return known;
      const found = group.some(
        (draft) => draft.fullSeverity !== 'info' && isWorse(draft, this.#worst.get(identityOf(draft))),
      );
      this.#isWorse.set(group, found);
      return found;
    });
  }

  /**
   * Checks whether a service other than that of the finding would begin to require TLS. It would then lose mail from servers without TLS.
   */
  #isTlsForced({ service }: RuleDraft, { services }: Examination): boolean {
    return services.some(({ name, requiresTls }) => requiresTls && name !== service && this.#withoutTls.has(name));
  }
}

/** Returns the PEM files of the sources that consist of several files. */
function partialFiles(service: SmtpdService): readonly string[] {
  return certificateSources(service).flatMap((source) => {
    const paths = new Set(filesOf(source).map(([, path]) => path));
    return paths.size > 1 ? [...paths] : [];
  });
}

function rebuiltPaths(change: Change): readonly string[] {
  return change.kind === 'command' && change.effect !== undefined && 'rebuilt' in change.effect
    ? [change.effect.path]
    : [];
}

/**
 * Checks whether a trial removed a finding: of the drafts with its rule, service and parameter, there are fewer than before, and none with
 * its message.
 */
function isGone(draft: RuleDraft, before: Group, { groups }: Examination): boolean {
  const identity = identityOf(draft);
  const same = (group: Group) => group.filter((each) => identityOf(each) === identity);
  // All drafts of a group have the same `service`. It is undefined for the drafts about the whole installation.
  const after = groups.find((group) => group === before || group[0]?.service === draft.service) ?? [];
  return same(after).length < same(before).length && same(after).every(({ message }) => message !== draft.message);
}

function isWorse(draft: RuleDraft, known: RuleDraft | undefined): boolean {
  return known === undefined || compareSeverity({ severity: draft.fullSeverity }, { severity: known.fullSeverity }) < 0;
}

function identityOf({ rule, service = '', parameter = '' }: RuleDraft): string {
  return `${rule} ${service} ${parameter}`;
}
