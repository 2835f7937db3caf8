/*
 * AssemblyScript. Hashes a SHA-1 digest (FIPS 180-4) repeatedly: each message is one block, in which only the digest changes.
 */

/** The padded block, of 64 octets. The caller writes all of it; `iterate` replaces the digest at its start. */
export const block: usize = memory.data(64);

/** The message schedule: 80 words. */
const schedule: usize = memory.data(320);

const digestLength: i32 = 20;

// FIPS 180-4 5.3.1.
const h0: u32 = 0x67452301;
const h1: u32 = 0xefcdab89;
const h2: u32 = 0x98badcfe;
const h3: u32 = 0x10325476;
const h4: u32 = 0xc3d2e1f0;

/** Hashes the block `count` times, and puts the digest back into it each time. */
export function iterate(count: i32): void {
  for (let at = 0; at < 64; at += 4) store<u32>(schedule + at, bswap(load<u32>(block + at)));
  for (; count > 0; count--) compress();
  for (let at = 0; at < digestLength; at += 4) store<u32>(block + at, bswap(load<u32>(schedule + at)));
  // It was derived from a password.
  memory.fill(schedule, 0, 320);
}

/** FIPS 180-4 6.1.2. The digest replaces the first five words of the schedule. */
function compress(): void {
  for (let at = schedule + 64; at < schedule + 320; at += 4) {
    const mixed = load<u32>(at - 12) ^ load<u32>(at - 32) ^ load<u32>(at - 56) ^ load<u32>(at - 64);
    store<u32>(at, rotl<u32>(mixed, 1));
  }
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;
  let at = schedule;
  let t: u32;
  // The functions and constants of each twenty rounds: FIPS 180-4 4.1.1 and 4.2.1.
  for (; at < schedule + 80; at += 4) {
    t = rotl<u32>(a, 5) + (((c ^ d) & b) ^ d) + e + 0x5a827999 + load<u32>(at);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = t;
  }
  for (; at < schedule + 160; at += 4) {
    t = rotl<u32>(a, 5) + (b ^ c ^ d) + e + 0x6ed9eba1 + load<u32>(at);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = t;
  }
  for (; at < schedule + 240; at += 4) {
    t = rotl<u32>(a, 5) + (((b | c) & d) | (b & c)) + e + 0x8f1bbcdc + load<u32>(at);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = t;
  }
  for (; at < schedule + 320; at += 4) {
    t = rotl<u32>(a, 5) + (b ^ c ^ d) + e + 0xca62c1d6 + load<u32>(at);
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = t;
  }
  store<u32>(schedule, h0 + a);
  store<u32>(schedule + 4, h1 + b);
  store<u32>(schedule + 8, h2 + c);
  store<u32>(schedule + 12, h3 + d);
  store<u32>(schedule + 16, h4 + e);
}
