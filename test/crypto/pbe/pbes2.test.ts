import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeInteger,
  encodeOctetString,
  encodeSequence,
  encodeObjectIdentifier as oid,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { concat } from '../../../src/bytes/concat.js';
import { readPbeScheme } from '../../../src/crypto/pbe/read-pbe-scheme.js';
import { defaultLimits } from '../../../src/limits.js';

const password = new TextEncoder().encode('changeit');
const salt = Uint8Array.from({ length: 8 }, (_, i) => i + 1);
const plain = new TextEncoder().encode('anything but a whole number of blocks');
const iterations = 3;

/** RFC 8018 B.1.2. */
const hmacs = { sha1: '1.2.840.113549.2.7', sha256: '1.2.840.113549.2.9', sha384: '1.2.840.113549.2.10' } as const;

interface Derivation {
  readonly keyLength?: number;
  /** Left out, nothing is said. */
  readonly prf?: keyof typeof hmacs;
}

function pbkdf2({ keyLength, prf }: Derivation): Uint8Array {
  const stated = keyLength === undefined ? [] : [encodeInteger(keyLength)];
  const hmac = prf === undefined ? [] : [encodeSequence(oid(hmacs[prf]))];
  const parameters = encodeSequence(encodeOctetString(salt), encodeInteger(iterations), ...stated, ...hmac);
  return encodeSequence(oid('1.2.840.113549.1.5.12'), parameters);
}

function scheme(derivation: Derivation, cipher: string, ...parameters: Uint8Array[]) {
  const both = encodeSequence(pbkdf2(derivation), encodeSequence(oid(cipher), ...parameters));
  return readPbeScheme({ oid: Oid.pbes2, parameters: Asn1Element.only(both, 'PBES2') }, defaultLimits, 'key');
}

const derive = (length: number, prf = 'sha1') => pbkdf2Sync(password, salt, iterations, length, prf);

const aes256Cbc = '2.16.840.1.101.3.4.1.42';
const iv = Uint8Array.from({ length: 16 }, (_, i) => 100 + i);

function sealCbc(key: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return concat(cipher.update(plain), cipher.final());
}

describe('PBKDF2', () => {
  test.each([[undefined], ['sha1'], ['sha256'], ['sha384']] as const)(
    'uses the hash that is named (%s), and SHA-1 where none is',
    async (prf) => {
      const opened = scheme(prf === undefined ? {} : { prf }, aes256Cbc, encodeOctetString(iv));
      expect(await opened.decrypt(password, sealCbc(derive(32, prf)))).toEqual(plain);
    },
  );

  test.each([31, 33])('of %i bytes fits no cipher that takes 32', (keyLength) => {
    expect(() => scheme({ keyLength }, aes256Cbc, encodeOctetString(iv))).toThrow('does not fit');
  });
});

describe('CBC', () => {
  test.each([0, 15, 17, 8])('takes no IV of %i bytes', (length) => {
    expect(() => scheme({}, aes256Cbc, encodeOctetString(new Uint8Array(length)))).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED' }),
    );
  });
});

describe('RC2', () => {
  const rc2 = '1.2.840.113549.3.2';
  const initial = iv.subarray(0, 8);
  const text = 'RC2 is of 1987';
  const open = async (derivation: Derivation, parameters: Uint8Array, sealed: Uint8Array) =>
    Buffer.from((await scheme(derivation, rc2, parameters).decrypt(password, sealed)) ?? []).toString();

  // openssl enc -rc2-cbc, -rc2-64-cbc, -rc2-40-cbc under what PBKDF2 gives. The versions are those of RFC 8018 B.2.3.
  test.each([
    [58, 16, 'c8930a75d89aec6eec3a457fd9803b70'],
    [120, 8, 'cb8a024bc527e7fdeed96330d7b434e7'],
    [160, 5, '2935f56b516a49596072bc450cd701e4'],
  ])('of version %i has a key of %i bytes, told or not', async (version, keyLength, sealed) => {
    const parameters = encodeSequence(encodeInteger(version), encodeOctetString(initial));
    expect(await open({}, parameters, Buffer.from(sealed, 'hex'))).toBe(text);
    expect(await open({ keyLength }, parameters, Buffer.from(sealed, 'hex'))).toBe(text);
  });

  /** What OpenSSL's command has no option for. */
  async function seal(key: Uint8Array, effectiveBits: number): Promise<Uint8Array> {
    // @ts-expect-error: node-forge comes without types.
    const { default: forge } = await import('node-forge/lib/rc2.js');
    const cipher = forge.createEncryptionCipher(Buffer.from(key).toString('latin1'), effectiveBits);
    cipher.start(Buffer.from(initial).toString('latin1'));
    cipher.update({ getBytes: () => text });
    cipher.finish();
    return Buffer.from(cipher.output.getBytes(), 'latin1');
  }

  test('without a version has 32 bits, whether or not its IV stands in a SEQUENCE', async () => {
    const sealed = await seal(derive(4), 32);
    expect(await open({}, encodeOctetString(initial), sealed)).toBe(text);
    expect(await open({}, encodeSequence(encodeOctetString(initial)), sealed)).toBe(text);
  });

  test('has the key that the derivation tells, of any length', async () => {
    const parameters = encodeSequence(encodeInteger(58), encodeOctetString(initial));
    expect(await open({ keyLength: 9 }, parameters, await seal(derive(9), 128))).toBe(text);
  });

  test('above 255 has its bits for a version', async () => {
    const parameters = encodeSequence(encodeInteger(256), encodeOctetString(initial));
    expect(await open({}, parameters, await seal(derive(32), 256))).toBe(text);
  });

  test.each([0, 1, 57, 255, 257, 1032])('has no version %i', (version) => {
    const parameters = encodeSequence(encodeInteger(version), encodeOctetString(initial));
    expect(() => scheme({}, rc2, parameters)).toThrow('is not supported');
  });

  test('wants an IV', () => {
    expect(() => scheme({}, rc2, encodeSequence())).toThrow('IV expected');
  });
});

describe('GCM', () => {
  const nonce = iv.subarray(0, 12);
  const gcm = [
    ['aes-128-gcm', '2.16.840.1.101.3.4.1.6', 16],
    ['aes-192-gcm', '2.16.840.1.101.3.4.1.26', 24],
    ['aes-256-gcm', '2.16.840.1.101.3.4.1.46', 32],
  ] as const;

  function seal(name: (typeof gcm)[number][0], keyLength: number, tagLength: number): Uint8Array {
    const cipher = createCipheriv(name, derive(keyLength), nonce, { authTagLength: tagLength });
    return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
  }

  const parameters = (...tagLength: number[]) =>
    encodeSequence(encodeOctetString(nonce), ...tagLength.map((length) => encodeInteger(length)));

  test.each(gcm)('%s opens, with a tag of 12 bytes where nothing is said', async (name, cipher, keyLength) => {
    for (const tagLength of [12, 13, 16]) {
      const opened = await scheme({}, cipher, parameters(tagLength)).decrypt(
        password,
        seal(name, keyLength, tagLength),
      );
      expect(opened).toEqual(plain);
      expect(Buffer.isBuffer(opened)).toBe(false);
    }
    expect(await scheme({}, cipher, parameters()).decrypt(password, seal(name, keyLength, 12))).toEqual(plain);
  });

  test('gives nothing where a byte is another, or the end is missing', async () => {
    const [name, cipher, keyLength] = gcm[0];
    const opened = scheme({}, cipher, parameters(16));
    const sealed = seal(name, keyLength, 16);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.map((octet, i) => (i === at ? octet ^ 1 : octet));
      expect(await opened.decrypt(password, changed)).toBeUndefined();
      expect(await opened.decrypt(password, sealed.subarray(0, at))).toBeUndefined();
    }
  });

  test.each([0, 4, 11, 17])('takes no tag of %i bytes', (tagLength) => {
    expect(() => scheme({}, gcm[0][1], parameters(tagLength))).toThrow('tag of 12 to 16 bytes');
  });

  test.each([0, 65])('takes no nonce of %i bytes', (length) => {
    expect(() => scheme({}, gcm[0][1], encodeSequence(encodeOctetString(new Uint8Array(length))))).toThrow(
      'nonce of 1 to 64 bytes',
    );
  });
});
