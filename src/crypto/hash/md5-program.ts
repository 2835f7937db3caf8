import { WasmCode, word32 } from './wasm-code.js';

/** RFC 1321 3.3. */
const initialValue = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
/** RFC 1321 3.4: rotations of the four parts, and where in the block each part takes its words from. */
const parts = [
  { rotations: [7, 12, 17, 22], word: (i: number) => i },
  { rotations: [5, 9, 14, 20], word: (i: number) => (5 * i + 1) % 16 },
  { rotations: [4, 11, 16, 23], word: (i: number) => (3 * i + 5) % 16 },
  { rotations: [6, 10, 15, 21], word: (i: number) => (7 * i) % 16 },
] as const;

/** Word indices in memory: the digests of two chains, then the words of the block that both have in common. */
export const layout = { firstDigest: 0, secondDigest: 4, common: 8 } as const;

const { firstDigest, secondDigest, common } = layout;

/** Two chains of one-block hashes at once. */
export function md5Program(): Uint8Array {
  const code = new WasmCode(word32);
  const chains = [firstDigest, secondDigest].map((digest) => ({
    digest,
    state: code.locals(4),
    block: code.locals(4),
  }));
  const shared = code.locals(12);
  shared.forEach((local, i) => {
    code.load(common + i).set(local);
  });
  code.repeat(() => {
    for (const { digest, state, block } of chains) {
      block.forEach((local, i) => {
        code.load(digest + i).set(local);
      });
      initialValue.forEach((value, i) => {
        code.constant(value).set(state[i] as number);
      });
    }
    const orders = chains.map(({ state }) => [...state]);
    for (let step = 0; step < 64; step++) {
      chains.forEach(({ block }, chain) => {
        const order = orders[chain] as number[];
        twist(code, order, [...block, ...shared], step);
        order.unshift(order.pop() as number);
      });
    }
    for (const { digest, state } of chains) {
      initialValue.forEach((value, i) => {
        code.store(digest + i, () => {
          code
            .get(state[i] as number)
            .constant(value)
            .add();
        });
      });
    }
  });
  return code.module();
}

/** One step of RFC 1321 3.4: a = b + rotate(a + f(b, c, d) + word + constant). */
function twist(code: WasmCode, order: readonly number[], block: readonly number[], step: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = order;
  const part = step >> 4;
  const { rotations, word } = parts[part as 0 | 1 | 2 | 3];
  code.get(a);
  if (part === 0) code.get(c).get(d).xor().get(b).and().get(d).xor();
  else if (part === 1) code.get(b).get(c).xor().get(d).and().get(c).xor();
  else if (part === 2) code.get(b).get(c).xor().get(d).xor();
  else code.get(d).constant(-1).xor().get(b).or().get(c).xor();
  // RFC 1321 3.4: the whole part of 2^32 times the absolute sine of the step, counted from 1, in radians.
  const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1)));
  code
    .add()
    .get(block[word(step)] as number)
    .constant(constant)
    .add()
    .add();
  code
    .rotateLeft(rotations[(step & 3) as 0 | 1 | 2 | 3])
    .get(b)
    .add()
    .set(a);
}
