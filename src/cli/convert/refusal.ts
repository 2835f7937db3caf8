import type { Warning } from '../../warnings.js';
import { warningHints } from '../hints.js';
import type { Report } from '../report.js';

/** Why `--strict` has something not written. */
export function refusalReason(warnings: readonly Warning[]): string {
  const count = warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`;
  return `--strict: ${count}, so nothing was written`;
}

/** Says what the warnings were, that they are the reason of a refusal, and what to do about them. */
export function tellRefusal(report: Report): void {
  const { warnings } = report;
  report.error(refusalReason(warnings));
  for (const remedy of remediesOf(warnings)) report.hint(remedy);
}

/** What to do about warnings, each thing once. */
export function remediesOf(warnings: readonly Warning[]): string[] {
  const texts = warnings.map(({ code }) => warningHints[code]);
  return [...new Set(texts.filter((text) => text !== undefined))];
}
