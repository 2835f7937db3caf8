import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeUtf16 } from '../../src/bytes/utf16.js';
import { chainSha1, longestPrefix } from '../../src/crypto/sha1-chain.js';
import { unprotectSunJks } from '../../src/crypto/sun-jks.js';
import { protectKey } from '../keystore/jks-maker.js';

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
    const [, octets] = Asn1Element.only(protectKey(key, password), 'key').sequence('key');
    const hidden = octets?.content ?? new Uint8Array();
    expect(await unprotectSunJks(hidden, password)).toEqual(key);
    expect(await unprotectSunJks(hidden, `${password}!`)).toBeUndefined();
  }
});
