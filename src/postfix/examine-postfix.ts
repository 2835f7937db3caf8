import {
  aDate,
  aNumber,
  anIterable,
  anObject,
  aString,
  checkArgument,
  checkOptions,
} from '../bytes/check-arguments.js';
import { writeChanges } from './configuration/change.js';
import { Site } from './configuration/site.js';
import { compareSeverity, type Finding, withoutFix } from './finding.js';
import { FixTrials } from './fix-trials.js';
import type { ExaminationOptions, PostfixInstallation } from './installation/installation.js';
import { mergeServices } from './merge-services.js';
import { type RuleDraft, runRules } from './run-rules.js';

/**
 * Examines a Postfix installation as a relay for authenticated clients over TLS. Only the given data is read.
 *
 * The proposed lines of each finding were applied to a copy of the configuration, which was examined again: they remove the finding and
 * cause no new error or warning. Only commands whose effect is not visible in the given data, such as `postfix reload`, are proposed
 * without this check. If no lines pass the check, `fix` is empty, and `message` ends with what to do.
 * @throws {TypeError} if an argument or an option is missing or has a wrong type, or an option does not exist
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
  const examination = runRules(site);
  const trials = new FixTrials(examination);
  const findings = examination.groups.flatMap((group) =>
    group.map((draft) => toFinding(site, draft, trials.isSafe(draft, group))),
  );
  return mergeServices(findings).sort(compareSeverity);
}

function toFinding(site: Site, draft: RuleDraft, isFixSafe: boolean): Finding {
  const { rule, severity, service, parameter, message, changes = [], advice } = draft;
  const finding = {
    rule,
    severity,
    ...(service !== undefined && { service }),
    ...(parameter !== undefined && { parameter }),
    message,
  };
  const fix = isFixSafe ? writeChanges(changes, site.wording) : undefined;
  return fix ? { ...finding, ...fix } : withoutFix(finding, advice);
}
