import type { Severity } from '../../warnings.js';
import type { Change } from '../configuration/change.js';
import type { Site } from '../configuration/site.js';
import type { Audience, SmtpdService } from '../configuration/smtpd-service.js';

/** What a rule has found, before it is known whether its changes are safe. */
export interface Draft {
  readonly severity: Severity;
  readonly parameter?: string;
  /** What is wrong, and what happens because of it; without a full stop at the end. */
  readonly message: string;
  /** Changes that should remove the finding; together, in this order. */
  readonly changes?: readonly Change[];
  /** What to do if there are no changes, or if they are not safe. An imperative sentence without a full stop. */
  readonly advice: string;
}

/** One thing that the examination looks for. `doctor --explain` and docs/doctor.md are made from these. */
export interface Rule {
  /** A letter for the group (T TLS, A and S authentication, P PEM files, N server names, R relaying, O outgoing mail, M master.cf) and a number. */
  readonly id: string;
  /** The worst severity it reports. */
  readonly severity: Severity;
  /** What is wrong, in one line. */
  readonly what: string;
  /** What happens because of it, in a sentence or two. */
  readonly why: string;
  /** Where Postfix documents it. */
  readonly document: string;
  /** Looked for once. */
  readonly site?: (site: Site) => readonly Draft[];
  /** Looked for in every smtpd service. */
  readonly service?: (service: SmtpdService) => readonly Draft[];
  /**
   * Audiences for which the fault counts as reported. For a service that others reach, it becomes information: nobody on
   * the network can exploit or suffer from it. Without: `internet` alone.
   */
  readonly audiences?: readonly Audience[];
}

/** For rules about faults that stop a service for all of its clients. */
export const everyAudience: readonly Audience[] = ['internet', 'networks', 'machine'];

/** A rule for services that offer AUTH, and do not leave it to a proxy in front of them. */
export function saslRule(rule: Omit<Rule, 'service'>, check: (service: SmtpdService) => readonly Draft[]): Rule {
  return { ...rule, service: (service) => (service.offersAuth && !service.tlsIsAtProxy ? check(service) : []) };
}
