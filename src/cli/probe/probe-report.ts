import type { ProbeResult } from '../../probe/probe.js';
import { formatServerAddress } from '../../probe/server-address.js';
import type { Severity } from '../../warnings.js';
import { certificateJson } from '../json.js';
import { printable } from '../terminal/printable.js';

/** What a probe tells people; everything that a server said is made harmless. */
export function describeProbe(result: ProbeResult): string {
  const { address, implicitTls, greeting, before, after, verification } = result;
  const lines = [
    `${formatServerAddress(address)}, ${implicitTls ? 'TLS from the first byte' : 'SMTP with STARTTLS'}`,
    ...(greeting === undefined ? [] : [`  greeting: ${greeting}`]),
    ...(implicitTls ? [] : [`  before TLS: ${before.join(', ') || 'nothing offered'}`]),
    ...(result.protocol === undefined
      ? []
      : [`  inside TLS: ${after.join(', ') || 'nothing offered'}`, `  ${result.protocol}, ${result.cipher}`]),
    ...(result.chain.length === 0 ? [] : ['  presented:']),
    ...result.chain.map(
      ({ subject, notAfter }, i) => `    ${i + 1}. ${subject}, until ${notAfter.toISOString().slice(0, 10)}`,
    ),
  ];
  if (verification) {
    const { trusted, anchor, hostname, nameMatches, daysLeft } = verification;
    lines.push(trusted ? `  verified up to ${anchor?.subject}, ${daysLeft} days left` : '  not verified');
    lines.push(`  ${nameMatches ? 'is' : 'is not'} for ${hostname}`);
  }
  if (result.asExpected !== undefined)
    lines.push(result.asExpected ? '  exactly the expected certificates' : '  not the expected certificates');
  const { relay } = result;
  if (relay)
    lines.push(`  relay test: ${relay.filter(({ accepted }) => accepted).length} of ${relay.length} attempts accepted`);
  lines.push(...result.findings.map(({ severity, rule, message }) => `${severity}: ${message} [${rule}]`));
  lines.push(countFindings(result.findings));
  return `${lines.map(printable).join('\n')}\n`;
}

/** `1 error, 2 warnings` */
export function countFindings(findings: readonly { readonly severity: Severity }[]): string {
  const count = (severity: Severity, one: string, many: string) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number === 0 ? 'no' : number} ${number === 1 ? one : many}`;
  };
  return `${count('error', 'error', 'errors')}, ${count('warning', 'warning', 'warnings')}`;
}

/** What `probe --json` prints. */
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
    verification: verification
      ? { ...verification, anchor: verification.anchor ? certificateJson(verification.anchor) : null }
      : null,
    asExpected: result.asExpected ?? null,
    relay: relay ?? null,
    findings: result.findings,
  };
}
