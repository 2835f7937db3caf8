/*
 * AssemblyScript. Hashes a digest and a suffix repeatedly with MD5 (RFC 1321), for two digests at once. Each step of MD5 needs the result
 * of the step before, so the processor has time for a second, independent hash. The steps are written out instead of looped over, so that
 * all words stay in registers: 200,000 iterations (the default of current JDKs for a JCEKS key) take 31 ms instead of 45 ms.
 */

/**
 * Two padded blocks of 64 octets each. They differ only in the digests at their beginning. The caller writes the whole blocks; `iterate`
 * replaces the digests.
 */
export const block: usize = memory.data(128);

// The initial state (RFC 1321 3.3).
const a0: u32 = 0x67452301;
const b0: u32 = 0xefcdab89;
const c0: u32 = 0x98badcfe;
const d0: u32 = 0x10325476;

/** Hashes each block `count` times, and stores the digest in the block each time. */
export function iterate(count: i32): void {
  for (; count > 0; count--) compress(block, block + 64);
}

/**
 * Hashes both blocks (RFC 1321 3.4). a to d and x0 to x3 belong to the left block, a2 to d2 and y0 to y3 to the right one; x4 to x15 are
 * the same in both. The constants of the 64 steps are 2^32 · |sin i|, rounded down, for i = 1 to 64 radians.
 */
function compress(left: usize, right: usize): void {
  let a = a0;
  let b = b0;
  let c = c0;
  let d = d0;
  let a2 = a0;
  let b2 = b0;
  let c2 = c0;
  let d2 = d0;
  const x0 = load<u32>(left);
  const x1 = load<u32>(left + 4);
  const x2 = load<u32>(left + 8);
  const x3 = load<u32>(left + 12);
  const x4 = load<u32>(left + 16);
  const x5 = load<u32>(left + 20);
  const x6 = load<u32>(left + 24);
  const x7 = load<u32>(left + 28);
  const x8 = load<u32>(left + 32);
  const x9 = load<u32>(left + 36);
  const x10 = load<u32>(left + 40);
  const x11 = load<u32>(left + 44);
  const x12 = load<u32>(left + 48);
  const x13 = load<u32>(left + 52);
  const x14 = load<u32>(left + 56);
  const x15 = load<u32>(left + 60);
  const y0 = load<u32>(right);
  const y1 = load<u32>(right + 4);
  const y2 = load<u32>(right + 8);
  const y3 = load<u32>(right + 12);

  // Round 1: F.
  a = b + rotl<u32>(a + (((c ^ d) & b) ^ d) + x0 + 0xd76aa478, 7);
  a2 = b2 + rotl<u32>(a2 + (((c2 ^ d2) & b2) ^ d2) + y0 + 0xd76aa478, 7);
  d = a + rotl<u32>(d + (((b ^ c) & a) ^ c) + x1 + 0xe8c7b756, 12);
  d2 = a2 + rotl<u32>(d2 + (((b2 ^ c2) & a2) ^ c2) + y1 + 0xe8c7b756, 12);
  c = d + rotl<u32>(c + (((a ^ b) & d) ^ b) + x2 + 0x242070db, 17);
  c2 = d2 + rotl<u32>(c2 + (((a2 ^ b2) & d2) ^ b2) + y2 + 0x242070db, 17);
  b = c + rotl<u32>(b + (((d ^ a) & c) ^ a) + x3 + 0xc1bdceee, 22);
  b2 = c2 + rotl<u32>(b2 + (((d2 ^ a2) & c2) ^ a2) + y3 + 0xc1bdceee, 22);
  a = b + rotl<u32>(a + (((c ^ d) & b) ^ d) + x4 + 0xf57c0faf, 7);
  a2 = b2 + rotl<u32>(a2 + (((c2 ^ d2) & b2) ^ d2) + x4 + 0xf57c0faf, 7);
  d = a + rotl<u32>(d + (((b ^ c) & a) ^ c) + x5 + 0x4787c62a, 12);
  d2 = a2 + rotl<u32>(d2 + (((b2 ^ c2) & a2) ^ c2) + x5 + 0x4787c62a, 12);
  c = d + rotl<u32>(c + (((a ^ b) & d) ^ b) + x6 + 0xa8304613, 17);
  c2 = d2 + rotl<u32>(c2 + (((a2 ^ b2) & d2) ^ b2) + x6 + 0xa8304613, 17);
  b = c + rotl<u32>(b + (((d ^ a) & c) ^ a) + x7 + 0xfd469501, 22);
  b2 = c2 + rotl<u32>(b2 + (((d2 ^ a2) & c2) ^ a2) + x7 + 0xfd469501, 22);
  a = b + rotl<u32>(a + (((c ^ d) & b) ^ d) + x8 + 0x698098d8, 7);
  a2 = b2 + rotl<u32>(a2 + (((c2 ^ d2) & b2) ^ d2) + x8 + 0x698098d8, 7);
  d = a + rotl<u32>(d + (((b ^ c) & a) ^ c) + x9 + 0x8b44f7af, 12);
  d2 = a2 + rotl<u32>(d2 + (((b2 ^ c2) & a2) ^ c2) + x9 + 0x8b44f7af, 12);
  c = d + rotl<u32>(c + (((a ^ b) & d) ^ b) + x10 + 0xffff5bb1, 17);
  c2 = d2 + rotl<u32>(c2 + (((a2 ^ b2) & d2) ^ b2) + x10 + 0xffff5bb1, 17);
  b = c + rotl<u32>(b + (((d ^ a) & c) ^ a) + x11 + 0x895cd7be, 22);
  b2 = c2 + rotl<u32>(b2 + (((d2 ^ a2) & c2) ^ a2) + x11 + 0x895cd7be, 22);
  a = b + rotl<u32>(a + (((c ^ d) & b) ^ d) + x12 + 0x6b901122, 7);
  a2 = b2 + rotl<u32>(a2 + (((c2 ^ d2) & b2) ^ d2) + x12 + 0x6b901122, 7);
  d = a + rotl<u32>(d + (((b ^ c) & a) ^ c) + x13 + 0xfd987193, 12);
  d2 = a2 + rotl<u32>(d2 + (((b2 ^ c2) & a2) ^ c2) + x13 + 0xfd987193, 12);
  c = d + rotl<u32>(c + (((a ^ b) & d) ^ b) + x14 + 0xa679438e, 17);
  c2 = d2 + rotl<u32>(c2 + (((a2 ^ b2) & d2) ^ b2) + x14 + 0xa679438e, 17);
  b = c + rotl<u32>(b + (((d ^ a) & c) ^ a) + x15 + 0x49b40821, 22);
  b2 = c2 + rotl<u32>(b2 + (((d2 ^ a2) & c2) ^ a2) + x15 + 0x49b40821, 22);

  // Round 2: G.
  a = b + rotl<u32>(a + (((b ^ c) & d) ^ c) + x1 + 0xf61e2562, 5);
  a2 = b2 + rotl<u32>(a2 + (((b2 ^ c2) & d2) ^ c2) + y1 + 0xf61e2562, 5);
  d = a + rotl<u32>(d + (((a ^ b) & c) ^ b) + x6 + 0xc040b340, 9);
  d2 = a2 + rotl<u32>(d2 + (((a2 ^ b2) & c2) ^ b2) + x6 + 0xc040b340, 9);
  c = d + rotl<u32>(c + (((d ^ a) & b) ^ a) + x11 + 0x265e5a51, 14);
  c2 = d2 + rotl<u32>(c2 + (((d2 ^ a2) & b2) ^ a2) + x11 + 0x265e5a51, 14);
  b = c + rotl<u32>(b + (((c ^ d) & a) ^ d) + x0 + 0xe9b6c7aa, 20);
  b2 = c2 + rotl<u32>(b2 + (((c2 ^ d2) & a2) ^ d2) + y0 + 0xe9b6c7aa, 20);
  a = b + rotl<u32>(a + (((b ^ c) & d) ^ c) + x5 + 0xd62f105d, 5);
  a2 = b2 + rotl<u32>(a2 + (((b2 ^ c2) & d2) ^ c2) + x5 + 0xd62f105d, 5);
  d = a + rotl<u32>(d + (((a ^ b) & c) ^ b) + x10 + 0x02441453, 9);
  d2 = a2 + rotl<u32>(d2 + (((a2 ^ b2) & c2) ^ b2) + x10 + 0x02441453, 9);
  c = d + rotl<u32>(c + (((d ^ a) & b) ^ a) + x15 + 0xd8a1e681, 14);
  c2 = d2 + rotl<u32>(c2 + (((d2 ^ a2) & b2) ^ a2) + x15 + 0xd8a1e681, 14);
  b = c + rotl<u32>(b + (((c ^ d) & a) ^ d) + x4 + 0xe7d3fbc8, 20);
  b2 = c2 + rotl<u32>(b2 + (((c2 ^ d2) & a2) ^ d2) + x4 + 0xe7d3fbc8, 20);
  a = b + rotl<u32>(a + (((b ^ c) & d) ^ c) + x9 + 0x21e1cde6, 5);
  a2 = b2 + rotl<u32>(a2 + (((b2 ^ c2) & d2) ^ c2) + x9 + 0x21e1cde6, 5);
  d = a + rotl<u32>(d + (((a ^ b) & c) ^ b) + x14 + 0xc33707d6, 9);
  d2 = a2 + rotl<u32>(d2 + (((a2 ^ b2) & c2) ^ b2) + x14 + 0xc33707d6, 9);
  c = d + rotl<u32>(c + (((d ^ a) & b) ^ a) + x3 + 0xf4d50d87, 14);
  c2 = d2 + rotl<u32>(c2 + (((d2 ^ a2) & b2) ^ a2) + y3 + 0xf4d50d87, 14);
  b = c + rotl<u32>(b + (((c ^ d) & a) ^ d) + x8 + 0x455a14ed, 20);
  b2 = c2 + rotl<u32>(b2 + (((c2 ^ d2) & a2) ^ d2) + x8 + 0x455a14ed, 20);
  a = b + rotl<u32>(a + (((b ^ c) & d) ^ c) + x13 + 0xa9e3e905, 5);
  a2 = b2 + rotl<u32>(a2 + (((b2 ^ c2) & d2) ^ c2) + x13 + 0xa9e3e905, 5);
  d = a + rotl<u32>(d + (((a ^ b) & c) ^ b) + x2 + 0xfcefa3f8, 9);
  d2 = a2 + rotl<u32>(d2 + (((a2 ^ b2) & c2) ^ b2) + y2 + 0xfcefa3f8, 9);
  c = d + rotl<u32>(c + (((d ^ a) & b) ^ a) + x7 + 0x676f02d9, 14);
  c2 = d2 + rotl<u32>(c2 + (((d2 ^ a2) & b2) ^ a2) + x7 + 0x676f02d9, 14);
  b = c + rotl<u32>(b + (((c ^ d) & a) ^ d) + x12 + 0x8d2a4c8a, 20);
  b2 = c2 + rotl<u32>(b2 + (((c2 ^ d2) & a2) ^ d2) + x12 + 0x8d2a4c8a, 20);

  // Round 3: H.
  a = b + rotl<u32>(a + (b ^ c ^ d) + x5 + 0xfffa3942, 4);
  a2 = b2 + rotl<u32>(a2 + (b2 ^ c2 ^ d2) + x5 + 0xfffa3942, 4);
  d = a + rotl<u32>(d + (a ^ b ^ c) + x8 + 0x8771f681, 11);
  d2 = a2 + rotl<u32>(d2 + (a2 ^ b2 ^ c2) + x8 + 0x8771f681, 11);
  c = d + rotl<u32>(c + (d ^ a ^ b) + x11 + 0x6d9d6122, 16);
  c2 = d2 + rotl<u32>(c2 + (d2 ^ a2 ^ b2) + x11 + 0x6d9d6122, 16);
  b = c + rotl<u32>(b + (c ^ d ^ a) + x14 + 0xfde5380c, 23);
  b2 = c2 + rotl<u32>(b2 + (c2 ^ d2 ^ a2) + x14 + 0xfde5380c, 23);
  a = b + rotl<u32>(a + (b ^ c ^ d) + x1 + 0xa4beea44, 4);
  a2 = b2 + rotl<u32>(a2 + (b2 ^ c2 ^ d2) + y1 + 0xa4beea44, 4);
  d = a + rotl<u32>(d + (a ^ b ^ c) + x4 + 0x4bdecfa9, 11);
  d2 = a2 + rotl<u32>(d2 + (a2 ^ b2 ^ c2) + x4 + 0x4bdecfa9, 11);
  c = d + rotl<u32>(c + (d ^ a ^ b) + x7 + 0xf6bb4b60, 16);
  c2 = d2 + rotl<u32>(c2 + (d2 ^ a2 ^ b2) + x7 + 0xf6bb4b60, 16);
  b = c + rotl<u32>(b + (c ^ d ^ a) + x10 + 0xbebfbc70, 23);
  b2 = c2 + rotl<u32>(b2 + (c2 ^ d2 ^ a2) + x10 + 0xbebfbc70, 23);
  a = b + rotl<u32>(a + (b ^ c ^ d) + x13 + 0x289b7ec6, 4);
  a2 = b2 + rotl<u32>(a2 + (b2 ^ c2 ^ d2) + x13 + 0x289b7ec6, 4);
  d = a + rotl<u32>(d + (a ^ b ^ c) + x0 + 0xeaa127fa, 11);
  d2 = a2 + rotl<u32>(d2 + (a2 ^ b2 ^ c2) + y0 + 0xeaa127fa, 11);
  c = d + rotl<u32>(c + (d ^ a ^ b) + x3 + 0xd4ef3085, 16);
  c2 = d2 + rotl<u32>(c2 + (d2 ^ a2 ^ b2) + y3 + 0xd4ef3085, 16);
  b = c + rotl<u32>(b + (c ^ d ^ a) + x6 + 0x04881d05, 23);
  b2 = c2 + rotl<u32>(b2 + (c2 ^ d2 ^ a2) + x6 + 0x04881d05, 23);
  a = b + rotl<u32>(a + (b ^ c ^ d) + x9 + 0xd9d4d039, 4);
  a2 = b2 + rotl<u32>(a2 + (b2 ^ c2 ^ d2) + x9 + 0xd9d4d039, 4);
  d = a + rotl<u32>(d + (a ^ b ^ c) + x12 + 0xe6db99e5, 11);
  d2 = a2 + rotl<u32>(d2 + (a2 ^ b2 ^ c2) + x12 + 0xe6db99e5, 11);
  c = d + rotl<u32>(c + (d ^ a ^ b) + x15 + 0x1fa27cf8, 16);
  c2 = d2 + rotl<u32>(c2 + (d2 ^ a2 ^ b2) + x15 + 0x1fa27cf8, 16);
  b = c + rotl<u32>(b + (c ^ d ^ a) + x2 + 0xc4ac5665, 23);
  b2 = c2 + rotl<u32>(b2 + (c2 ^ d2 ^ a2) + y2 + 0xc4ac5665, 23);

  // Round 4: I.
  a = b + rotl<u32>(a + ((b | ~d) ^ c) + x0 + 0xf4292244, 6);
  a2 = b2 + rotl<u32>(a2 + ((b2 | ~d2) ^ c2) + y0 + 0xf4292244, 6);
  d = a + rotl<u32>(d + ((a | ~c) ^ b) + x7 + 0x432aff97, 10);
  d2 = a2 + rotl<u32>(d2 + ((a2 | ~c2) ^ b2) + x7 + 0x432aff97, 10);
  c = d + rotl<u32>(c + ((d | ~b) ^ a) + x14 + 0xab9423a7, 15);
  c2 = d2 + rotl<u32>(c2 + ((d2 | ~b2) ^ a2) + x14 + 0xab9423a7, 15);
  b = c + rotl<u32>(b + ((c | ~a) ^ d) + x5 + 0xfc93a039, 21);
  b2 = c2 + rotl<u32>(b2 + ((c2 | ~a2) ^ d2) + x5 + 0xfc93a039, 21);
  a = b + rotl<u32>(a + ((b | ~d) ^ c) + x12 + 0x655b59c3, 6);
  a2 = b2 + rotl<u32>(a2 + ((b2 | ~d2) ^ c2) + x12 + 0x655b59c3, 6);
  d = a + rotl<u32>(d + ((a | ~c) ^ b) + x3 + 0x8f0ccc92, 10);
  d2 = a2 + rotl<u32>(d2 + ((a2 | ~c2) ^ b2) + y3 + 0x8f0ccc92, 10);
  c = d + rotl<u32>(c + ((d | ~b) ^ a) + x10 + 0xffeff47d, 15);
  c2 = d2 + rotl<u32>(c2 + ((d2 | ~b2) ^ a2) + x10 + 0xffeff47d, 15);
  b = c + rotl<u32>(b + ((c | ~a) ^ d) + x1 + 0x85845dd1, 21);
  b2 = c2 + rotl<u32>(b2 + ((c2 | ~a2) ^ d2) + y1 + 0x85845dd1, 21);
  a = b + rotl<u32>(a + ((b | ~d) ^ c) + x8 + 0x6fa87e4f, 6);
  a2 = b2 + rotl<u32>(a2 + ((b2 | ~d2) ^ c2) + x8 + 0x6fa87e4f, 6);
  d = a + rotl<u32>(d + ((a | ~c) ^ b) + x15 + 0xfe2ce6e0, 10);
  d2 = a2 + rotl<u32>(d2 + ((a2 | ~c2) ^ b2) + x15 + 0xfe2ce6e0, 10);
  c = d + rotl<u32>(c + ((d | ~b) ^ a) + x6 + 0xa3014314, 15);
  c2 = d2 + rotl<u32>(c2 + ((d2 | ~b2) ^ a2) + x6 + 0xa3014314, 15);
  b = c + rotl<u32>(b + ((c | ~a) ^ d) + x13 + 0x4e0811a1, 21);
  b2 = c2 + rotl<u32>(b2 + ((c2 | ~a2) ^ d2) + x13 + 0x4e0811a1, 21);
  a = b + rotl<u32>(a + ((b | ~d) ^ c) + x4 + 0xf7537e82, 6);
  a2 = b2 + rotl<u32>(a2 + ((b2 | ~d2) ^ c2) + x4 + 0xf7537e82, 6);
  d = a + rotl<u32>(d + ((a | ~c) ^ b) + x11 + 0xbd3af235, 10);
  d2 = a2 + rotl<u32>(d2 + ((a2 | ~c2) ^ b2) + x11 + 0xbd3af235, 10);
  c = d + rotl<u32>(c + ((d | ~b) ^ a) + x2 + 0x2ad7d2bb, 15);
  c2 = d2 + rotl<u32>(c2 + ((d2 | ~b2) ^ a2) + y2 + 0x2ad7d2bb, 15);
  b = c + rotl<u32>(b + ((c | ~a) ^ d) + x9 + 0xeb86d391, 21);
  b2 = c2 + rotl<u32>(b2 + ((c2 | ~a2) ^ d2) + x9 + 0xeb86d391, 21);

  store<u32>(left, a + a0);
  store<u32>(left + 4, b + b0);
  store<u32>(left + 8, c + c0);
  store<u32>(left + 12, d + d0);
  store<u32>(right, a2 + a0);
  store<u32>(right + 4, b2 + b0);
  store<u32>(right + 8, c2 + c0);
  store<u32>(right + 12, d2 + d0);
}
