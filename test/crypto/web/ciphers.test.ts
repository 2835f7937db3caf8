import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as page from '../../../src/crypto/platform-web.js';
import { decryptTripleDesCbc } from '../../../src/crypto/web/triple-des.js';
import { watchWiping } from '../../wiping.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const octets = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) % 251);
const key = octets(32);

function seal(name: 'aes-256-gcm' | 'aes-256-ccm', nonce: Uint8Array, tagLength: number, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(name as 'aes-256-gcm', key, nonce, { authTagLength: tagLength });
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

describe.each(['aes-256-gcm', 'aes-256-ccm'] as const)('%s', (name) => {
  // Around the ends of blocks, and above 65,535 bytes, whose length takes three octets.
  test.each([0, 1, 15, 16, 17, 31, 32, 33, 65_535, 65_536])('opens %i bytes', (length) => {
    const [nonce, plain] = [octets(12), octets(length)];
    const opened = page.decryptAead(name, key, nonce, 16, seal(name, nonce, 16, plain));
    expect(Buffer.compare(opened ?? expect.fail(), plain)).toBe(0);
  });

  test('leaves no plaintext if the tag differs', () => {
    const [nonce, plain] = [octets(12), new TextEncoder().encode('a key, in the clear, of more than two blocks')];
    const sealed = seal(name, nonce, 12, plain);
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const wiped = watchWiping();
    expect(page.decryptAead(name, key, nonce, 12, sealed)).toBeUndefined();
    expect(wiped).toContain(latin1(plain));
  });
});

test.each([true, false])('CCM leaves no copy of the plaintext (with the right tag: %s)', (isRight) => {
  const [nonce, plain] = [octets(13), new TextEncoder().encode('a key, in the clear')];
  const sealed = seal('aes-256-ccm', nonce, 8, plain);
  if (!isRight) sealed.writeUInt8(sealed.readUInt8(0) ^ 1);
  const text = isRight ? 'a key, in the clear' : '` key, in the clear';
  const wiped = watchWiping();
  const opened = page.decryptAead('aes-256-ccm', key, nonce, 8, sealed);
  vi.restoreAllMocks();
  expect(opened && latin1(opened)).toBe(isRight ? text : undefined);
  // The keystream with the text, the blocks of the MAC, and the text itself if it is not returned.
  expect(wiped.filter((before) => before.includes(text)).map((before) => before.length)).toEqual(
    isRight ? [48, 35] : [48, 35, 19],
  );
});

describe('a cipher is refused', () => {
  test.each<[string, () => unknown, string]>([
    [
      'CBC with another key',
      () => page.decryptCbc('aes-256-cbc', octets(16), octets(16), octets(16)),
      'aes-256-cbc with a key of 16',
    ],
    [
      'CBC under the name of GCM',
      () => page.decryptCbc('aes-256-gcm', key, octets(16), octets(16)),
      'aes-256-gcm with a key of 32',
    ],
    [
      'Camellia to encrypt',
      () => page.encryptCbc('camellia-256-cbc', key, octets(16), octets(5)),
      'camellia-256-cbc with a key of 32',
    ],
    [
      'GCM with another key',
      () => page.decryptAead('aes-128-gcm', key, octets(12), 16, octets(40)),
      'aes-128-gcm with a key of 32',
    ],
  ])('%s', (_, run, name) => expect(run).toThrow(new Error(`no cipher ${name} octets`)));

  test.each([
    ['a key of 16 bytes', octets(16), octets(8)],
    ['a key of 25 bytes', octets(25), octets(8)],
    ['an IV of 16 bytes', octets(24), octets(16)],
  ])('triple DES with %s', (_, tripleKey, iv) => {
    expect(() => decryptTripleDesCbc(tripleKey, iv, octets(8))).toThrow(new RangeError('key or IV of a wrong length'));
  });
});

test.each([0, 8, 16 * 1024 - 8, 16 * 1024, 16 * 1024 + 8])('triple DES decrypts %i bytes', (length) => {
  const [tripleKey, iv, plain] = [octets(24), octets(8), octets(length)];
  const cipher = createCipheriv('des-ede3-cbc', tripleKey, iv).setAutoPadding(false);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  expect(Buffer.compare(page.decryptCbc('des-ede3-cbc', tripleKey, iv, sealed), plain)).toBe(0);
});

test.each([
  [[], [], true],
  [[1, 2], [1, 2], true],
  [[1, 2], [1, 2, 0], false],
  [[1, 2, 0], [1, 2], false],
  [[0, 2], [1, 2], false],
  [[3, 5], [5, 3], false],
])('%j equals %j: %s', (a, b, isEqual) => {
  expect(page.timingSafeEqual(Uint8Array.from(a), Uint8Array.from(b))).toBe(isEqual);
});

test('random octets are as many as wanted', () => {
  expect([0, 1, 33].map((length) => page.randomBytes(length).length)).toEqual([0, 1, 33]);
});

describe('PBKDF2', () => {
  const [password, salt] = [octets(9), octets(11)];
  const expected = (secret: Uint8Array, hash: string) => new Uint8Array(pbkdf2Sync(secret, salt, 3, 45, hash));
  /** A browser that records what it is asked, and refuses an empty password, as some do. */
  function stubBrowser() {
    const { subtle } = globalThis.crypto;
    const importKey = vi.fn((...given: Parameters<typeof subtle.importKey>) => {
      if ((given[1] as unknown as Uint8Array).length === 0) throw new Error('an empty password');
      return subtle.importKey(...given);
    });
    vi.stubGlobal('crypto', { subtle: { importKey, deriveBits: subtle.deriveBits.bind(subtle) } });
    return importKey;
  }

  test.each(['sha1', 'sha256', 'sha384', 'sha512'])('with %s is left to the browser', async (hash) => {
    const importKey = stubBrowser();
    expect(await page.pbkdf2(hash, password, salt, 3, 45)).toEqual(expected(password, hash));
    // The key can neither be exported nor used for anything else.
    expect(importKey.mock.calls).toEqual([['raw', password, 'PBKDF2', false, ['deriveBits']]]);
  });

  test.each([
    ['a hash that browsers lack', 'sha224', password],
    ['an empty password, which some browsers refuse', 'sha256', new Uint8Array()],
  ])('is computed in the page with %s', async (_, hash, secret) => {
    const importKey = stubBrowser();
    expect(await page.pbkdf2(hash, secret, salt, 3, 45)).toEqual(expected(secret, hash));
    expect(importKey).not.toHaveBeenCalled();
  });

  // A page that was loaded over http.
  test.each([
    ['no crypto', undefined],
    ['no subtle', {}],
  ])('is computed in the page if it has %s', async (_, crypto) => {
    vi.stubGlobal('crypto', crypto);
    expect(await page.pbkdf2('sha256', password, salt, 3, 45)).toEqual(expected(password, 'sha256'));
  });
});
