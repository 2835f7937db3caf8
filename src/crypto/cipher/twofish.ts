import { bytesFromHex } from '../../bytes/encoding.js';

/**
 * Block length of Twofish in bytes (Schneier and others, "Twofish: A 128-Bit Block Cipher", 1998, section 4). The section numbers below
 * refer to this paper.
 */
export const twofishBlockLength = 16;
/** Length in bytes of the key of an UBER keystore. Twofish also has keys of 16 and 24 bytes. */
export const twofishKeyLength = 32;

const rounds = 16;
/** 4.3: four subkeys are used for whitening before the rounds, four after them, and two in each round. */
const subkeyCount = 8 + 2 * rounds;

/** 4.3.5: q0 and q1 each consist of four permutations of 4-bit values. */
const q0 = permutation('817d6f320b59eca4', 'ecb81235f4a6709d', 'ba5e6d90c8f32471', 'd7f4126e9b3085ca');
const q1 = permutation('28bdf76e31940ac5', '1e2b4c376da5f908', '4c75169a0ed82b3f', 'b951c3de647f208a');

/** Figure 2: for each byte of a word, the permutations that are applied before each of the four key bytes, and after the last one. */
const permutationsOfByte = [
  [q1, q1, q0, q0, q1],
  [q0, q1, q1, q0, q0],
  [q0, q0, q0, q1, q1],
  [q1, q0, q1, q1, q0],
] as const;

/** 4.2: the MDS matrix over GF(2^8) modulo x^8 + x^6 + x^5 + x^3 + 1. */
const mds = { columns: ['015befef', 'efef5b01', '5bef01ef', '5b01ef5b'].map(hexOctets), modulus: 0x169 } as const;
/** 4.3: the RS matrix, which maps eight octets of the key to four, modulo x^8 + x^6 + x^3 + x^2 + 1. */
const rs = {
  rows: ['01a455875a58db9e', 'a45682f31ec668e5', '02a1fcc147ae3d19', 'a455875a58db9e03'].map(hexOctets),
  modulus: 0x14d,
} as const;

/**
 * Twofish with a key of 256 bits. Neither OpenSSL nor any maintained npm package provides it.
 * The table look-ups depend on the key: an attacker on the same machine who can measure the processor's cache could learn the key. That is
 * acceptable when a file is decrypted once; do not use this class in a service.
 */
export class Twofish {
  /** The four key-dependent S-boxes of the function g, multiplied by the MDS matrix. Each has 256 words. */
  readonly #boxes = new Int32Array(4 * 256);
  readonly #subkeys = new Int32Array(subkeyCount);

  /** @throws {RangeError} unless the key has 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== twofishKeyLength) throw new RangeError(`a Twofish key of ${twofishKeyLength} bytes expected`);
    for (let column = 0; column < 4; column++) {
      const list = [3, 2, 1, 0].map((i) => reedSolomon(key.subarray(8 * i, 8 * i + 8))[column] as number);
      for (let x = 0; x < 256; x++) this.#boxes[256 * column + x] = substitute(column, x, list);
    }
    for (let i = 0; i < subkeyCount; i += 2) {
      const a = subkeyWord(i, key, 0);
      const b = rotateLeft(subkeyWord(i + 1, key, 4), 8);
      this.#subkeys[i] = a + b;
      this.#subkeys[i + 1] = rotateLeft((a + 2 * b) | 0, 9);
    }
  }

  /** Encrypts the 16 bytes at `offset` in place. */
  encryptBlock(block: DataView, offset = 0): void {
    const k = this.#subkeys;
    let a = block.getInt32(offset, true) ^ (k[0] as number);
    let b = block.getInt32(offset + 4, true) ^ (k[1] as number);
    let c = block.getInt32(offset + 8, true) ^ (k[2] as number);
    let d = block.getInt32(offset + 12, true) ^ (k[3] as number);
    for (let r = 8; r < subkeyCount; r += 2) {
      const t0 = this.#g(a);
      const t1 = this.#g(rotateLeft(b, 8));
      const e = rotateLeft(c ^ (t0 + t1 + (k[r] as number)), 31);
      const f = rotateLeft(d, 1) ^ (t0 + 2 * t1 + (k[r + 1] as number));
      [a, b, c, d] = [e, f, a, b];
    }
    block.setInt32(offset, c ^ (k[4] as number), true);
    block.setInt32(offset + 4, d ^ (k[5] as number), true);
    block.setInt32(offset + 8, a ^ (k[6] as number), true);
    block.setInt32(offset + 12, b ^ (k[7] as number), true);
  }

  /** Decrypts the 16 bytes at `offset` in place. */
  decryptBlock(block: DataView, offset = 0): void {
    const k = this.#subkeys;
    let c = block.getInt32(offset, true) ^ (k[4] as number);
    let d = block.getInt32(offset + 4, true) ^ (k[5] as number);
    let a = block.getInt32(offset + 8, true) ^ (k[6] as number);
    let b = block.getInt32(offset + 12, true) ^ (k[7] as number);
    for (let r = subkeyCount - 2; r >= 8; r -= 2) {
      const t0 = this.#g(c);
      const t1 = this.#g(rotateLeft(d, 8));
      const e = rotateLeft(a, 1) ^ (t0 + t1 + (k[r] as number));
      const f = rotateLeft(b ^ (t0 + 2 * t1 + (k[r + 1] as number)), 31);
      [a, b, c, d] = [c, d, e, f];
    }
    block.setInt32(offset, a ^ (k[0] as number), true);
    block.setInt32(offset + 4, b ^ (k[1] as number), true);
    block.setInt32(offset + 8, c ^ (k[2] as number), true);
    block.setInt32(offset + 12, d ^ (k[3] as number), true);
  }

  /** Overwrites all values derived from the key. The object cannot be used afterwards. */
  wipe(): void {
    this.#boxes.fill(0);
    this.#subkeys.fill(0);
  }

  #g(word: number): number {
    const s = this.#boxes;
    return (
      (s[word & 0xff] as number) ^
      (s[256 | ((word >>> 8) & 0xff)] as number) ^
      (s[512 | ((word >>> 16) & 0xff)] as number) ^
      (s[768 | (word >>> 24)] as number)
    );
  }
}

/**
 * 4.3.4: computes the function h for a word whose four bytes are all `x`. `from` is the offset of the first key word in octets: 0 for the
 * even words of the key, 4 for the odd words.
 */
function subkeyWord(x: number, key: Uint8Array, from: number): number {
  let word = 0;
  for (let column = 0; column < 4; column++) {
    word ^= substitute(
      column,
      x,
      [0, 8, 16, 24].map((at) => key[at + from + column] as number),
    );
  }
  return word;
}

/**
 * Computes what the byte `x` at position `column` of a word contributes to the function h: the permutations with the key bytes between them
 * (list[3] first), multiplied by this column of the MDS matrix.
 */
function substitute(column: number, x: number, list: readonly number[]): number {
  const [first, second, third, fourth, last] = permutationsOfByte[column] as (typeof permutationsOfByte)[number];
  let y = (first[x] as number) ^ (list[3] as number);
  y = (second[y] as number) ^ (list[2] as number);
  y = (third[y] as number) ^ (list[1] as number);
  y = last[(fourth[y] as number) ^ (list[0] as number)] as number;
  return (mds.columns[column] as readonly number[]).reduce(
    (word, factor, row) => word | (multiply(factor, y, mds.modulus) << (8 * row)),
    0,
  );
}

function reedSolomon(octets: Uint8Array): number[] {
  return rs.rows.map((row) =>
    row.reduce((sum, factor, i) => sum ^ multiply(factor, octets[i] as number, rs.modulus), 0),
  );
}

/** Multiplies two polynomials over GF(2), modulo the polynomial `modulus`. */
function multiply(a: number, b: number, modulus: number): number {
  let product = 0;
  for (let factor = a, rest = b; rest !== 0; rest >>= 1) {
    if (rest & 1) product ^= factor;
    factor <<= 1;
    if (factor & 0x100) factor ^= modulus;
  }
  return product;
}

function permutation(t0: string, t1: string, t2: string, t3: string): Uint8Array {
  const digit = (digits: string, at: number) => parseInt(digits.charAt(at), 16);
  return Uint8Array.from({ length: 256 }, (_, x) => {
    const first = mixNibbles(x >> 4, x & 15);
    const second = mixNibbles(digit(t0, first >> 4), digit(t1, first & 15));
    return (digit(t3, second & 15) << 4) | digit(t2, second >> 4);
  });
}

/** 4.3.5: computes a ⊕ b, and a ⊕ ROR4(b, 1) ⊕ 8a mod 16. They become the high and the low four bits of the result. */
function mixNibbles(a: number, b: number): number {
  return ((a ^ b) << 4) | ((a ^ (b >> 1) ^ (b << 3) ^ (a << 3)) & 15);
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function hexOctets(digits: string): number[] {
  return [...bytesFromHex(digits)];
}
