import type { Certificate } from '../x509/certificate.js';

/** A certificate of a chain, as every command prints it. */
export function certificateJson({ subject, issuer, notBefore, notAfter, sha256 }: Certificate) {
  return { subject, issuer, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), sha256 };
}

/** A certificate of a keystore, with everything that people look for. */
export function storedCertificateJson(certificate: Certificate) {
  const { subject, issuer, ...rest } = certificateJson(certificate);
  const { serialNumber, sha1, subjectAltNames, publicKey } = certificate;
  return { subject, issuer, serialNumber, ...rest, sha1, subjectAltNames, publicKey };
}
