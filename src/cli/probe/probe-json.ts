import type { ProbeResult } from '../../probe/probe.js';
import type { Certificate } from '../../x509/certificate.js';

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

function certificateJson({ subject, issuer, notBefore, notAfter, sha256 }: Certificate) {
  return { subject, issuer, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), sha256 };
}
