/*
 * AssemblyScript. Hashes a SHA-1 digest (FIPS 180-4) repeatedly. Each message is one block, in which only the digest changes.
 * The rounds are written out instead of looped over, so that all words stay in registers: a block takes 0.11 µs instead of 0.19 µs. A
 * PKCS#12 file of JDK 11's keytool takes 350,000 blocks: 100,000 for the MAC, 100,000 for the certificates, and 150,000 for the key.
 */

/** The padded block of 64 octets. The caller writes the whole block; `iterate` replaces the digest at its beginning. */
export const block: usize = memory.data(64);

/** The block as 16 numbers, converted from its big-endian octets. The first five are the digest. */
const words: usize = memory.data(64);

// The initial hash value (FIPS 180-4 5.3.1).
const h0: u32 = 0x67452301;
const h1: u32 = 0xefcdab89;
const h2: u32 = 0x98badcfe;
const h3: u32 = 0x10325476;
const h4: u32 = 0xc3d2e1f0;

// The constants (FIPS 180-4 4.2.1).
const k0: u32 = 0x5a827999;
const k1: u32 = 0x6ed9eba1;
const k2: u32 = 0x8f1bbcdc;
const k3: u32 = 0xca62c1d6;

/** Hashes the block `count` times. Each time, the new digest replaces the one at the beginning of the block. */
export function iterate(count: i32): void {
  for (let at = 0; at < 64; at += 4) store<u32>(words + at, bswap(load<u32>(block + at)));
  for (; count > 0; count--) compress();
  for (let at = 0; at < 20; at += 4) store<u32>(block + at, bswap(load<u32>(words + at)));
  // The words are overwritten, because they were derived from a password.
  memory.fill(words, 0, 64);
}

/** Hashes the block in `words` (FIPS 180-4 6.1.2). The digest replaces the first five words. */
function compress(): void {
  let w0 = load<u32>(words);
  let w1 = load<u32>(words + 4);
  let w2 = load<u32>(words + 8);
  let w3 = load<u32>(words + 12);
  let w4 = load<u32>(words + 16);
  let w5 = load<u32>(words + 20);
  let w6 = load<u32>(words + 24);
  let w7 = load<u32>(words + 28);
  let w8 = load<u32>(words + 32);
  let w9 = load<u32>(words + 36);
  let w10 = load<u32>(words + 40);
  let w11 = load<u32>(words + 44);
  let w12 = load<u32>(words + 48);
  let w13 = load<u32>(words + 52);
  let w14 = load<u32>(words + 56);
  let w15 = load<u32>(words + 60);
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;

  // Rounds 0 to 19: Ch (FIPS 180-4 4.1.1).
  e += rotl<u32>(a, 5) + (((c ^ d) & b) ^ d) + k0 + w0;
  b = rotl<u32>(b, 30);
  d += rotl<u32>(e, 5) + (((b ^ c) & a) ^ c) + k0 + w1;
  a = rotl<u32>(a, 30);
  c += rotl<u32>(d, 5) + (((a ^ b) & e) ^ b) + k0 + w2;
  e = rotl<u32>(e, 30);
  b += rotl<u32>(c, 5) + (((e ^ a) & d) ^ a) + k0 + w3;
  d = rotl<u32>(d, 30);
  a += rotl<u32>(b, 5) + (((d ^ e) & c) ^ e) + k0 + w4;
  c = rotl<u32>(c, 30);
  e += rotl<u32>(a, 5) + (((c ^ d) & b) ^ d) + k0 + w5;
  b = rotl<u32>(b, 30);
  d += rotl<u32>(e, 5) + (((b ^ c) & a) ^ c) + k0 + w6;
  a = rotl<u32>(a, 30);
  c += rotl<u32>(d, 5) + (((a ^ b) & e) ^ b) + k0 + w7;
  e = rotl<u32>(e, 30);
  b += rotl<u32>(c, 5) + (((e ^ a) & d) ^ a) + k0 + w8;
  d = rotl<u32>(d, 30);
  a += rotl<u32>(b, 5) + (((d ^ e) & c) ^ e) + k0 + w9;
  c = rotl<u32>(c, 30);
  e += rotl<u32>(a, 5) + (((c ^ d) & b) ^ d) + k0 + w10;
  b = rotl<u32>(b, 30);
  d += rotl<u32>(e, 5) + (((b ^ c) & a) ^ c) + k0 + w11;
  a = rotl<u32>(a, 30);
  c += rotl<u32>(d, 5) + (((a ^ b) & e) ^ b) + k0 + w12;
  e = rotl<u32>(e, 30);
  b += rotl<u32>(c, 5) + (((e ^ a) & d) ^ a) + k0 + w13;
  d = rotl<u32>(d, 30);
  a += rotl<u32>(b, 5) + (((d ^ e) & c) ^ e) + k0 + w14;
  c = rotl<u32>(c, 30);
  e += rotl<u32>(a, 5) + (((c ^ d) & b) ^ d) + k0 + w15;
  b = rotl<u32>(b, 30);
  w0 = rotl<u32>(w13 ^ w8 ^ w2 ^ w0, 1);
  d += rotl<u32>(e, 5) + (((b ^ c) & a) ^ c) + k0 + w0;
  a = rotl<u32>(a, 30);
  w1 = rotl<u32>(w14 ^ w9 ^ w3 ^ w1, 1);
  c += rotl<u32>(d, 5) + (((a ^ b) & e) ^ b) + k0 + w1;
  e = rotl<u32>(e, 30);
  w2 = rotl<u32>(w15 ^ w10 ^ w4 ^ w2, 1);
  b += rotl<u32>(c, 5) + (((e ^ a) & d) ^ a) + k0 + w2;
  d = rotl<u32>(d, 30);
  w3 = rotl<u32>(w0 ^ w11 ^ w5 ^ w3, 1);
  a += rotl<u32>(b, 5) + (((d ^ e) & c) ^ e) + k0 + w3;
  c = rotl<u32>(c, 30);

  // Rounds 20 to 39: Parity (FIPS 180-4 4.1.1).
  w4 = rotl<u32>(w1 ^ w12 ^ w6 ^ w4, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k1 + w4;
  b = rotl<u32>(b, 30);
  w5 = rotl<u32>(w2 ^ w13 ^ w7 ^ w5, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k1 + w5;
  a = rotl<u32>(a, 30);
  w6 = rotl<u32>(w3 ^ w14 ^ w8 ^ w6, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k1 + w6;
  e = rotl<u32>(e, 30);
  w7 = rotl<u32>(w4 ^ w15 ^ w9 ^ w7, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k1 + w7;
  d = rotl<u32>(d, 30);
  w8 = rotl<u32>(w5 ^ w0 ^ w10 ^ w8, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k1 + w8;
  c = rotl<u32>(c, 30);
  w9 = rotl<u32>(w6 ^ w1 ^ w11 ^ w9, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k1 + w9;
  b = rotl<u32>(b, 30);
  w10 = rotl<u32>(w7 ^ w2 ^ w12 ^ w10, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k1 + w10;
  a = rotl<u32>(a, 30);
  w11 = rotl<u32>(w8 ^ w3 ^ w13 ^ w11, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k1 + w11;
  e = rotl<u32>(e, 30);
  w12 = rotl<u32>(w9 ^ w4 ^ w14 ^ w12, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k1 + w12;
  d = rotl<u32>(d, 30);
  w13 = rotl<u32>(w10 ^ w5 ^ w15 ^ w13, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k1 + w13;
  c = rotl<u32>(c, 30);
  w14 = rotl<u32>(w11 ^ w6 ^ w0 ^ w14, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k1 + w14;
  b = rotl<u32>(b, 30);
  w15 = rotl<u32>(w12 ^ w7 ^ w1 ^ w15, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k1 + w15;
  a = rotl<u32>(a, 30);
  w0 = rotl<u32>(w13 ^ w8 ^ w2 ^ w0, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k1 + w0;
  e = rotl<u32>(e, 30);
  w1 = rotl<u32>(w14 ^ w9 ^ w3 ^ w1, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k1 + w1;
  d = rotl<u32>(d, 30);
  w2 = rotl<u32>(w15 ^ w10 ^ w4 ^ w2, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k1 + w2;
  c = rotl<u32>(c, 30);
  w3 = rotl<u32>(w0 ^ w11 ^ w5 ^ w3, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k1 + w3;
  b = rotl<u32>(b, 30);
  w4 = rotl<u32>(w1 ^ w12 ^ w6 ^ w4, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k1 + w4;
  a = rotl<u32>(a, 30);
  w5 = rotl<u32>(w2 ^ w13 ^ w7 ^ w5, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k1 + w5;
  e = rotl<u32>(e, 30);
  w6 = rotl<u32>(w3 ^ w14 ^ w8 ^ w6, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k1 + w6;
  d = rotl<u32>(d, 30);
  w7 = rotl<u32>(w4 ^ w15 ^ w9 ^ w7, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k1 + w7;
  c = rotl<u32>(c, 30);

  // Rounds 40 to 59: Maj (FIPS 180-4 4.1.1).
  w8 = rotl<u32>(w5 ^ w0 ^ w10 ^ w8, 1);
  e += rotl<u32>(a, 5) + (((b | c) & d) | (b & c)) + k2 + w8;
  b = rotl<u32>(b, 30);
  w9 = rotl<u32>(w6 ^ w1 ^ w11 ^ w9, 1);
  d += rotl<u32>(e, 5) + (((a | b) & c) | (a & b)) + k2 + w9;
  a = rotl<u32>(a, 30);
  w10 = rotl<u32>(w7 ^ w2 ^ w12 ^ w10, 1);
  c += rotl<u32>(d, 5) + (((e | a) & b) | (e & a)) + k2 + w10;
  e = rotl<u32>(e, 30);
  w11 = rotl<u32>(w8 ^ w3 ^ w13 ^ w11, 1);
  b += rotl<u32>(c, 5) + (((d | e) & a) | (d & e)) + k2 + w11;
  d = rotl<u32>(d, 30);
  w12 = rotl<u32>(w9 ^ w4 ^ w14 ^ w12, 1);
  a += rotl<u32>(b, 5) + (((c | d) & e) | (c & d)) + k2 + w12;
  c = rotl<u32>(c, 30);
  w13 = rotl<u32>(w10 ^ w5 ^ w15 ^ w13, 1);
  e += rotl<u32>(a, 5) + (((b | c) & d) | (b & c)) + k2 + w13;
  b = rotl<u32>(b, 30);
  w14 = rotl<u32>(w11 ^ w6 ^ w0 ^ w14, 1);
  d += rotl<u32>(e, 5) + (((a | b) & c) | (a & b)) + k2 + w14;
  a = rotl<u32>(a, 30);
  w15 = rotl<u32>(w12 ^ w7 ^ w1 ^ w15, 1);
  c += rotl<u32>(d, 5) + (((e | a) & b) | (e & a)) + k2 + w15;
  e = rotl<u32>(e, 30);
  w0 = rotl<u32>(w13 ^ w8 ^ w2 ^ w0, 1);
  b += rotl<u32>(c, 5) + (((d | e) & a) | (d & e)) + k2 + w0;
  d = rotl<u32>(d, 30);
  w1 = rotl<u32>(w14 ^ w9 ^ w3 ^ w1, 1);
  a += rotl<u32>(b, 5) + (((c | d) & e) | (c & d)) + k2 + w1;
  c = rotl<u32>(c, 30);
  w2 = rotl<u32>(w15 ^ w10 ^ w4 ^ w2, 1);
  e += rotl<u32>(a, 5) + (((b | c) & d) | (b & c)) + k2 + w2;
  b = rotl<u32>(b, 30);
  w3 = rotl<u32>(w0 ^ w11 ^ w5 ^ w3, 1);
  d += rotl<u32>(e, 5) + (((a | b) & c) | (a & b)) + k2 + w3;
  a = rotl<u32>(a, 30);
  w4 = rotl<u32>(w1 ^ w12 ^ w6 ^ w4, 1);
  c += rotl<u32>(d, 5) + (((e | a) & b) | (e & a)) + k2 + w4;
  e = rotl<u32>(e, 30);
  w5 = rotl<u32>(w2 ^ w13 ^ w7 ^ w5, 1);
  b += rotl<u32>(c, 5) + (((d | e) & a) | (d & e)) + k2 + w5;
  d = rotl<u32>(d, 30);
  w6 = rotl<u32>(w3 ^ w14 ^ w8 ^ w6, 1);
  a += rotl<u32>(b, 5) + (((c | d) & e) | (c & d)) + k2 + w6;
  c = rotl<u32>(c, 30);
  w7 = rotl<u32>(w4 ^ w15 ^ w9 ^ w7, 1);
  e += rotl<u32>(a, 5) + (((b | c) & d) | (b & c)) + k2 + w7;
  b = rotl<u32>(b, 30);
  w8 = rotl<u32>(w5 ^ w0 ^ w10 ^ w8, 1);
  d += rotl<u32>(e, 5) + (((a | b) & c) | (a & b)) + k2 + w8;
  a = rotl<u32>(a, 30);
  w9 = rotl<u32>(w6 ^ w1 ^ w11 ^ w9, 1);
  c += rotl<u32>(d, 5) + (((e | a) & b) | (e & a)) + k2 + w9;
  e = rotl<u32>(e, 30);
  w10 = rotl<u32>(w7 ^ w2 ^ w12 ^ w10, 1);
  b += rotl<u32>(c, 5) + (((d | e) & a) | (d & e)) + k2 + w10;
  d = rotl<u32>(d, 30);
  w11 = rotl<u32>(w8 ^ w3 ^ w13 ^ w11, 1);
  a += rotl<u32>(b, 5) + (((c | d) & e) | (c & d)) + k2 + w11;
  c = rotl<u32>(c, 30);

  // Rounds 60 to 79: Parity (FIPS 180-4 4.1.1).
  w12 = rotl<u32>(w9 ^ w4 ^ w14 ^ w12, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k3 + w12;
  b = rotl<u32>(b, 30);
  w13 = rotl<u32>(w10 ^ w5 ^ w15 ^ w13, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k3 + w13;
  a = rotl<u32>(a, 30);
  w14 = rotl<u32>(w11 ^ w6 ^ w0 ^ w14, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k3 + w14;
  e = rotl<u32>(e, 30);
  w15 = rotl<u32>(w12 ^ w7 ^ w1 ^ w15, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k3 + w15;
  d = rotl<u32>(d, 30);
  w0 = rotl<u32>(w13 ^ w8 ^ w2 ^ w0, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k3 + w0;
  c = rotl<u32>(c, 30);
  w1 = rotl<u32>(w14 ^ w9 ^ w3 ^ w1, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k3 + w1;
  b = rotl<u32>(b, 30);
  w2 = rotl<u32>(w15 ^ w10 ^ w4 ^ w2, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k3 + w2;
  a = rotl<u32>(a, 30);
  w3 = rotl<u32>(w0 ^ w11 ^ w5 ^ w3, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k3 + w3;
  e = rotl<u32>(e, 30);
  w4 = rotl<u32>(w1 ^ w12 ^ w6 ^ w4, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k3 + w4;
  d = rotl<u32>(d, 30);
  w5 = rotl<u32>(w2 ^ w13 ^ w7 ^ w5, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k3 + w5;
  c = rotl<u32>(c, 30);
  w6 = rotl<u32>(w3 ^ w14 ^ w8 ^ w6, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k3 + w6;
  b = rotl<u32>(b, 30);
  w7 = rotl<u32>(w4 ^ w15 ^ w9 ^ w7, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k3 + w7;
  a = rotl<u32>(a, 30);
  w8 = rotl<u32>(w5 ^ w0 ^ w10 ^ w8, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k3 + w8;
  e = rotl<u32>(e, 30);
  w9 = rotl<u32>(w6 ^ w1 ^ w11 ^ w9, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k3 + w9;
  d = rotl<u32>(d, 30);
  w10 = rotl<u32>(w7 ^ w2 ^ w12 ^ w10, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k3 + w10;
  c = rotl<u32>(c, 30);
  w11 = rotl<u32>(w8 ^ w3 ^ w13 ^ w11, 1);
  e += rotl<u32>(a, 5) + (b ^ c ^ d) + k3 + w11;
  b = rotl<u32>(b, 30);
  w12 = rotl<u32>(w9 ^ w4 ^ w14 ^ w12, 1);
  d += rotl<u32>(e, 5) + (a ^ b ^ c) + k3 + w12;
  a = rotl<u32>(a, 30);
  w13 = rotl<u32>(w10 ^ w5 ^ w15 ^ w13, 1);
  c += rotl<u32>(d, 5) + (e ^ a ^ b) + k3 + w13;
  e = rotl<u32>(e, 30);
  w14 = rotl<u32>(w11 ^ w6 ^ w0 ^ w14, 1);
  b += rotl<u32>(c, 5) + (d ^ e ^ a) + k3 + w14;
  d = rotl<u32>(d, 30);
  w15 = rotl<u32>(w12 ^ w7 ^ w1 ^ w15, 1);
  a += rotl<u32>(b, 5) + (c ^ d ^ e) + k3 + w15;
  c = rotl<u32>(c, 30);

  store<u32>(words, h0 + a);
  store<u32>(words + 4, h1 + b);
  store<u32>(words + 8, h2 + c);
  store<u32>(words + 12, h3 + d);
  store<u32>(words + 16, h4 + e);
}
