import { bounded, shortened } from '../../bytes/bounded-text.js';
import type { ProbeRule } from '../../probe/finding.js';
import type { ChainVerification } from '../../probe/presented-chain.js';
import type { ClientCertificateResult, PresentedChain, ProbeResult } from '../../probe/probe-result.js';
import type { RelayOutcome } from '../../probe/relay-test.js';
import { formatServerAddress } from '../../probe/server-address.js';
import type { Severity } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import { countDays, isoDay } from '../../x509/expiry.js';
import { certificateJson } from '../certificate-json.js';
import { validityNote } from '../certificate-text.js';
import { type CheckOptions, readDays } from '../shared-options.js';
import { asDim, asError, asGood, asName, asWarning, type Text } from '../terminal/text.js';

/** Returns the lines that `probe` prints. */
export function describeProbe(result: ProbeResult, now: Date, { days }: Pick<CheckOptions, 'days'> = {}): Text[] {
  const { address, implicitTls, greeting, before, after, findings, relay } = result;
  const offered = (capabilities: readonly string[]) => bounded(capabilities) || 'nothing offered';
  const notice = readDays(days);
  return [
    [asName(formatServerAddress(address)), implicitTls ? ', TLS from the first byte' : ', SMTP with STARTTLS'],
    ...(greeting === undefined ? [] : [`  greeting: ${shortened(greeting)}`]),
    ...(implicitTls ? [] : [`  before TLS: ${offered(before)}`]),
    ...(result.protocol === undefined
      ? []
      : [`  inside TLS: ${offered(after)}`, `  ${result.protocol}, ${result.cipher}`]),
    ...(result.chain.length === 0 ? [] : ['  presented:', ...describeChain(result.chain, now, notice)]),
    ...(result.verification ? describeVerification(result.verification) : []),
    ...result.otherChains.flatMap(({ algorithm, chain, verification }) => [
      `  presented for the ${algorithm} key:`,
      ...describeChain(chain, now, notice),
      ...describeVerification(verification),
    ]),
    ...describeExpectation(result.asExpected),
    ...(result.asksForCertificate ? ['  asks for a client certificate'] : []),
    ...(result.clientCertificate ? describeClient(result.clientCertificate) : []),
    ...(relay ? [describeRelayTest(relay)] : []),
    ...findings.map(
      ({ severity, rule, message }): Text => [severityText(severity), ` ${message} `, asDim(`[${rule}]`)],
    ),
    ...hints.filter(([rule]) => findings.some((finding) => finding.rule === rule)).map(([, hint]) => `hint: ${hint}`),
    countFindings(findings),
  ];
}

/** Advice that is printed below the findings, by the rule that it is for. */
const hints: readonly (readonly [ProbeRule, string])[] = [
  ['CERTIFICATE_UNTRUSTED', 'for a private CA, --trust FILE names the root that its clients know'],
  ['OPEN_RELAY', 'hosts in mynetworks may relay: repeat the test from a machine that is in none of these networks'],
];

function describeChain(chain: readonly Certificate[], now: Date, days: number | undefined): Text[] {
  return chain.map((certificate, i) => [
    `    ${i + 1}. ${shortened(certificateName(certificate))}, until ${isoDay(certificate.notAfter)}`,
    validityNote(certificate, now, days),
  ]);
}

function describeVerification({ trusted, anchor, hostname, nameMatches, daysLeft }: ChainVerification): Text[] {
  return [
    trusted && anchor
      ? ['  ', asGood('verified'), ` up to ${certificateName(anchor)}, ${countDays(daysLeft)} left`]
      : ['  ', asError('not verified')],
    ['  ', nameMatches ? asGood('is') : asError('is not'), ` for ${hostname}`],
  ];
}

function describeExpectation(asExpected: boolean | undefined): Text[] {
  if (asExpected === undefined) return [];
  return [['  ', asExpected ? asGood('exactly the expected certificates') : asError('not the expected certificates')]];
}

function describeRelayTest(outcomes: readonly RelayOutcome[]): string {
  const how = outcomes.some(({ insideTls }) => !insideTls) ? ' in plain text' : '';
  return `  relay test${how}: ${outcomes.filter(({ accepted }) => accepted).length} of ${outcomes.length} attempts accepted`;
}

function describeClient({ outcome, relay }: ClientCertificateResult): Text[] {
  const relaying =
    relay &&
    `; mail from <${relay.from}> to <${relay.to}> is ${relay.accepted ? 'accepted' : 'refused'}: ${relay.reply}`;
  return [`  client certificate: ${outcome}${relaying ?? ''}`];
}

/** Formats a severity in its colour. */
export function severityText(severity: Severity, colon = ':'): Text {
  const text = `${severity}${colon}`;
  return severity === 'error' ? asError(text) : severity === 'warning' ? asWarning(text) : text;
}

/** Formats the numbers of errors and warnings: `1 error, 2 warnings`. */
export function countFindings(findings: readonly { readonly severity: Severity }[]): Text {
  const count = (severity: Severity, one: string, many: string): string => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number === 0 ? 'no' : number} ${number === 1 ? one : many}`;
  };
  const [errors, warnings] = [count('error', 'error', 'errors'), count('warning', 'warning', 'warnings')];
  return [
    errors.startsWith('no ') ? asGood(errors) : asError(errors),
    ', ',
    warnings.startsWith('no ') ? asGood(warnings) : asWarning(warnings),
  ];
}

/** Returns the JSON of `probe`. */
export function probeJson(result: ProbeResult) {
  const { address, verification, relay } = result;
  return {
    host: address.host,
    port: address.port,
    implicitTls: result.implicitTls,
    greeting: result.greeting ?? null,
    capabilities: { beforeTls: result.before, insideTls: result.after },
    protocol: result.protocol ?? null,
    cipher: result.cipher ?? null,
    chain: result.chain.map(certificateJson),
    verification: verification ? verificationJson(verification) : null,
    otherChains: result.otherChains.map(presentedChainJson),
    asExpected: result.asExpected ?? null,
    asksForCertificate: result.asksForCertificate,
    clientCertificate: result.clientCertificate ?? null,
    relay: relay ?? null,
    findings: result.findings,
  };
}

function presentedChainJson({ algorithm, chain, verification }: PresentedChain) {
  return { algorithm, chain: chain.map(certificateJson), verification: verificationJson(verification) };
}

function verificationJson(verification: ChainVerification) {
  return { ...verification, anchor: verification.anchor ? certificateJson(verification.anchor) : null };
}
