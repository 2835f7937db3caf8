import { WasmCode, type WordCodes, word32, word64 } from './wasm-code.js';

/** Word indices in memory; the constants come last, and there are at most eighty. */
export const layout = { block: 0, initial: 16, mask: 24, padding: 32, constants: 40 } as const;

const { block, initial, mask, padding, constants } = layout;

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

/** For SHA-224 and SHA-256. */
export function sha256Program(): Uint8Array {
  return sha2Program(shape32);
}

/** For SHA-384 and SHA-512. */
export function sha512Program(): Uint8Array {
  return sha2Program(shape64);
}

/** The compression function (FIPS 180-4 6.2.2, 6.4.2), in a loop over itself; sixteen rounds at a time, so that it is soon translated. */
function sha2Program({ word, rounds, bigSigma0, bigSigma1, sigma0, sigma1 }: Sha2Shape): Uint8Array {
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
  return code.module();
}
