import { type Certificate, parseCertificate } from './certificate.js';

/** The roots that this Node trusts. */
export async function builtInRoots(): Promise<Certificate[]> {
  const { rootCertificates } = await import('node:tls');
  // Node's own strings: base64 between the two boundary lines.
  return rootCertificates.map((pem) =>
    parseCertificate(new Uint8Array(Buffer.from(pem.replace(/-----.*?-----/g, ''), 'base64'))),
  );
}
