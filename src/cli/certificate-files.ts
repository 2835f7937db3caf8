import { readCertificateFile } from '../pem/certificates.js';
import type { Certificate } from '../x509/certificate.js';
import type { Host } from './host.js';

/** All certificates of several files, in their order. */
export async function readCertificateFiles(paths: readonly string[], host: Host): Promise<Certificate[]> {
  const certificates: Certificate[] = [];
  for (const path of paths) certificates.push(...(await readCertificateFile(host.readFile(path), path)));
  return certificates;
}
