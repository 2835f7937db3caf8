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
  /**
   * Advice that is printed if there are no changes, or if they do not pass {@link FixTrials.isSafe}: an imperative sentence without a full
   * stop.
   */
  readonly advice: string;
}

/**
 * Facts about the other smtpd services, for the examination of one service. The examination depends on no other properties of these
 * services. Therefore a service need not be examined again as long as these facts stay the same.
 */
export interface OtherServices {
  /** There are other smtpd services. */
  readonly exist: boolean;
  /** At least one other service offers AUTH. */
  readonly offerAuth: boolean;
  /** At least one other service offers AUTH to clients on the Internet. */
  readonly offerAuthToInternet: boolean;
  /** At least one other service offers AUTH to clients on the Internet, and lets those that log in relay. */
  readonly letUsersRelay: boolean;
  /** At least one other service offers AUTH only inside TLS. */
  readonly protectPasswords: boolean;
  /** At least one other service lets clients relay because of a certificate. */
  readonly relayByCertificate: boolean;
}

/** A rule of the examination. `doctor --explain` and docs/doctor.md print its texts. */
export interface Rule {
  /**
   * The identifier: a letter for the group (T TLS, A and S authentication, P PEM files, N server names, R relaying, O outgoing mail, M
   * master.cf) and a number.
   */
  readonly id: string;
  /** The worst severity that the rule reports. */
  readonly severity: Severity;
  /** The problem, in one line. */
  readonly what: string;
  /** Why it is a problem, in a few sentences. */
  readonly why: string;
  /** The part of Postfix's documentation, or the RFC, that describes the matter. */
  readonly document: string;
  /** Examines the whole installation; `services` are its enabled smtpd services. */
  readonly site?: (site: Site, services: readonly SmtpdService[]) => readonly Draft[];
  /** Examines one smtpd service. It is called for each of them. */
  readonly service?: (service: SmtpdService, others: OtherServices) => readonly Draft[];
  /**
   * The audiences for which findings of `service` keep their severity. For a service with another audience they are lowered to `info`,
   * because no client on the Internet is affected. Default: only `internet`. Findings of `site` always keep their severity.
   */
  readonly audiences?: readonly Audience[];
}

/** All audiences, for rules about problems that concern clients on this machine as well as clients on the Internet. */
export const everyAudience: readonly Audience[] = ['internet', 'networks', 'machine'];

/** Creates a rule for services that offer AUTH, except those behind a proxy that handles TLS. */
export function saslRule(rule: Omit<Rule, 'service'>, check: (service: SmtpdService) => readonly Draft[]): Rule {
  return { ...rule, service: (service) => (service.offersAuth && !service.tlsIsAtProxy ? check(service) : []) };
}
