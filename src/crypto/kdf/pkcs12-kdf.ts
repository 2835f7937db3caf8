import { wipe } from '../../bytes/wipe.js';
import { digest } from '../hash/digest.js';
import { iterateDigest } from '../hash/digest-chain.js';

/** What the derived bytes are for (RFC 7292 B.3). */
export const Purpose = { key: 1, iv: 2, macKey: 3 } as const;

/** Digest and block length in bytes, by OpenSSL's name of the hash: u and v of RFC 7292 B.2. */
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
  // FIPS 202 table 3: the rate of the sponge.
  ['sha3-224', { digest: 28, block: 144 }],
  ['sha3-256', { digest: 32, block: 136 }],
  ['sha3-384', { digest: 48, block: 104 }],
  ['sha3-512', { digest: 64, block: 72 }],
]);

export function digestLength(hash: string): number {
  return lengthsOf(hash).digest;
}

/** Hash computations that {@link derivePkcs12} takes for one output. */
export function pkcs12Hashes(hash: string, iterations: number, length: number): number {
  return iterations * Math.ceil(length / digestLength(hash));
}

/** What {@link derivePkcs12} is asked for, but for the password. */
export interface Pkcs12Parameters {
  readonly hash: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly purpose: number;
  readonly length: number;
}

/**
 * PKCS#12's own key derivation (RFC 7292 B.2).
 * @param hash OpenSSL's name of a hash that {@link digestLength} knows
 * @param password the password as a BMPString with its terminator, or whatever the writer took for one
 * @param purpose one of {@link Purpose}
 * @param length bytes wanted
 */
export function derivePkcs12(
  hash: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: number,
  length: number,
): Uint8Array {
  const derivation = new Pkcs12Derivation(password, { hash, salt, iterations, purpose, length });
  derivation.finish();
  return derivation.output;
}

/** A derivation that can be left in the middle. */
export class Pkcs12Derivation {
  readonly output: Uint8Array;
  readonly #input: Uint8Array;
  readonly #saltAndPassword: Uint8Array;
  readonly #digestLength: number;
  readonly #blockLength: number;
  #digest: Uint8Array = new Uint8Array();
  #left = 0;
  #at = 0;

  constructor(
    password: Uint8Array,
    readonly parameters: Pkcs12Parameters,
  ) {
    const { hash, salt, purpose, length } = parameters;
    const { digest: u, block: v } = lengthsOf(hash);
    this.#digestLength = u;
    this.#blockLength = v;
    this.output = new Uint8Array(length);
    this.#input = new Uint8Array(v + roundUp(salt.length, v) + roundUp(password.length, v));
    this.#input.fill(purpose, 0, v);
    this.#saltAndPassword = this.#input.subarray(v);
    repeatInto(this.#saltAndPassword.subarray(0, roundUp(salt.length, v)), salt);
    repeatInto(this.#saltAndPassword.subarray(roundUp(salt.length, v)), password);
    // A stream cipher has no IV; nothing is to be computed for it.
    if (length > 0) this.#begin();
  }

  get isDone(): boolean {
    return this.#at >= this.output.length;
  }

  /** How often {@link digest} is to be hashed before something else is to be done. */
  get left(): number {
    return this.#left;
  }

  get digest(): Uint8Array {
    return this.#digest;
  }

  finish(): void {
    while (!this.isDone) this.advance(iterateDigest(this.parameters.hash, this.#digest, this.#left), this.#left);
  }

  /** @param value what came of hashing {@link digest} `count` times; it is overwritten in the end */
  advance(value: Uint8Array, count: number): void {
    if (value !== this.#digest) this.#digest.fill(0);
    this.#digest = value;
    this.#left -= count;
    if (this.#left > 0) return;
    this.output.set(value.subarray(0, Math.min(this.#digestLength, this.output.length - this.#at)), this.#at);
    this.#at += this.#digestLength;
    if (this.isDone) wipe(this.#input);
    else {
      addToEach(this.#saltAndPassword, this.#blockLength, value);
      this.#begin();
    }
    value.fill(0);
  }

  /** Overwrites everything, for one that nobody asks for any more. */
  wipe(): void {
    wipe(this.#input, this.#digest, this.output);
  }

  #begin(): void {
    const { hash, iterations } = this.parameters;
    this.#digest = digest(hash, this.#input);
    this.#left = iterations - 1;
  }
}

function lengthsOf(hash: string): { digest: number; block: number } {
  const known = lengths.get(hash);
  if (known === undefined) throw new RangeError(`no lengths are known for ${hash}`);
  return known;
}

function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function repeatInto(target: Uint8Array, pattern: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i] = pattern[i % pattern.length] as number;
}

/** Step 6 C: every v bytes of `blocks`, as one number, become themselves plus `summand` (repeated to v bytes) plus 1. */
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
