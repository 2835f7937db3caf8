import type { Warning } from '../../warnings.js';
import { type Failure, failureLine } from '../failure.js';
import { warningHints } from '../hints.js';
import { type Report, warningText } from '../report.js';
import type { WrittenFile } from './json.js';
import type { Target } from './targets.js';

/** What became of one keystore. */
export interface KeystoreResult {
  readonly target: Target;
  readonly warnings: readonly Warning[];
  /** `printed`: to standard output. `refused`: not written because of its warnings, as `--strict` asks. */
  readonly end: 'written' | 'current' | 'printed' | 'refused' | 'failed';
  readonly files: readonly WrittenFile[];
  readonly contents: string;
  /** Choices that the user should know of. */
  readonly notes: readonly string[];
  readonly json: object | undefined;
  readonly failure?: Failure;
}

/** Reports each result in the order of the keystores, then their number. Of several keystores each line names its keystore. */
export function reportResults(results: readonly KeystoreResult[], dryRun: boolean, report: Report): void {
  const several = results.length > 1;
  const hints = new Set<string>();
  for (const result of results) reportResult(result, dryRun, report, several, hints);
  for (const hint of hints) report.hint(hint);
  if (several) report.say(summary(results, dryRun));
}

/**
 * What `--json` prints of each.
 * @param ofRun warnings about the run, and so about every keystore of it
 */
export function resultObject(
  { target, end, files, json, warnings, failure }: KeystoreResult,
  ofRun: readonly Warning[],
  dryRun: boolean,
): object {
  const { keystore } = target;
  const error = failure && {
    code: failure.code,
    message: failure.message,
    ...(failure.hint !== undefined && { hint: failure.hint }),
  };
  if (end === 'failed') return { keystore, error };
  const changed = end === 'written';
  return {
    keystore,
    changed,
    files,
    ...json,
    warnings: [...ofRun, ...warnings],
    ...(dryRun && { dryRun }),
    ...(error && { error }),
  };
}

/** Why `--strict` has something not written. */
export function refusalReason(count: number): string {
  return `--strict: ${count === 1 ? 'a warning' : `${count} warnings`}, so nothing was written`;
}

/** What to do about warnings, each thing once. */
function remediesOf(warnings: readonly Warning[]): string[] {
  const texts = warnings.map(({ code }) => warningHints[code]);
  return [...new Set(texts.filter((text) => text !== undefined))];
}

function reportResult(
  { target, end, warnings, notes, contents, failure }: KeystoreResult,
  dryRun: boolean,
  report: Report,
  several: boolean,
  hints: Set<string>,
): void {
  const { keystore, path } = target;
  const prefix = several ? `${keystore}: ` : '';
  for (const note of notes) report.say(`${prefix}${note}`);
  for (const warning of warnings) {
    report.warning(`${prefix}${warningText(warning)}`);
  }
  if (end === 'refused') for (const remedy of remediesOf([...report.warnings, ...warnings])) hints.add(remedy);
  if (failure) {
    const line = failureLine(failure);
    report.error(line.startsWith(prefix) ? line : `${prefix}${line}`);
    if (failure.hint !== undefined) hints.add(failure.hint);
  }
  if (end === 'written') report.say(`${dryRun ? 'would write' : 'wrote'} ${path}: ${contents}`);
  // Of several keystores only the changes are news.
  if (end === 'current' && !several) report.say(`${path} is up to date: ${contents}`);
}

function summary(results: readonly KeystoreResult[], dryRun: boolean): string {
  const count = (end: KeystoreResult['end']) => results.filter((result) => result.end === end).length;
  const parts = [`${count('written')} ${dryRun ? 'would be written' : 'written'}`, `${count('current')} up to date`];
  for (const end of ['refused', 'failed'] as const) if (count(end) > 0) parts.push(`${count(end)} ${end}`);
  return `${results.length} keystores: ${parts.join(', ')}`;
}
