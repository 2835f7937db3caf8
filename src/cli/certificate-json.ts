import type { Certificate } from '../x509/certificate.js';

/** Returns the JSON of a certificate in a chain. It is the same for all commands. */
export function certificateJson({ subject, issuer, notBefore, notAfter, sha256 }: Certificate) {
  return { subject, issuer, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), sha256 };
}

/** Returns the JSON of a certificate in a keystore, with serial number, fingerprints, names and public key. */
export function storedCertificateJson(certificate: Certificate) {
  const { subject, issuer, ...rest } = certificateJson(certificate);
  const { serialNumber, sha1, subjectAltNames, publicKey } = certificate;
  return { subject, issuer, serialNumber, ...rest, sha1, subjectAltNames, publicKey };
}
