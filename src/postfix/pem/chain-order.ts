import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import { verifySignature } from '../../x509/signature.js';

/** Why a certificate is not part of the line that a client follows. */
export type Misfit = 'duplicate' | 'root' | 'out of order' | 'unrelated';

/** What becomes of the certificates that a server sends. */
export interface ChainLine {
  /** From the leaf upwards, each certified by the next, as far as the file goes, in whatever order it has them. */
  readonly line: readonly ParsedCertificate[];
  readonly misfits: readonly { readonly certificate: ParsedCertificate; readonly why: Misfit }[];
}

/** Whether one certificate is certified by another: by name and signature. */
export function certifies(issuer: ParsedCertificate, certificate: ParsedCertificate): boolean {
  return issuer.subjectKey === certificate.issuerKey && verifySignature(certificate, issuer) !== 'invalid';
}

/** Whether a certificate is its own issuer: a root, or a server that vouches for itself. */
export function isSelfSigned(certificate: ParsedCertificate): boolean {
  return certificate.isSelfIssued && certifies(certificate, certificate);
}

/** Follows the line from the first certificate, and says what else is there. */
export function followLine(certificates: readonly ParsedCertificate[]): ChainLine {
  const [leaf, ...others] = certificates;
  if (leaf === undefined) return { line: [], misfits: [] };
  const line = [leaf];
  const positions = [0];
  const misfits: { certificate: ParsedCertificate; why: Misfit }[] = [];
  const seen = new Set([leaf.sha256]);
  const open: { certificate: ParsedCertificate; position: number }[] = [];
  for (const [i, certificate] of others.entries()) {
    if (seen.has(certificate.sha256)) misfits.push({ certificate, why: 'duplicate' });
    else open.push({ certificate, position: i + 1 });
    seen.add(certificate.sha256);
  }
  for (let top: ParsedCertificate | undefined = leaf; top !== undefined && !isSelfSigned(top); ) {
    const below: ParsedCertificate = top;
    // A cross certificate before a root of the same name: it leads further.
    const issuers = open.filter(({ certificate }) => certifies(certificate, below));
    const next = issuers.find(({ certificate }) => !certificate.isSelfIssued) ?? issuers[0];
    top = next?.certificate;
    if (next === undefined) break;
    open.splice(open.indexOf(next), 1);
    if (isSelfSigned(next.certificate)) misfits.push({ certificate: next.certificate, why: 'root' });
    else if (next.position < (positions.at(-1) as number))
      misfits.push({ certificate: next.certificate, why: 'out of order' });
    line.push(next.certificate);
    positions.push(next.position);
  }
  for (const { certificate } of open) {
    const why = isSelfSigned(certificate) && line.some((below) => certifies(certificate, below)) ? 'root' : 'unrelated';
    misfits.push({ certificate, why });
  }
  return { line, misfits };
}

/** The anchor that certifies a certificate, or is it. */
export function anchorOf(certificate: ParsedCertificate, anchors: Iterable<Certificate>): Certificate | undefined {
  for (const anchor of anchors) {
    if (anchor.sha256 === certificate.sha256) return anchor;
    const parsed = withParts(anchor);
    if (parsed.subjectKey === certificate.issuerKey && verifySignature(certificate, parsed) === 'valid') return anchor;
  }
  return undefined;
}
