import { type ByteStrings, SeparateStrings } from '../bytes/byte-strings.js';
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
  const repeated = repetitions(new SeparateStrings(certificates.map(({ der }) => der)));
  return certificates.filter((_, at) => !repeated.has(at));
}

/**
 * Which of these certificates, DER, are the same as one before. Only those that look alike are hashed, which among thousands are
 * a few; somebody may have made them all look alike, so they are not compared with each other.
 */
export function repetitions(certificates: ByteStrings): ReadonlySet<number> {
  const looks = new Uint32Array(certificates.count);
  for (let at = 0; at < looks.length; at++) looks[at] = lookOf(certificates, at);
  const repeated = new Set<number>();
  const alike = valuesThatRecur(looks);
  if (alike.size === 0) return repeated;
  const hashes = new Set<string>();
  for (let at = 0; at < looks.length; at++)
    if (alike.has(looks[at] as number) && !isNew(hashes, sha256Hex(certificates.at(at)))) repeated.add(at);
  return repeated;
}

function valuesThatRecur(values: Uint32Array): Set<number> {
  const sorted = values.slice().sort();
  const recurring = new Set<number>();
  for (let at = 1; at < sorted.length; at++) if (sorted[at] === sorted[at - 1]) recurring.add(sorted[at] as number);
  return recurring;
}

function isNew<T>(set: Set<T>, value: T): boolean {
  const before = set.size;
  return set.add(value).size > before;
}

/** Its length and its last octets, which belong to the signature. */
function lookOf(certificates: ByteStrings, at: number): number {
  let look = certificates.lengthAt(at);
  for (let distance = 4; distance > 0; distance--)
    look = ((look << 8) ^ (look >>> 24) ^ certificates.octetFromEnd(at, distance)) >>> 0;
  return look;
}
