import type { ParsedCertificate } from '../parsed-certificate.js';

/** Orders the certificates of one CA, any of which may be the issuer in a path: latest notAfter first, then latest notBefore, then SHA-256. */
export function compareIssuers(a: ParsedCertificate, b: ParsedCertificate): number {
  return (
    b.notAfter.getTime() - a.notAfter.getTime() ||
    b.notBefore.getTime() - a.notBefore.getTime() ||
    (a.sha256 < b.sha256 ? -1 : Number(a.sha256 > b.sha256))
  );
}
