import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { type Failure, failureLine } from '../command-errors.js';
import { warningHints } from '../hints.js';
import type { Host } from '../host.js';
import { toJson, toJsonLine } from '../json.js';
import { type Report, warningTexts } from '../report.js';
import { describeLeaf } from './chain-text.js';
import { existingLeaves } from './existing-leaves.js';
import type { ConvertOptions } from './options.js';
import type { WrittenFile } from './result-json.js';
import type { Target } from './targets.js';

/** The result of one keystore. */
export interface KeystoreResult {
  readonly target: Target;
  readonly warnings: readonly Warning[];
  /**
   * `written`: a file was replaced, or would be replaced in a dry run. `current`: no file needed a change. `printed`: to standard output.
   * `refused`: not written, because `--strict` refuses warnings.
   */
  readonly end: 'written' | 'current' | 'printed' | 'refused' | 'failed';
  readonly files: readonly WrittenFile[];
  readonly contents: string;
  /** The certificates of the keys. */
  readonly leaves: readonly Certificate[];
  /** Messages about the leaves that replace an entry's own certificate: where each comes from, and why. */
  readonly notes: readonly string[];
  readonly json: object | undefined;
  readonly failure?: Failure;
}

/** Options of {@link reportResults}. */
interface ReportOptions {
  readonly dryRun: boolean;
  readonly now: Date;
  readonly host: Host;
}

/**
 * Reports the results in the order of the keystores, with failures last, and then the hints. With several keystores, each note, warning and
 * error begins with the path of its keystore, and totals follow at the end.
 */
export function reportResults(results: readonly KeystoreResult[], options: ReportOptions, report: Report): void {
  const several = results.length > 1;
  const hints = new Set<string>();
  const hasFailed = ({ end }: KeystoreResult) => end === 'failed';
  const failedLast = [...results.filter((result) => !hasFailed(result)), ...results.filter(hasFailed)];
  for (const result of failedLast) reportResult(result, options, report, several, hints);
  for (const hint of hints) report.hint(hint);
  if (several) report.say(summary(results, options.dryRun));
}

/**
 * Returns the JSON of a result.
 * @param ofRun warnings about the whole run, which are added to those of the keystore
 */
function resultObject(
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

/** Formats the message for output that `--strict` refuses because of `count` warnings. */
export function refusalReason(count: number): string {
  return `--strict: ${count === 1 ? 'a warning' : `${count} warnings`}, so nothing was written`;
}

/** Returns the hints for warnings, without duplicates. */
function remediesOf(warnings: readonly Warning[]): string[] {
  const texts = warnings.map(({ code }) => warningHints[code]);
  return [...new Set(texts.filter((text) => text !== undefined))];
}

function reportResult(
  { target, end, warnings, notes, contents, leaves, files, failure }: KeystoreResult,
  { dryRun, now, host }: ReportOptions,
  report: Report,
  several: boolean,
  hints: Set<string>,
): void {
  const { keystore, path } = target;
  const prefix = several ? `${keystore}: ` : '';
  for (const note of notes) report.say(`${prefix}${note}`);
  for (const text of warningTexts(warnings)) report.warning(`${prefix}${text}`);
  if (end === 'refused') for (const remedy of remediesOf([...report.warnings, ...warnings])) hints.add(remedy);
  if (failure) {
    const line = failureLine(failure);
    report.error(line.startsWith(prefix) ? line : `${prefix}${line}`);
    if (failure.hint !== undefined) hints.add(failure.hint);
  }
  if (end === 'written') report.say(`${dryRun ? 'would write' : 'wrote'} ${path}: ${contents}`);
  if (end === 'written' && dryRun) {
    for (const leaf of existingLeaves(files, host)) report.say(`  old: ${describeLeaf(leaf, now)}`);
    for (const leaf of leaves) report.say(`  new: ${describeLeaf(leaf, now)}`);
  }
  // With several keystores, the unchanged ones are only counted; see summary().
  if (end === 'current' && !several) report.say(`${path} is up to date: ${contents}`);
}

function summary(results: readonly KeystoreResult[], dryRun: boolean): string {
  const count = (end: KeystoreResult['end']) => results.filter((result) => result.end === end).length;
  const parts = [`${count('written')} ${dryRun ? 'would be written' : 'written'}`, `${count('current')} up to date`];
  for (const end of ['refused', 'failed'] as const) if (count(end) > 0) parts.push(`${count(end)} ${end}`);
  return `${results.length} keystores: ${parts.join(', ')}`;
}

/** With `--json`, prints the JSON: one object, or with `--output-dir` a line for each keystore, so that programs can read line by line. */
export function printResults(
  results: readonly KeystoreResult[],
  { options, host, report }: { readonly options: ConvertOptions; readonly host: Host; readonly report: Report },
): void {
  if (!options.json) return;
  const { dryRun = false, outputDir } = options;
  const print = outputDir === undefined ? toJson : toJsonLine;
  host.writeOutput(Buffer.from(results.map((result) => print(resultObject(result, report.warnings, dryRun))).join('')));
}
