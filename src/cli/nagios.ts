import type { Severity } from '../warnings.js';
import type { Host } from './host.js';
import { printable } from './terminal/text.js';

/** Exit codes of monitoring plugins (Monitoring Plugins Development Guidelines, "Plugin Return Codes"). */
export const NagiosState = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
export type NagiosState = (typeof NagiosState)[keyof typeof NagiosState];

const stateNames = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Longer lines are cut by NRPE, whose packets hold 1,024 bytes. */
const longestText = 800;

/** The state of what was found: errors are critical, with `--strict` warnings too. */
export function stateOf(findings: readonly { readonly severity: Severity }[], strict = false): NagiosState {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('error') || (strict && has('warning'))) return NagiosState.critical;
  return has('warning') ? NagiosState.warning : NagiosState.ok;
}

/**
 * Writes the one line of a monitoring plugin.
 * @param service what was checked, before the state
 * @param daysLeft performance data, with the days from which there is a warning
 * @returns the exit code
 */
export function writeNagios(
  host: Host,
  service: string,
  state: NagiosState,
  text: string,
  daysLeft?: number,
): NagiosState {
  // A bar begins the performance data.
  const short = printable(text).replaceAll('|', '/').slice(0, longestText);
  const data = daysLeft === undefined ? '' : ` | days_left=${daysLeft}`;
  const name = service.replace(/[^a-z]/g, '').toUpperCase();
  host.writeOutput(Buffer.from(`${name === '' ? '' : `${name} `}${stateNames[state]} - ${short}${data}\n`));
  return state;
}
