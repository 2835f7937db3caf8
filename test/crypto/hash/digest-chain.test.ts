import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { iterateDigest } from '../../../src/crypto/hash/digest-chain.js';
import { iterateMd5With } from '../../../src/crypto/hash/md5-chain.js';
import { longestSuffix } from '../../../src/crypto/hash/md5-loop.js';
import { roundConstants } from '../../../src/crypto/hash/sha2-loop.js';

/** What OpenSSL makes of it, round by round. */
function slowly(algorithm: string, first: Uint8Array, count: number): string {
  let value = first;
  for (let i = 0; i < count; i++) value = hash(algorithm, value, 'buffer');
  return toHex(value);
}

describe.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256', 'sha3-256', 'md5', 'ripemd160'])(
  '%s',
  (name) => {
    // 500 is where the loop takes over, 256 and its multiples are where one call of it ends.
    it.each([0, 1, 2, 499, 500, 511, 512, 513, 1000])('%i rounds are those of OpenSSL', (count) => {
      const first = hash(name, randomBytes(40), 'buffer');
      expect(toHex(iterateDigest(name, first, count))).toBe(slowly(name, first, count));
    });

    it('leaves the first value as it was', () => {
      const first = hash(name, 'x', 'buffer');
      iterateDigest(name, first, 600);
      expect(toHex(first)).toBe(slowly(name, new TextEncoder().encode('x'), 1));
    });
  },
);

describe('MD5 with a suffix', () => {
  it.each([0, 1, 8, longestSuffix - 1, longestSuffix, longestSuffix + 1, 200])('of %i bytes', (length) => {
    const suffix = randomBytes(length);
    const starts: [Uint8Array, Uint8Array] = [randomBytes(4), randomBytes(4)];
    const expected = starts.map((start) => {
      let value: Uint8Array = start;
      for (let i = 0; i < 700; i++) value = hash('md5', Buffer.concat([value, suffix]), 'buffer');
      return toHex(value);
    });
    expect(iterateMd5With(starts, suffix, 700).map(toHex)).toEqual(expected);
    expect(iterateMd5With(starts, suffix, 1).map(toHex)).toEqual(
      starts.map((start) => hash('md5', Buffer.concat([start, suffix]))),
    );
  });
});

it('has the round constants of FIPS 180-4: fractions of cube roots of primes', () => {
  const primes = Array.from({ length: 420 }, (_, i) => i).filter(
    (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0),
  );
  const fraction = (prime: number) => {
    let low = 0n;
    let high = 1n << 70n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** 3n <= BigInt(prime) << 192n) low = middle;
      else high = middle;
    }
    return (low & (2n ** 64n - 1n)).toString(16).padStart(16, '0');
  };
  expect(roundConstants).toEqual(primes.slice(0, 80).map(fraction));
});
