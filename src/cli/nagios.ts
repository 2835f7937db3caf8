import type { Severity } from '../warnings.js';
import type { Host } from './host.js';
import { printable } from './terminal/text.js';

/** Exit codes of monitoring plugins (Monitoring Plugins Development Guidelines, "Plugin Return Codes"). */
export const NagiosState = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
export type NagiosState = (typeof NagiosState)[keyof typeof NagiosState];

const stateNames = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Maximum number of characters of the text. NRPE truncates the whole printed line to its packet size of 1,024 bytes. */
const longestText = 800;

/** Returns the state for findings: critical for errors, and with `--strict` also for warnings. */
export function stateOf(findings: readonly { readonly severity: Severity }[], strict = false): NagiosState {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('error') || (strict && has('warning'))) return NagiosState.critical;
  return has('warning') ? NagiosState.warning : NagiosState.ok;
}

/**
 * Prints the line of a monitoring plugin.
 * @param service the name of the command, which is printed in capital letters before the state
 * @param daysLeft days until the earliest expiry of a certificate; printed as performance data
 * @returns the exit code
 */
export function writeNagios(
  host: Host,
  service: string,
  state: NagiosState,
  text: string,
  daysLeft?: number,
): NagiosState {
  // A vertical bar begins the performance data.
  const short = printable(text).replaceAll('|', '/').slice(0, longestText);
  const data = daysLeft === undefined ? '' : ` | days_left=${daysLeft}`;
  const name = service.replace(/[^a-z]/g, '').toUpperCase();
  host.writeOutput(Buffer.from(`${name === '' ? '' : `${name} `}${stateNames[state]} - ${short}${data}\n`));
  return state;
}
