/*
 * AssemblyScript. Hashes a digest and a suffix with MD5 (RFC 1321) repeatedly, for two digests at once: each step of MD5 needs the result
 * of the step before, so a processor does a second, independent hash in the gaps.
 */

/** Two padded blocks, of 64 octets each. The caller writes all of them; `iterate` replaces the digests at their starts. */
export const block: usize = memory.data(128);

// RFC 1321 3.3.
const a0: u32 = 0x67452301;
const b0: u32 = 0xefcdab89;
const c0: u32 = 0x98badcfe;
const d0: u32 = 0x10325476;

/** RFC 1321 3.4: 2^32 times the absolute sine of 1 to 64 radians. */
const constants: usize = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
  0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
  0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
  0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
  0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
  0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
  0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
  0xeb86d391,
]);

/** RFC 1321 3.4: the bits that each step rotates by. */
const rotations: usize = memory.data<u8>([
  7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22, 7, 12, 17, 22, 5, 9, 14, 20, 5, 9, 14, 20, 5, 9, 14, 20, 5, 9, 14, 20, 4,
  11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23, 4, 11, 16, 23, 6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21, 6, 10, 15, 21,
]);

/** RFC 1321 3.4: where in the block the word of each step begins. */
const words: usize = memory.data<u8>([
  0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 4, 24, 44, 0, 20, 40, 60, 16, 36, 56, 12, 32, 52, 8, 28,
  48, 20, 32, 44, 56, 4, 16, 28, 40, 52, 0, 12, 24, 36, 48, 60, 8, 0, 28, 56, 20, 48, 12, 40, 4, 32, 60, 24, 52, 16, 44,
  8, 36,
]);

/** Hashes each block `count` times, and puts the digest back into it each time. */
export function iterate(count: i32): void {
  for (; count > 0; count--) compress(block, block + 64);
}

function compress(left: usize, right: usize): void {
  let a = a0;
  let b = b0;
  let c = c0;
  let d = d0;
  let a2 = a0;
  let b2 = b0;
  let c2 = c0;
  let d2 = d0;
  for (let step: usize = 0; step < 64; step++) {
    const word = load<u8>(words + step);
    const constant = load<u32>(constants + (step << 2));
    const rotation = load<u8>(rotations + step);
    let mixed: u32;
    let mixed2: u32;
    // F, G, H and I of RFC 1321 3.4.
    if (step < 16) {
      mixed = ((c ^ d) & b) ^ d;
      mixed2 = ((c2 ^ d2) & b2) ^ d2;
    } else if (step < 32) {
      mixed = ((b ^ c) & d) ^ c;
      mixed2 = ((b2 ^ c2) & d2) ^ c2;
    } else if (step < 48) {
      mixed = b ^ c ^ d;
      mixed2 = b2 ^ c2 ^ d2;
    } else {
      mixed = (b | ~d) ^ c;
      mixed2 = (b2 | ~d2) ^ c2;
    }
    const next = b + rotl<u32>(a + mixed + load<u32>(left + word) + constant, rotation);
    const next2 = b2 + rotl<u32>(a2 + mixed2 + load<u32>(right + word) + constant, rotation);
    a = d;
    d = c;
    c = b;
    b = next;
    a2 = d2;
    d2 = c2;
    c2 = b2;
    b2 = next2;
  }
  store<u32>(left, a + a0);
  store<u32>(left + 4, b + b0);
  store<u32>(left + 8, c + c0);
  store<u32>(left + 12, d + d0);
  store<u32>(right, a2 + a0);
  store<u32>(right + 4, b2 + b0);
  store<u32>(right + 8, c2 + c0);
  store<u32>(right + 12, d2 + d0);
}
