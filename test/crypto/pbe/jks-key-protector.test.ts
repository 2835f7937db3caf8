import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeUtf16 } from '../../../src/bytes/utf16.js';
import { unprotectSunJks } from '../../../src/crypto/pbe/jks-key-protector.js';
import { hideKey } from '../../keystore/jks/jks-maker.js';
import { watchWiping } from '../../wiping.js';

describe("the JDK's own key protector", () => {
  const password = 'changeit';
  const latin1 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');
  const text = (length: number) => new TextEncoder().encode('the plain text of a key, '.repeat(9).slice(0, length));

  afterEach(() => void vi.restoreAllMocks());

  test.each([1, 19, 20, 21, 40, 200])('gives back %i bytes', async (length) => {
    expect(latin1(unprotectSunJks(hideKey(text(length), password), password))).toBe(latin1(text(length)));
  });

  test('gives nothing where any byte is another', async () => {
    const whole = hideKey(text(30), password);
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.map((octet, i) => (i === at ? octet ^ 1 : octet));
      expect(unprotectSunJks(changed, password), `byte ${at}`).toBeUndefined();
    }
  });

  test.each([0, 20, 39, 40])('gives nothing of %i bytes, which hold no key', async (length) => {
    // Of 40 bytes the digest can be right.
    expect(unprotectSunJks(hideKey(text(0), password).subarray(0, length), password)).toBeUndefined();
  });

  test('leaves the file as it is, and nothing of what a wrong password makes', async () => {
    const whole = hideKey(text(30), password);
    const before = latin1(whole);
    const wiped = watchWiping();
    expect(unprotectSunJks(whole, 'another')).toBeUndefined();
    expect(latin1(whole)).toBe(before);
    // The password, and what came out.
    expect(wiped.map(({ length }) => length)).toEqual(expect.arrayContaining([14, 30]));
  });

  test.each([password, 'another'])('overwrites the password, the keystream and what is hashed for it: %s', (given) => {
    const whole = hideKey(text(30), password);
    const sha1 = (...parts: Uint8Array[]) => createHash('sha1').update(Buffer.concat(parts)).digest();
    const [secret, salt] = [encodeUtf16(given), whole.subarray(0, 20)];
    const first = sha1(secret, salt);
    const second = sha1(secret, first);
    const wiped = watchWiping();
    unprotectSunJks(whole, given);
    expect(wiped).toEqual(expect.arrayContaining([secret, first, second, Buffer.concat([secret, second])].map(latin1)));
  });
});
