import type { Certificate } from './certificate.js';

/** Each certificate once, by its hash, in the order of their first occurrence. */
export function distinct(certificates: Iterable<Certificate>): Map<string, Certificate> {
  const byHash = new Map<string, Certificate>();
  for (const certificate of certificates)
    if (!byHash.has(certificate.sha256)) byHash.set(certificate.sha256, certificate);
  return byHash;
}
