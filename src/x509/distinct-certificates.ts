import { toLatin1 } from '../bytes/encoding.js';
import type { Certificate } from './certificate.js';

/** Maps SHA-256 fingerprints to certificates, without duplicates, in the order of first occurrence. */
export function distinct(certificates: Iterable<Certificate>): Map<string, Certificate> {
  const byHash = new Map<string, Certificate>();
  for (const certificate of certificates)
    if (!byHash.has(certificate.sha256)) byHash.set(certificate.sha256, certificate);
  return byHash;
}

/**
 * Number of bytes at the end of each certificate that are compared first. They are part of the signature, so nearly all certificates differ
 * in them.
 */
const tailLength = 4;

/**
 * Removes duplicates and keeps the order of first occurrence. Certificates are compared completely only if their last bytes are equal,
 * which is much faster than hashing all of them.
 */
export function withoutDuplicates(certificates: readonly Certificate[]): Certificate[] {
  const tails = certificates.map(({ der }) => tailOf(der));
  if (new Set(tails).size === tails.length) return [...certificates];
  const count = new Map<number, number>();
  for (const tail of tails) count.set(tail, (count.get(tail) ?? 0) + 1);
  const seen = new Set<string>();
  return certificates.filter(({ der }, at) => {
    if (count.get(tails[at] as number) === 1) return true;
    const content = toLatin1(der);
    return !seen.has(content) && seen.add(content);
  });
}

function tailOf(der: Uint8Array): number {
  let tail = 0;
  for (let at = Math.max(0, der.length - tailLength); at < der.length; at++) tail = (tail << 8) | (der[at] as number);
  return tail;
}
