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
    expect(() => scheme({ keyLength }, aes256Cbc, encodeOctetString(iv))).toThrow(
      new RegExp(`^PBES2: key length ${keyLength} does not fit a cipher that takes 32 \\(at byte 2\\)$`),
    );
  });

  test('of the length that the cipher takes may say so', () => {
    expect(scheme({ keyLength: 32 }, aes256Cbc, encodeOctetString(iv)).work).toEqual({ iterations, hashes: 6 });
  });
});

describe('CBC', () => {
  test.each([0, 15, 17, 8])('takes no IV of %i bytes', (length) => {
    expect(() => scheme({}, aes256Cbc, encodeOctetString(new Uint8Array(length)))).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_MALFORMED',
        message: expect.stringContaining(`IV: 16 bytes expected, ${length} found`),
      }),
    );
  });

  const [nist, camellia, aria] = ['2.16.840.1.101.3.4.1', '1.2.392.200011.61.1.1.1', '1.2.410.200046.1.1'];

  test.each([
    [`${nist}.2`, 'aes-128-cbc', 16, 16],
    [`${nist}.22`, 'aes-192-cbc', 24, 16],
    [`${nist}.42`, 'aes-256-cbc', 32, 16],
    ['1.2.840.113549.3.7', 'des-ede3-cbc', 24, 8],
    [`${camellia}.2`, 'camellia-128-cbc', 16, 16],
    [`${camellia}.3`, 'camellia-192-cbc', 24, 16],
    [`${camellia}.4`, 'camellia-256-cbc', 32, 16],
    [`${aria}.2`, 'aria-128-cbc', 16, 16],
    [`${aria}.7`, 'aria-192-cbc', 24, 16],
    [`${aria}.12`, 'aria-256-cbc', 32, 16],
  ])('%s is %s, with a key of %i bytes and an IV of %i', async (oidOfCipher, name, keyLength, ivLength) => {
    const cipher = createCipheriv(name, derive(keyLength), iv.subarray(0, ivLength));
    const sealed = concat(cipher.update(plain), cipher.final());
    const opened = scheme({}, oidOfCipher, encodeOctetString(iv.subarray(0, ivLength)));
    expect(await opened.decrypt(password, sealed)).toEqual(plain);
    expect(opened).toMatchObject({ encoding: 'utf8', work: { iterations } });
    expect(() => scheme({}, oidOfCipher)).toThrow(`key: algorithm ${oidOfCipher} has no parameters`);
  });

  test('of single DES is triple DES with the same key three times', async () => {
    const key = derive(8);
    const cipher = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), iv.subarray(0, 8));
    const sealed = concat(cipher.update(plain), cipher.final());
    const opened = (length: number) => scheme({}, '1.3.14.3.2.7', encodeOctetString(iv.subarray(0, length)));
    expect(await opened(8).decrypt(password, sealed)).toEqual(plain);
    expect(() => opened(16)).toThrow('IV: 8 bytes expected, 16 found');
    expect(() => scheme({ keyLength: 24 }, '1.3.14.3.2.7', encodeOctetString(iv.subarray(0, 8)))).toThrow(
      'key length 24 does not fit a cipher that takes 8',
    );
  });

  test('of another cipher is not supported', () => {
    expect(() => scheme({}, '1.2.3', encodeOctetString(iv))).toThrow(
      expect.objectContaining({
        code: 'ERR_STORE_UNSUPPORTED',
        message: 'key: cipher is not supported (1.2.3)',
        oid: '1.2.3',
      }),
    );
  });
});

describe('the parameters of PBES2', () => {
  const cipher = encodeSequence(oid(aes256Cbc), encodeOctetString(iv));
  const readParameters = (...parts: Uint8Array[]) => {
    const parameters = Asn1Element.only(encodeSequence(...parts), 'PBES2', { base: 50 });
    return readPbeScheme({ oid: Oid.pbes2, parameters }, defaultLimits, 'key');
  };

  test.each([
    ['neither part', []],
    ['no cipher', [pbkdf2({})]],
  ])('have two parts: %s', (_, parts) => {
    expect(() => readParameters(...parts)).toThrow(/^PBES2: PBES2 parameters: two parts expected \(at byte 50\)$/);
    expect(() => readPbeScheme({ oid: Oid.pbes2 }, defaultLimits, 'key')).toThrow(
      `key: algorithm ${Oid.pbes2} has no parameters`,
    );
  });

  // JDK-8202837.
  test('may be a whole AlgorithmIdentifier again', async () => {
    const again = [oid(Oid.pbes2), encodeSequence(pbkdf2({}), cipher)];
    expect(await readParameters(...again).decrypt(password, sealCbc(derive(32)))).toEqual(plain);
    expect(() => readParameters(oid(Oid.pbes2), encodeSequence(pbkdf2({})))).toThrow('two parts expected');
    expect(() => readParameters(oid(Oid.pbes2), encodeOctetString(iv))).toThrow(
      'key derivation expected, tag oid found',
    );
    expect(() => readParameters(encodeOctetString(iv), cipher)).toThrow(
      'key derivation expected, tag octetString found',
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

  test.each([256, 1024])('has %i bits at most and at least, above the versions of RFC 8018', (version) => {
    const parameters = encodeSequence(encodeInteger(version), encodeOctetString(initial));
    expect(scheme({}, rc2, parameters).work).toEqual({ iterations, hashes: iterations * Math.ceil(version / 8 / 20) });
  });

  test.each([0, 1, 57, 255, 257, 1025, 1032])('has no version %i', (version) => {
    const parameters = encodeSequence(encodeInteger(version), encodeOctetString(initial));
    expect(() => scheme({}, rc2, parameters)).toThrow(`RC2 version: ${version} is not supported`);
  });

  test('wants an IV', () => {
    expect(() => scheme({}, rc2, encodeSequence())).toThrow('RC2 parameters: IV expected');
    expect(() => scheme({}, rc2, encodeOctetString(iv))).toThrow('IV: 8 bytes expected, 16 found');
    expect(() => scheme({}, rc2)).toThrow(`key: algorithm ${rc2} has no parameters`);
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

  test.each([1, 64])('takes a nonce of %i bytes', (length) => {
    expect(scheme({}, gcm[0][1], encodeSequence(encodeOctetString(new Uint8Array(length)))).work.hashes).toBe(3);
  });

  test('opens a text of no bytes', async () => {
    const cipher = createCipheriv('aes-128-gcm', derive(16), nonce, { authTagLength: 16 });
    cipher.final();
    expect(await scheme({}, gcm[0][1], parameters(16)).decrypt(password, cipher.getAuthTag())).toEqual(
      new Uint8Array(),
    );
  });

  test.each([0, 65])('takes no nonce of %i bytes', (length) => {
    expect(() => scheme({}, gcm[0][1], encodeSequence(encodeOctetString(new Uint8Array(length))))).toThrow(
      'nonce of 1 to 64 bytes',
    );
  });
});
