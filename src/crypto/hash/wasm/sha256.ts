/*
 * AssemblyScript. Hashes a SHA-224 or SHA-256 digest (FIPS 180-4) repeatedly. Each message is one block, in which only the digest changes.
 */

/** The padded block of 64 octets. The caller writes the whole block; `iterate` replaces the digest at its beginning. */
export const block: usize = memory.data(64);

/** The message schedule: 64 words, of which the first 16 are the block. */
const schedule: usize = memory.data(256);

/** FIPS 180-4 5.3.2 and 5.3.3: the initial values of SHA-224 and SHA-256. */
const initial224: usize = memory.data<u32>([
  0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
]);
const initial256: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4 4.2.2). */
const constants: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** Hashes the block `count` times. Each time, the new digest of 28 or 32 octets replaces the one at the beginning of the block. */
export function iterate(count: i32, digestLength: i32): void {
  const initial = digestLength === 28 ? initial224 : initial256;
  for (let at = 0; at < 64; at += 4) store<u32>(schedule + at, bswap(load<u32>(block + at)));
  for (; count > 0; count--) compress(initial, digestLength);
  for (let at = 0; at < digestLength; at += 4) store<u32>(block + at, bswap(load<u32>(schedule + at)));
  // The words were derived from a password.
  memory.fill(schedule, 0, 256);
}

/** Hashes the block at the beginning of the schedule (FIPS 180-4 6.2.2). The digest replaces the first words. */
function compress(initial: usize, digestLength: i32): void {
  for (let at = schedule + 64; at < schedule + 256; at += 4) {
    // σ0 and σ1 of FIPS 180-4 4.1.2.
    const w15 = load<u32>(at - 60);
    const w2 = load<u32>(at - 8);
    const sigma0 = rotr<u32>(w15, 7) ^ rotr<u32>(w15, 18) ^ (w15 >> 3);
    const sigma1 = rotr<u32>(w2, 17) ^ rotr<u32>(w2, 19) ^ (w2 >> 10);
    store<u32>(at, load<u32>(at - 64) + sigma0 + load<u32>(at - 28) + sigma1);
  }
  let a = load<u32>(initial);
  let b = load<u32>(initial + 4);
  let c = load<u32>(initial + 8);
  let d = load<u32>(initial + 12);
  let e = load<u32>(initial + 16);
  let f = load<u32>(initial + 20);
  let g = load<u32>(initial + 24);
  let h = load<u32>(initial + 28);
  for (let at: usize = 0; at < 256; at += 4) {
    // Σ1, Ch, Σ0 and Maj of FIPS 180-4 4.1.2.
    const sum1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const t1 = h + sum1 + (((f ^ g) & e) ^ g) + load<u32>(constants + at) + load<u32>(schedule + at);
    const sum0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const t2 = sum0 + (((a | b) & c) | (a & b));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(schedule, a + load<u32>(initial));
  store<u32>(schedule + 4, b + load<u32>(initial + 4));
  store<u32>(schedule + 8, c + load<u32>(initial + 8));
  store<u32>(schedule + 12, d + load<u32>(initial + 12));
  store<u32>(schedule + 16, e + load<u32>(initial + 16));
  store<u32>(schedule + 20, f + load<u32>(initial + 20));
  store<u32>(schedule + 24, g + load<u32>(initial + 24));
  // The digest of SHA-224 lacks the eighth word of the state. In the next block, the padding begins at this word, and must be kept.
  if (digestLength > 28) store<u32>(schedule + 28, h + load<u32>(initial + 28));
}
