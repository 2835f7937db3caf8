import type { MailClientSettings } from '../../postfix/clients/mail-client.js';
import type { Finding } from '../../postfix/finding.js';
import type { ProbeResult } from '../../probe/probe.js';
import type { Failure } from '../failure.js';
import { countFindings, describeProbe, probeJson, severityText } from '../probe/probe-report.js';
import { asName, type Text } from '../terminal/text.js';

/** Everything that `doctor` has found. */
export interface Diagnosis {
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly live: ProbeResult | undefined;
  /** Why the running server could not be probed. */
  readonly liveFailure: Failure | undefined;
  readonly settings: readonly MailClientSettings[];
}

const userNames: Readonly<Record<MailClientSettings['userName'], string>> = {
  address: 'the whole mail address',
  'local part': 'the part of the mail address before the @',
  'login name': 'the login name',
};

/** The lines of `doctor`: by service, the worst first, each with the line to copy. */
export function describeDiagnosis(diagnosis: Diagnosis, now: Date): Text[] {
  const { version, findings, live, liveFailure, settings } = diagnosis;
  const lines: Text[] = [[asName(`Postfix ${version}`)]];
  for (const [service, group] of bySection(findings)) {
    lines.push('', [asName(service), ':']);
    for (const { severity, rule, parameter, message, place, fix } of group) {
      const what = `${rule}${parameter === undefined ? '' : ` ${parameter}`}`;
      lines.push(['  ', severityText(severity, ''), ` ${what}: ${message}`]);
      if (fix !== '') for (const line of fix.split('\n')) lines.push(`    ${place}: ${line}`);
    }
  }
  lines.push('', countFindings(findings));
  if (live) lines.push('', ...describeProbe(live, now));
  if (liveFailure) lines.push('', [severityText('error'), ` the server could not be probed: ${liveFailure.message}`]);
  if (!findings.some(({ severity }) => severity === 'error') && settings.length > 0)
    lines.push('', 'Settings for mail programs (outgoing server, SMTP):', ...settings.map(describeSettings));
  return lines;
}

function bySection(findings: readonly Finding[]): Map<string, Finding[]> {
  const sections = new Map<string, Finding[]>();
  for (const finding of findings) {
    const section = finding.service ?? 'the whole installation';
    sections.set(section, [...(sections.get(section) ?? []), finding]);
  }
  return sections;
}

function describeSettings({ server, port, security, userName }: MailClientSettings): string {
  return `  ${server}, port ${port}, ${security}, normal password, user name: ${userNames[userName]}`;
}

/** What `doctor --json` prints. */
export function diagnosisJson({ version, findings, live, liveFailure, settings }: Diagnosis) {
  const probe = live ? probeJson(live) : liveFailure ? { error: liveFailure } : null;
  return { mailVersion: version, findings, probe, mailClientSettings: settings };
}
