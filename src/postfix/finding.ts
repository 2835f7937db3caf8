import type { Severity } from '../warnings.js';

/** The file to which a proposed line belongs; `shell` for a command. */
export type FixPlace = 'main.cf' | 'master.cf' | 'smtpd.conf' | 'shell';

/** A problem of an installation. */
export interface Finding {
  /** The identifier of the rule, which does not change: a letter for the group, and a number. docs/doctor.md lists all rules. */
  readonly rule: string;
  readonly severity: Severity;
  /**
   * The services with the problem as `postconf -P` prints them, separated by commas. Undefined if the problem does not concern a service.
   */
  readonly service?: string;
  /** The parameter of Postfix or the option of smtpd.conf with the problem; for a problem of master.cf, the service. */
  readonly parameter?: string;
  /** The problem and its consequence. If `fix` is empty, the message ends with what to do. */
  readonly message: string;
  /**
   * Lines or commands that remove the problem, one per line. They were applied to a copy of the configuration, where they removed the
   * finding and caused no new error or warning. The fix of rule P09, and commands whose effect the rules cannot see, such as `postfix
   * reload`, were not tried. Empty if no such fix is known.
   */
  readonly fix: string;
  /** The file to which the lines of `fix` belong; `shell` if they are commands. */
  readonly place: FixPlace;
}

/** Completes a finding that has no fix: appends the advice to its message. */
export function withoutFix(finding: Omit<Finding, 'fix' | 'place'>, advice: string): Finding {
  return { ...finding, message: `${finding.message}. To do: ${advice}`, fix: '', place: 'shell' };
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Compares findings for sorting. The worst comes first. */
export function compareSeverity(a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): number {
  return order[a.severity] - order[b.severity];
}
