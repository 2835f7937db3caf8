import type { Severity } from '../warnings.js';

/** Where a proposed line belongs. `shell`: it is a command. */
export type FixPlace = 'main.cf' | 'master.cf' | 'smtpd.conf' | 'shell';

/** One thing about an installation that should be changed. */
export interface Finding {
  /** Stable: a letter for the group and a number. docs/doctor.md lists them all. */
  readonly rule: string;
  readonly severity: Severity;
  /** The services concerned, as `postconf -P` writes them, separated by commas; absent if the whole installation is concerned. */
  readonly service?: string;
  /** As Postfix spells it. */
  readonly parameter?: string;
  /** What is wrong, and what happens because of it. Ends with what to do if `fix` is empty. */
  readonly message: string;
  /**
   * Lines or commands for this version of Postfix, one per line. They were applied to a copy of the configuration, where
   * they removed the finding and caused no other. Empty if no such fix is known.
   */
  readonly fix: string;
  /** Where `fix` belongs. */
  readonly place: FixPlace;
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** For sorting: the worst first. */
export function compareSeverity(a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): number {
  return order[a.severity] - order[b.severity];
}
