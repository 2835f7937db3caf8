import { type ByteStrings, SeparateStrings } from '../bytes/byte-strings.js';
import { sha256Hex } from '../crypto/hash/digest.js';
import type { Certificate } from './certificate.js';

/** Bits for each value, so that of ten thousand that differ some fifty share one with another. */
const bitsOfValue = 64;
/** Of the number of a bit, in bits. */
const minimumWidth = 10;

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

/**
 * Every value that occurs again, and few of those that do not: each value sets one bit of many, and recurs if that was set. Somebody
 * may have chosen values that share a bit, which makes others only be looked at for nothing.
 */
function valuesThatRecur(values: Uint32Array): Set<number> {
  const width = Math.max(minimumWidth, Math.ceil(Math.log2(values.length * bitsOfValue)));
  const bits = new Uint32Array(2 ** (width - 5));
  const recurring = new Set<number>();
  for (const value of values) {
    // Knuth's multiplicative hash: 2^32 divided by the golden ratio.
    const place = Math.imul(value, 0x9e3779b1) >>> (32 - width);
    const bit = 1 << (place & 31);
    const word = bits[place >>> 5] as number;
    if (word & bit) recurring.add(value);
    else bits[place >>> 5] = word | bit;
  }
  return recurring;
}

function isNew<T>(set: Set<T>, value: T): boolean {
  const before = set.size;
  return set.add(value).size > before;
}

/** Its length and its last octets, which belong to the signature. */
function lookOf(certificates: ByteStrings, at: number): number {
  return (certificates.tailAt(at) ^ Math.imul(certificates.lengthAt(at), 0x1_0001)) >>> 0;
}
