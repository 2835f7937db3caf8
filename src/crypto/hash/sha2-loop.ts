import { BigEndianWords } from './big-endian-words.js';
import { layout, sha256Program, sha512Program } from './sha2-program.js';
import { WasmLoop } from './wasm-loop.js';

/**
 * FIPS 180-4 4.2.3: the first 64 bits of the fractions of the cube roots of the first eighty primes.
 * SHA-256 takes the first 32 bits of the first sixty-four (4.2.2).
 */
export const roundConstants = `
  428a2f98d728ae22 7137449123ef65cd b5c0fbcfec4d3b2f e9b5dba58189dbbc
  3956c25bf348b538 59f111f1b605d019 923f82a4af194f9b ab1c5ed5da6d8118
  d807aa98a3030242 12835b0145706fbe 243185be4ee4b28c 550c7dc3d5ffb4e2
  72be5d74f27b896f 80deb1fe3b1696b1 9bdc06a725c71235 c19bf174cf692694
  e49b69c19ef14ad2 efbe4786384f25e3 0fc19dc68b8cd5b5 240ca1cc77ac9c65
  2de92c6f592b0275 4a7484aa6ea6e483 5cb0a9dcbd41fbd4 76f988da831153b5
  983e5152ee66dfab a831c66d2db43210 b00327c898fb213f bf597fc7beef0ee4
  c6e00bf33da88fc2 d5a79147930aa725 06ca6351e003826f 142929670a0e6e70
  27b70a8546d22ffc 2e1b21385c26c926 4d2c6dfc5ac42aed 53380d139d95b3df
  650a73548baf63de 766a0abb3c77b2a8 81c2c92e47edaee6 92722c851482353b
  a2bfe8a14cf10364 a81a664bbc423001 c24b8b70d0f89791 c76c51a30654be30
  d192e819d6ef5218 d69906245565a910 f40e35855771202a 106aa07032bbd1b8
  19a4c116b8d2d0c8 1e376c085141ab53 2748774cdf8eeb99 34b0bcb5e19b48a8
  391c0cb3c5c95a63 4ed8aa4ae3418acb 5b9cca4f7763e373 682e6ff3d6b2b8a3
  748f82ee5defb2fc 78a5636f43172f60 84c87814a1f0ab72 8cc702081a6439ec
  90befffa23631e28 a4506cebde82bde9 bef9a3f7b2c67915 c67178f2e372532b
  ca273eceea26619c d186b8c721c0c207 eada7dd6cde0eb1e f57d4f7fee6ed178
  06f067aa72176fba 0a637dc5a2c898a6 113f9804bef90dae 1b710b35131c471b
  28db77f523047d84 32caab7b40c72493 3c9ebe0a15c9bebc 431d67c49c100d4c
  4cc5d4becb3e42b6 597f299cfc657e2a 5fcb6fab3ad6faec 6c44198c4a475817
`
  .trim()
  .split(/\s+/);

const { block, initial, mask, padding, constants } = layout;

/** SHA-256 and SHA-512 differ in their words and in how many rounds there are. */
interface Sha2Family {
  readonly wordLength: number;
  readonly rounds: number;
  program(): Uint8Array;
}

const family32: Sha2Family = { wordLength: 4, rounds: 64, program: sha256Program };
const family64: Sha2Family = { wordLength: 8, rounds: 80, program: sha512Program };

/** The hashes of the family: FIPS 180-4 5.3. */
const hashes = {
  sha224: { family: family32, length: 28, initial: 'c1059ed8367cd5073070dd17f70e5939ffc00b316858151164f98fa7befa4fa4' },
  sha256: { family: family32, length: 32, initial: '6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19' },
  sha384: {
    family: family64,
    length: 48,
    initial:
      'cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e593967332667ffc00b318eb44a8768581511db0c2e0d64f98fa747b5481dbefa4fa4',
  },
  sha512: {
    family: family64,
    length: 64,
    initial:
      '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179',
  },
} as const;

export type Sha2Name = keyof typeof hashes;

export function isSha2(name: string): name is Sha2Name {
  return name in hashes;
}

const loops = new Map<Sha2Family, WasmLoop>();

/** Hashes a digest of the same hash `count` times over: each time one block, which is a digest and always the same padding. */
export function iterateSha2(name: Sha2Name, digest: Uint8Array, count: number): Uint8Array {
  const { family, length, initial: initialValue } = hashes[name];
  const { wordLength } = family;
  let loop = loops.get(family);
  if (loop === undefined) {
    loop = new WasmLoop(family.program());
    loops.set(family, loop);
  }
  const memory = new BigEndianWords(loop.memory, wordLength);
  const padded = new Uint8Array(16 * wordLength);
  padded.set(digest);
  padded[length] = 0x80;
  // The length of the message in bits; it is below 2^16.
  padded[padded.length - 2] = (length * 8) >> 8;
  padded[padded.length - 1] = (length * 8) & 0xff;
  memory.write(block, padded);
  memory.write(initial, Buffer.from(initialValue, 'hex'));
  memory.write(mask, new Uint8Array(8 * wordLength).fill(0xff, 0, length));
  memory.write(padding, padded.subarray(0, 8 * wordLength).fill(0, 0, length));
  memory.write(constants, constantBytes(family));
  loop.run(count);
  const result = memory.read(block, length);
  new Uint8Array(loop.memory).fill(0);
  return result;
}

function constantBytes({ wordLength, rounds }: Sha2Family): Uint8Array {
  return Buffer.from(
    roundConstants
      .slice(0, rounds)
      .map((constant) => constant.slice(0, wordLength * 2))
      .join(''),
    'hex',
  );
}
