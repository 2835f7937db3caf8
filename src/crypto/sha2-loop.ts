import { BigEndianWords } from './big-endian-words.js';
import { WasmCode, type WordCodes, word32, word64 } from './wasm-code.js';
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

/** Word indices in memory; the constants follow, and there are at most eighty. */
const block = 0;
const initial = 16;
const mask = 24;
const padding = 32;
const constants = 40;

interface Sha2Shape {
  readonly word: WordCodes;
  readonly rounds: number;
  /** FIPS 180-4 4.1.2 and 4.1.3: rotations of Σ0, Σ1, σ0, σ1; the last number of the latter two is a shift. */
  readonly bigSigma0: readonly number[];
  readonly bigSigma1: readonly number[];
  readonly sigma0: readonly [number, number, number];
  readonly sigma1: readonly [number, number, number];
}

const shape32: Sha2Shape = {
  word: word32,
  rounds: 64,
  bigSigma0: [2, 13, 22],
  bigSigma1: [6, 11, 25],
  sigma0: [7, 18, 3],
  sigma1: [17, 19, 10],
};

const shape64: Sha2Shape = {
  word: word64,
  rounds: 80,
  bigSigma0: [28, 34, 39],
  bigSigma1: [14, 18, 41],
  sigma0: [1, 8, 7],
  sigma1: [19, 61, 6],
};

/** The hashes of the family: FIPS 180-4 5.3. */
const hashes = {
  sha224: { shape: shape32, length: 28, initial: 'c1059ed8367cd5073070dd17f70e5939ffc00b316858151164f98fa7befa4fa4' },
  sha256: { shape: shape32, length: 32, initial: '6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19' },
  sha384: {
    shape: shape64,
    length: 48,
    initial:
      'cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e593967332667ffc00b318eb44a8768581511db0c2e0d64f98fa747b5481dbefa4fa4',
  },
  sha512: {
    shape: shape64,
    length: 64,
    initial:
      '6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179',
  },
} as const;

export type Sha2Name = keyof typeof hashes;

export function isSha2(name: string): name is Sha2Name {
  return name in hashes;
}

const loops = new Map<Sha2Shape, WasmLoop>();

/** Hashes a digest of the same hash `count` times over: each time one block, which is a digest and always the same padding. */
export function iterateSha2(name: Sha2Name, digest: Uint8Array, count: number): Uint8Array {
  const { shape, length, initial: initialValue } = hashes[name];
  let loop = loops.get(shape);
  if (loop === undefined) {
    loop = new WasmLoop(sha2Code(shape));
    loops.set(shape, loop);
  }
  const memory = new BigEndianWords(loop.memory, shape.word.bytes);
  const padded = new Uint8Array(16 * shape.word.bytes);
  padded.set(digest);
  padded[length] = 0x80;
  // The length of the message in bits; it is below 2^16.
  padded[padded.length - 2] = (length * 8) >> 8;
  padded[padded.length - 1] = (length * 8) & 0xff;
  memory.write(block, padded);
  memory.write(initial, Buffer.from(initialValue, 'hex'));
  memory.write(mask, new Uint8Array(8 * shape.word.bytes).fill(0xff, 0, length));
  memory.write(padding, padded.subarray(0, 8 * shape.word.bytes).fill(0, 0, length));
  memory.write(constants, constantBytes(shape));
  loop.run(count);
  const result = memory.read(block, length);
  new Uint8Array(loop.memory).fill(0);
  return result;
}

function constantBytes({ word, rounds }: Sha2Shape): Uint8Array {
  return Buffer.from(
    roundConstants
      .slice(0, rounds)
      .map((constant) => constant.slice(0, word.bytes * 2))
      .join(''),
    'hex',
  );
}

/** The compression function (FIPS 180-4 6.2.2, 6.4.2), in a loop over itself; sixteen rounds at a time, so that it is soon translated. */
function sha2Code({ word, rounds, bigSigma0, bigSigma1, sigma0, sigma1 }: Sha2Shape): WasmCode {
  const code = new WasmCode(word);
  const state = code.locals(8);
  const schedule = code.locals(16);
  const [sum = 0] = code.locals(1);
  const pointer = code.pointer();
  code.repeat(() => {
    schedule.forEach((local, i) => {
      code.load(block + i).set(local);
    });
    state.forEach((local, i) => {
      code.load(initial + i).set(local);
    });
    code.loop(pointer, constants, constants + rounds, 16, () => {
      const order = [...state];
      schedule.forEach((local, i) => {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = order;
        // T1 = h + Σ1(e) + Ch(e, f, g) + K + W
        code.get(h).mix(e, bigSigma1).add().get(f).get(g).xor().get(e).and().get(g).xor().add();
        code.get(pointer).loadFrom(i).add().get(local).add().set(sum);
        code.get(d).get(sum).add().set(d);
        // T1 + Σ0(a) + Maj(a, b, c)
        code.get(sum).mix(a, bigSigma0).add();
        code.get(a).get(b).or().get(c).and().get(a).get(b).and().or().add().set(h);
        order.unshift(order.pop() as number);
      });
      // The next sixteen words; after the last round they are not needed, and cost less than finding that out.
      schedule.forEach((local, i) => {
        const at = (distance: number) => schedule[(i + distance) % 16] as number;
        code.get(local).mix(at(1), sigma0.slice(0, 2), sigma0[2]).add();
        code.get(at(9)).add().mix(at(14), sigma1.slice(0, 2), sigma1[2]).add().set(local);
      });
    });
    // The sum with the initial value is the digest, and with its padding the next block.
    state.forEach((local, i) => {
      code.store(block + i, () => {
        code
          .get(local)
          .load(initial + i)
          .add()
          .load(mask + i)
          .and()
          .load(padding + i)
          .or();
      });
    });
  });
  return code;
}
