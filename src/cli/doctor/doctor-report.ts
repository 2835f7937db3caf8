import { bounded } from '../../bytes/bounded-text.js';
import type { MailClientSettings } from '../../postfix/clients/mail-client-settings.js';
import type { Finding } from '../../postfix/finding.js';
import { catalogue } from '../../postfix/rules/catalogue.js';
import type { ServiceSummary } from '../../postfix/service-summary.js';
import type { ProbeResult } from '../../probe/probe-result.js';
import { countDays, daysLeft, isoDay } from '../../x509/expiry.js';
import type { Failure } from '../command-errors.js';
import { countFindings, describeProbe, probeJson, severityText } from '../probe/probe-report.js';
import { asDim, asGood, asName, type Text } from '../terminal/text.js';

/** The result of `doctor`. */
export interface Diagnosis {
  readonly version: string;
  readonly now: Date;
  /** The value of `--days`. */
  readonly days?: string;
  readonly findings: readonly Finding[];
  readonly services: readonly ServiceSummary[];
  readonly live: ProbeResult | undefined;
  /** The error, if the running server could not be probed. */
  readonly liveFailure: Failure | undefined;
  readonly settings: readonly MailClientSettings[];
}

const userNames: Readonly<Record<MailClientSettings['userName'], string>> = {
  address: 'the whole mail address',
  'local part': 'the part of the mail address before the @',
  'login name': 'the login name',
};

/**
 * Returns the lines of `doctor`: the findings of each service, worst first, with the proposed lines and commands; then the result of
 * `--probe`. The examined services and the settings for mail programs are listed only if no finding is an error.
 */
export function describeDiagnosis(diagnosis: Diagnosis): Text[] {
  const { version, now, days, findings, live, liveFailure, settings } = diagnosis;
  const lines: Text[] = [asName(`Postfix ${version}`)];
  for (const [service, group] of bySection(findings))
    lines.push('', [asName(service), ':'], ...group.flatMap(describeFinding));
  const hasError = findings.some(({ severity }) => severity === 'error');
  if (!hasError) lines.push('', ...describeChecks(diagnosis));
  lines.push('', countFindings(findings));
  if (live) lines.push('', ...describeProbe(live, now, days === undefined ? {} : { days }));
  if (liveFailure) lines.push('', [severityText('error'), ` the server could not be probed: ${liveFailure.message}`]);
  if (!hasError && settings.length > 0)
    lines.push('', 'Settings for mail programs (outgoing server, SMTP):', ...settings.map(describeSettings));
  return lines;
}

function describeFinding({ severity, rule, parameter, message, place, fix }: Finding): Text[] {
  return [
    ['  ', severityText(severity, ''), ` ${rule}${parameter === undefined ? '' : ` ${parameter}`}: ${message}`],
    ...(fix === '' ? [] : fix.split('\n').map((line): Text => ['    ', asDim(`${place}:`), ` ${line}`])),
  ];
}

function bySection(findings: readonly Finding[]): Map<string, Finding[]> {
  const sections = new Map<string, Finding[]>();
  for (const finding of findings) {
    const section = finding.service ?? 'the whole installation';
    const known = sections.get(section);
    if (known) known.push(finding);
    else sections.set(section, [finding]);
  }
  return sections;
}

const levels: Readonly<Record<ServiceSummary['tls'], string>> = {
  none: 'no TLS',
  may: 'STARTTLS offered',
  encrypt: 'STARTTLS required',
  wrapper: 'TLS from the first byte',
};

const audiences: Readonly<Record<ServiceSummary['audience'], string>> = {
  internet: '',
  networks: ', only for mynetworks',
  machine: ', only for this machine',
};

/** Lists the smtpd services that were examined, so that a report without findings is not empty. */
function describeChecks({ services, now }: Diagnosis): Text[] {
  if (services.length === 0) return ['No smtpd service is started.'];
  return [
    `Checked, by ${catalogue.length} rules:`,
    ...services.map(({ service, audience, tls, auth, certificates }): Text => {
      const login = auth === undefined ? 'no AUTH' : `AUTH by ${auth}`;
      const served = certificates.map(({ names, notAfter }) => {
        const until = `until ${isoDay(notAfter)} (${countDays(Math.max(daysLeft({ notAfter }, now), 0))} left)`;
        return `, certificate for ${bounded(names) || 'no name'} ${until}`;
      });
      return [
        '  ',
        asGood(service),
        `: ${levels[tls]}, ${login}${audiences[audience]}${tls === 'none' ? '' : served.join('')}`,
      ];
    }),
  ];
}

function describeSettings({ server, port, security, userName }: MailClientSettings): Text {
  return `  ${server}, port ${port}, ${security}, normal password, user name: ${userNames[userName]}`;
}

/** Returns the JSON of `doctor`. */
export function diagnosisJson({ version, findings, services, live, liveFailure, settings }: Diagnosis) {
  const probe = live ? probeJson(live) : liveFailure ? { error: liveFailure } : null;
  return {
    mailVersion: version,
    findings,
    services: services.map((service) => ({
      ...service,
      certificates: service.certificates.map(({ names, notAfter }) => ({ names, notAfter: notAfter.toISOString() })),
    })),
    probe,
    mailClientSettings: settings,
  };
}
