import { sha256Hex } from '../crypto/digest.js';
import type { Certificate } from './certificate.js';

/** Each certificate once, by its hash, in the order of their first occurrence. */
export function distinct(certificates: Iterable<Certificate>): Map<string, Certificate> {
  const byHash = new Map<string, Certificate>();
  for (const certificate of certificates)
    if (!byHash.has(certificate.sha256)) byHash.set(certificate.sha256, certificate);
  return byHash;
}

/** The same as a list. */
export function withoutDuplicates(certificates: readonly Certificate[]): Certificate[] {
  const first = firstOnly(certificates.map(({ der }) => der));
  return certificates.filter(({ der }) => first(der));
}

/**
 * Tells of certificates, one after the other, whether each is the first of its kind. Only those that look alike are hashed, which
 * among thousands are a few; somebody may have made them all look alike, so they are not compared with each other.
 * @param all the certificates that will be asked about, DER, in any order
 */
export function firstOnly(all: readonly Uint8Array[]): (der: Uint8Array) => boolean {
  const looks = new Set<number>();
  const repeated = new Set<number>();
  for (const der of all) if (!isNew(looks, lookOf(der))) repeated.add(lookOf(der));
  const hashes = new Set<string>();
  return (der) => repeated.size === 0 || !repeated.has(lookOf(der)) || isNew(hashes, sha256Hex(der));
}

function isNew<T>(set: Set<T>, value: T): boolean {
  const before = set.size;
  return set.add(value).size > before;
}

/** Its length and its last octets, which belong to the signature. */
function lookOf(der: Uint8Array): number {
  let look = der.length;
  for (let at = der.length - 4; at < der.length; at++) look = ((look << 8) ^ (look >>> 24) ^ (der[at] ?? 0)) | 0;
  return look;
}
