import type { Warning } from '../../warnings.js';
import { type Failure, failureLine } from '../failure.js';
import { type Report, warningText } from '../report.js';
import type { BatchTarget } from './batch-targets.js';
import type { WrittenFile } from './json.js';
import { remediesOf } from './refusal.js';

/** What became of one of several keystores. */
export interface StoreResult {
  readonly target: BatchTarget;
  readonly warnings: readonly Warning[];
  /** `refused`: not written for its warnings, as `--strict` wants it. */
  readonly end: 'written' | 'current' | 'refused' | 'failed';
  readonly files: readonly WrittenFile[];
  readonly contents: string;
  readonly told: object | undefined;
  readonly failure?: Failure;
}

/** Says what became of each, in the order in which they were given, and then of all. */
export function tellBatch(results: readonly StoreResult[], dryRun: boolean, report: Report): void {
  const hints = new Set<string>();
  for (const result of results) tellStore(result, dryRun, report, results.length === 1, hints);
  for (const hint of hints) report.hint(hint);
  if (results.length > 1) report.say(summary(results, dryRun));
}

/** What `--json` prints of each, a line. */
export function batchJson({ target, end, files, told, warnings, failure }: StoreResult, dryRun: boolean): object {
  const { keystore } = target;
  const error = failure && { code: failure.code, message: failure.message };
  if (end === 'failed') return { keystore, error };
  const changed = end === 'written';
  return { keystore, changed, files, ...told, warnings, ...(dryRun && { dryRun }), ...(error && { error }) };
}

function tellStore(
  { target, end, warnings, contents, failure }: StoreResult,
  dryRun: boolean,
  report: Report,
  isOnly: boolean,
  hints: Set<string>,
): void {
  const { keystore, path } = target;
  for (const warning of warnings) {
    const text = `${keystore}: ${warningText(warning)}`;
    report.warning(text);
  }
  if (end === 'refused') for (const remedy of remediesOf(warnings)) hints.add(remedy);
  if (failure) {
    const line = failureLine(failure);
    report.error(line.startsWith(`${keystore}: `) ? line : `${keystore}: ${line}`);
    if (failure.hint !== undefined) hints.add(failure.hint);
  }
  if (end === 'written') report.say(`${dryRun ? 'would write' : 'wrote'} ${path}: ${contents}`);
  // Of many keystores only the changes are news.
  if (end === 'current' && isOnly) report.say(`${path} is up to date: ${contents}`);
}

function summary(results: readonly StoreResult[], dryRun: boolean): string {
  const count = (end: StoreResult['end']) => results.filter((result) => result.end === end).length;
  const parts = [`${count('written')} ${dryRun ? 'would be written' : 'written'}`, `${count('current')} up to date`];
  for (const end of ['refused', 'failed'] as const) if (count(end) > 0) parts.push(`${count(end)} ${end}`);
  return `${results.length} keystores: ${parts.join(', ')}`;
}
