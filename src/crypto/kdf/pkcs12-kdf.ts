import { wipe } from '../../bytes/wipe.js';
import { digest } from '../hash/digest.js';
import { iterateDigest } from '../hash/iterate-digest.js';

/** What the derived bytes are used for: the values of ID in RFC 7292 B.3. */
export const Purpose = { key: 1, iv: 2, macKey: 3 } as const;

/** The lengths u of the digest and v of the block in bytes (RFC 7292 B.2), by OpenSSL's name of the hash. */
const lengths: ReadonlyMap<string, { digest: number; block: number }> = new Map([
  ['md5', { digest: 16, block: 64 }],
  ['sha1', { digest: 20, block: 64 }],
  ['ripemd160', { digest: 20, block: 64 }],
  ['sha224', { digest: 28, block: 64 }],
  ['sha256', { digest: 32, block: 64 }],
  ['sha384', { digest: 48, block: 128 }],
  ['sha512', { digest: 64, block: 128 }],
  ['sha512-224', { digest: 28, block: 128 }],
  ['sha512-256', { digest: 32, block: 128 }],
  // The block length is the rate of the sponge (FIPS 202 table 3).
  ['sha3-224', { digest: 28, block: 144 }],
  ['sha3-256', { digest: 32, block: 136 }],
  ['sha3-384', { digest: 48, block: 104 }],
  ['sha3-512', { digest: 64, block: 72 }],
]);

export function digestLength(hash: string): number {
  return lengthsOf(hash).digest;
}

/** Returns the number of hash computations of one call of {@link derivePkcs12}. */
export function pkcs12Hashes(hash: string, iterations: number, length: number): number {
  return iterations * Math.ceil(length / digestLength(hash));
}

/**
 * Derives bytes with PKCS#12's own key derivation (RFC 7292 B.2).
 * @param hash OpenSSL's name of one of the hashes in {@link lengths}
 * @param password the password as a BMPString with its terminator, or in the encoding that the writer used instead
 * @param purpose one of {@link Purpose}
 * @param length number of bytes to derive
 */
export function derivePkcs12(
  hash: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: number,
  length: number,
): Uint8Array {
  const { digest: u, block: v } = lengthsOf(hash);
  const saltLength = roundUp(salt.length, v);
  // The values D || S || P of steps 1 to 4.
  const input = new Uint8Array(v + saltLength + roundUp(password.length, v));
  input.fill(purpose, 0, v);
  repeatInto(input.subarray(v, v + saltLength), salt);
  repeatInto(input.subarray(v + saltLength), password);
  const output = new Uint8Array(length);
  for (let at = 0; at < length; at += u) {
    const first = digest(hash, input);
    const block = iterateDigest(hash, first, iterations - 1);
    output.set(block.subarray(0, Math.min(u, length - at)), at);
    if (at + u < length) addToEach(input.subarray(v), v, block);
    wipe(first, block);
  }
  wipe(input);
  return output;
}

function lengthsOf(hash: string): { digest: number; block: number } {
  const known = lengths.get(hash);
  if (known === undefined) throw new RangeError(`the digest and block length of ${hash} are unknown`);
  return known;
}

function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function repeatInto(target: Uint8Array, pattern: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i] = pattern[i % pattern.length] as number;
}

/** Step 6 C: adds `summand` (repeated to v bytes) and 1 to each group of v bytes in `blocks`, as one number. */
function addToEach(blocks: Uint8Array, v: number, summand: Uint8Array): void {
  for (let start = 0; start < blocks.length; start += v) {
    let carry = 1;
    for (let i = v - 1; i >= 0; i--) {
      const sum = (blocks[start + i] as number) + (summand[i % summand.length] as number) + carry;
      blocks[start + i] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
