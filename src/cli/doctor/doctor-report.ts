import type { MailClientSettings } from '../../postfix/clients/mail-client.js';
import type { Finding } from '../../postfix/finding.js';
import type { ProbeResult } from '../../probe/probe.js';
import { countFindings, describeProbe, probeJson } from '../probe/probe-report.js';
import { printable } from '../terminal/printable.js';

/** All that `doctor` has found out. */
export interface Diagnosis {
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly live: ProbeResult | undefined;
  readonly settings: readonly MailClientSettings[];
}

const userNames: Readonly<Record<MailClientSettings['userName'], string>> = {
  address: 'the whole mail address',
  'local part': 'what stands before the @ of the mail address',
  'login name': 'the login name',
};

/** What `doctor` tells people: by service, the worst first, each with the line to copy. */
export function describeDiagnosis({ version, findings, live, settings }: Diagnosis): string {
  const lines = [`Postfix ${version}`];
  for (const [service, group] of bySection(findings)) {
    lines.push('', `${service}:`);
    for (const { severity, rule, parameter, message, place, fix } of group) {
      lines.push(
        `  ${severity} ${rule}${parameter === undefined ? '' : ` ${parameter}`}: ${message}`,
        ...(fix === '' ? [] : fix.split('\n').map((line) => `    ${place}: ${line}`)),
      );
    }
  }
  lines.push('', countFindings(findings));
  if (live) lines.push('', ...describeProbe(live).trimEnd().split('\n'));
  if (!findings.some(({ severity }) => severity === 'error') && settings.length > 0) {
    lines.push('', 'Settings for mail programs (outgoing server, SMTP):', ...settings.map(describeSettings));
  }
  return `${lines.map(printable).join('\n')}\n`;
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
export function diagnosisJson({ version, findings, live, settings }: Diagnosis) {
  return { mailVersion: version, findings, probe: live ? probeJson(live) : null, mailClientSettings: settings };
}
