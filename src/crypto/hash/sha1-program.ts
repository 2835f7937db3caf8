import { lanes32, WasmCode, type WordCodes, word32 } from './wasm-code.js';

/** FIPS 180-4 5.3.1. */
const initialValue = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
/** FIPS 180-4 4.2.1: one for every twenty rounds. */
const roundConstants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

/** Word indices in memory. */
export const layout = {
  /** Eighty words, whose first sixteen are the block. */
  schedule: 0,
} as const;

const { schedule } = layout;

/** One SHA-1 after the other, each of the one before. */
export function sha1Program(): Uint8Array {
  return program(word32);
}

/** The same for four at a time. */
export function sha1LanesProgram(): Uint8Array {
  return program(lanes32);
}

/** The compression function (FIPS 180-4 6.1.2), in a loop over itself. */
function program(word: WordCodes): Uint8Array {
  const code = new WasmCode(word);
  const state = code.locals(5);
  const words = code.locals(16);
  const [kept = 0] = code.locals(1);
  const pointer = code.pointer();
  code.repeat(() => {
    words.forEach((local, i) => {
      code.load(schedule + i).set(local);
    });
    code.loop(pointer, schedule + 16, schedule + 80, 16, () => {
      words.forEach((local, i) => {
        const at = (distance: number) => words[(i + distance) % 16] as number;
        code.get(at(13)).get(at(8)).xor().get(at(2)).xor().get(local).xor().rotateLeft(1).set(local);
        code.storeAt(pointer, i, local);
      });
    });
    initialValue.forEach((value, i) => {
      code.constant(value).set(state[i] as number);
    });
    roundConstants.forEach((constant, part) => {
      code.loop(pointer, schedule + 20 * part, schedule + 20 * (part + 1), 5, () =>
        twistFive(code, state, kept, pointer, part, constant),
      );
    });
    // The sum with the initial value is the digest, and the start of the next block.
    initialValue.forEach((value, i) => {
      code.store(schedule + i, () => {
        code
          .get(state[i] as number)
          .constant(value)
          .add();
      });
    });
  });
  return code.module();
}

/** Five rounds, after which every word of the state is where it was. */
function twistFive(
  code: WasmCode,
  state: readonly number[],
  kept: number,
  pointer: number,
  part: number,
  constant: number,
): void {
  const order = [...state];
  for (let i = 0; i < 5; i++) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = order;
    code.get(e).get(pointer).loadFrom(i).add().constant(constant).add();
    // Ch, Parity, Maj, Parity (FIPS 180-4 4.1.1).
    if (part === 0) code.get(c).get(d).xor().get(b).and().get(d).xor();
    else if (part === 2) code.get(b).get(c).or().get(d).and().get(b).get(c).and().or();
    else code.get(b).get(c).xor().get(d).xor();
    code.add().get(a).rotateLeft(5).add().set(kept);
    code.get(b).rotateLeft(30).set(b);
    code.get(kept).set(e);
    order.unshift(order.pop() as number);
  }
}
