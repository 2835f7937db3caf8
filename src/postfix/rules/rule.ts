import type { Severity } from '../../warnings.js';
import type { Change } from '../configuration/change.js';
import type { Site } from '../configuration/site.js';
import type { Audience, SmtpdService } from '../configuration/smtpd-service.js';

/** A problem that a rule has found, before its changes are tried. */
export interface Draft {
  readonly severity: Severity;
  readonly parameter?: string;
  /** The problem and its consequence, without a full stop at the end. */
  readonly message: string;
  /** Changes that together remove the problem, in this order. */
  readonly changes?: readonly Change[];
  /** Advice for the case that there are no changes, or that they are not safe: an imperative sentence without a full stop. */
  readonly advice: string;
}

/** A rule of the examination. `doctor --explain` and docs/doctor.md print its texts. */
export interface Rule {
  /** A letter for the group (T TLS, A and S authentication, P PEM files, N server names, R relaying, O outgoing mail, M master.cf) and a number. */
  readonly id: string;
  /** The worst severity it reports. */
  readonly severity: Severity;
  /** The problem, in one line. */
  readonly what: string;
  /** The consequence, in one or two sentences. */
  readonly why: string;
  /** The part of Postfix's documentation about it. */
  readonly document: string;
  /** Examines the whole installation. */
  readonly site?: (site: Site) => readonly Draft[];
  /** Examines one smtpd service; called for each of them. */
  readonly service?: (service: SmtpdService) => readonly Draft[];
  /**
   * The audiences for which the problem has its full severity. For services with another audience it is reported as
   * information, because no client on the network is affected. Default: `internet` only.
   */
  readonly audiences?: readonly Audience[];
}

/** For rules about faults that make a service unusable for all of its clients. */
export const everyAudience: readonly Audience[] = ['internet', 'networks', 'machine'];

/** Makes a rule for services that offer AUTH themselves, not through a proxy. */
export function saslRule(rule: Omit<Rule, 'service'>, check: (service: SmtpdService) => readonly Draft[]): Rule {
  return { ...rule, service: (service) => (service.offersAuth && !service.tlsIsAtProxy ? check(service) : []) };
}
