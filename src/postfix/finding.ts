import type { Severity } from '../warnings.js';

/** Where the line that mends it belongs. */
export type FixPlace = 'main.cf' | 'master.cf' | 'smtpd.conf' | 'shell';

/** One thing about an installation that should be otherwise. */
export interface Finding {
  /** Stable: a letter for the group (T TLS, A and S authentication, P PEM file, R relaying, M master.cf) and a number. */
  readonly rule: string;
  readonly severity: Severity;
  /** Services it holds for, as `postconf -P` writes them, separated by commas; absent if it holds for all. */
  readonly service?: string;
  /** As Postfix spells it. */
  readonly parameter?: string;
  /** What is so, and what happens because of it. */
  readonly message: string;
  /** The line that mends it in this version of Postfix. */
  readonly fix: string;
  /** Where `fix` belongs. */
  readonly place: FixPlace;
}

/** A line and where it belongs. */
export type Fix = Pick<Finding, 'fix' | 'place'>;

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** For sorting: the worst first. */
export function compareSeverity(a: Finding, b: Finding): number {
  return order[a.severity] - order[b.severity];
}
