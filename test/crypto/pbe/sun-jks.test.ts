import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeUtf16 } from '../../../src/bytes/utf16.js';
import { chainSha1, longestPrefix } from '../../../src/crypto/hash/sha1-chain.js';
import { unprotectSunJks } from '../../../src/crypto/pbe/sun-jks.js';
import { hideKey } from '../../keystore/jks/jks-maker.js';
import { watchWiping } from '../../wiping.js';

test.each([0, 1, 2, 3, 16, 34, longestPrefix])('chainSha1 is SHA-1, behind %i bytes', (length) => {
  const prefix = Uint8Array.from({ length }, (_, i) => 200 + i);
  const start = Uint8Array.from({ length: 20 }, (_, i) => 9 * i);
  const found: string[] = [];
  chainSha1(prefix, start, 50, (digest) => found.push(Buffer.from(digest).toString('hex')));
  let expected: Uint8Array = start;
  for (const digest of found) {
    expected = createHash('sha1').update(prefix).update(expected).digest();
    expect(digest).toBe(Buffer.from(expected).toString('hex'));
  }
  expect(found).toHaveLength(50);
});

test.each([
  ['a short password', 'changeit'],
  ['the longest one that fits into a block with its digest', 'x'.repeat(17)],
  ['a longer one', 'x'.repeat(18)],
  ['an empty one', ''],
])('a thousand keys open like the first: %s', async (_, password) => {
  expect(encodeUtf16(password).length <= longestPrefix).toBe(password.length <= 17);
  for (let i = 0; i < 1000; i++) {
    // Neither a whole number of blocks, nor always the same.
    const key = Uint8Array.from({ length: 1 + (i % 173) }, (_, at) => i * at);
    const hidden = hideKey(key, password);
    expect(await unprotectSunJks(hidden, password)).toEqual(key);
    expect(await unprotectSunJks(hidden, `${password}!`)).toBeUndefined();
  }
});

test('a thousand keys open where there is no WebAssembly', async () => {
  vi.resetModules();
  vi.doMock('../../../src/crypto/hash/wasm-module.js', () => ({ hasWebAssembly: false }));
  try {
    const fresh = await import('../../../src/crypto/pbe/sun-jks.js');
    const key = Uint8Array.from({ length: 172 }, (_, at) => at);
    const hidden = hideKey(key, 'changeit');
    for (let i = 0; i < 1000; i++) expect(await fresh.unprotectSunJks(hidden, 'changeit')).toEqual(key);
  } finally {
    vi.doUnmock('../../../src/crypto/hash/wasm-module.js');
    vi.resetModules();
  }
});

describe("the JDK's own key protector", () => {
  const password = 'changeit';
  const latin1 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');
  const text = (length: number) => new TextEncoder().encode('the plain text of a key, '.repeat(9).slice(0, length));

  afterEach(() => void vi.restoreAllMocks());

  test.each([1, 19, 20, 21, 40, 200])('gives back %i bytes', async (length) => {
    expect(latin1(await unprotectSunJks(hideKey(text(length), password), password))).toBe(latin1(text(length)));
  });

  test('gives nothing where any byte is another', async () => {
    const whole = hideKey(text(30), password);
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.map((octet, i) => (i === at ? octet ^ 1 : octet));
      expect(await unprotectSunJks(changed, password), `byte ${at}`).toBeUndefined();
    }
  });

  test.each([0, 20, 39, 40])('gives nothing of %i bytes, which hold no key', async (length) => {
    // Of 40 bytes the digest can be right.
    expect(await unprotectSunJks(hideKey(text(0), password).subarray(0, length), password)).toBeUndefined();
  });

  test('leaves the file as it is, and nothing of what a wrong password makes', async () => {
    const whole = hideKey(text(30), password);
    const before = latin1(whole);
    const wiped = watchWiping();
    expect(await unprotectSunJks(whole, 'another')).toBeUndefined();
    expect(latin1(whole)).toBe(before);
    // The password, and what came out.
    expect(wiped.map(({ length }) => length)).toEqual(expect.arrayContaining([14, 30]));
  });
});
