import { createCipheriv } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { IterationBudget } from '../../../src/crypto/kdf/iteration-budget.js';
import { Password } from '../../../src/crypto/kdf/password-variants.js';
import { toTraditionalKey } from '../../../src/crypto/key/traditional-key.js';
import { decryptPrivateKey, readEncryptedPrivateKey } from '../../../src/crypto/pbe/decrypt-private-key.js';
import { deriveSunJce, firstHalves } from '../../../src/crypto/pbe/jceks-key-protector.js';
import { defaultLimits, withDefaults } from '../../../src/limits.js';
import { protectKey } from '../../keystore/jks/jks-maker.js';
import { pbes2, utf8 } from '../../keystore/pkcs12/pkcs12-maker.js';
import { watchWiping } from '../../wiping.js';
import { makeEc, makeRsa } from '../key/key-maker.js';

afterEach(() => void vi.restoreAllMocks());

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const algorithm = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(0x05));
const info = (key: Uint8Array = utf8('key')) => encodeSequence(encodeInteger(0), algorithm, encodeOctetString(key));
const usual = pbes2(utf8('changeit'));
const sealed = (plain: Uint8Array) => encodeSequence(usual.algorithm, encodeOctetString(usual.encrypt(plain)));
const read = (der: Uint8Array) => readEncryptedPrivateKey(der, 'entry 1');

const pbes1 = (iterations: number) =>
  encodeSequence(
    encodeSequence(
      encodeObjectIdentifier('1.2.840.113549.1.5.3'),
      encodeSequence(encodeOctetString(new Uint8Array(8)), encodeInteger(iterations)),
    ),
    encodeOctetString(new Uint8Array(8)),
  );

describe('the bytes of the password', () => {
  test.each(['changeit', 'another'])('are overwritten after a decryption: %s', async (text) => {
    const wiped = watchWiping();
    expect((await decryptPrivateKey(read(sealed(info())), text)) !== undefined).toBe(text === 'changeit');
    expect(wiped).toContain(text);
    // A variant, which is encoded too.
    expect(wiped).toContain(`${text}\r\n`);
  });

  test('are overwritten if the decryption fails', async () => {
    const wiped = watchWiping();
    const budget = new IterationBudget(withDefaults({ totalIterations: 1 }));
    await expect(decryptPrivateKey(read(pbes1(2)), 'changeit', budget)).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
    });
    expect(wiped).toContain('changeit');
  });

  test('are kept if the caller passed a Password, which opens other keys too', async () => {
    const password = new Password('changeit');
    const [first] = password.forms('utf8');
    for (let i = 0; i < 2; i++)
      expect((await decryptPrivateKey(read(sealed(info())), password))?.pkcs8).toEqual(info());
    expect(latin1(first?.bytes ?? expect.fail())).toBe('changeit');
  });
});

describe('limits', () => {
  test('are the defaults without a budget', async () => {
    await expect(decryptPrivateKey(read(pbes1(5_000_001)), 'changeit')).rejects.toMatchObject({
      limit: 'iterations',
      found: 5_000_001,
      maximum: 5_000_000,
      message: 'entry 1: iterations 5000001 is over the limit of 5000000',
    });
  });

  test('of a budget apply to salts too', async () => {
    const budget = new IterationBudget(withDefaults({ saltBytes: 7 }));
    await expect(decryptPrivateKey(read(pbes1(1)), 'changeit', budget)).rejects.toMatchObject({
      limit: 'saltBytes',
      found: 8,
    });
  });
});

test.each([
  ['an unknown encryption', '1.2.3', 'entry 1: encryption is not supported (1.2.3)'],
  ['PBES1 with MD2', '1.2.840.113549.1.5.1', 'entry 1: encryption is not supported (1.2.840.113549.1.5.1)'],
])('%s is not supported', async (_, oid, message) => {
  const der = encodeSequence(encodeSequence(encodeObjectIdentifier(oid)), encodeOctetString(new Uint8Array(8)));
  await expect(decryptPrivateKey(read(der), 'changeit')).rejects.toMatchObject({
    code: 'ERR_STORE_UNSUPPORTED',
    message,
    oid,
  });
});

describe("a key under the JDK's protector", () => {
  // The digest and the salt take 20 bytes each.
  const ofLength = (length: number) => {
    let key = info(new Uint8Array(length - 40 - 30));
    while (key.length < length - 40) key = info(new Uint8Array(length - 70 + (length - 40 - key.length)));
    return protectKey(key, 'changeit\n');
  };

  test.each([
    [65_536, true],
    [65_537, false],
  ])('of %i bytes is tried with variants of the password: %s', async (length, isTried) => {
    const key = read(ofLength(length));
    expect(key.encrypted.length).toBe(length);
    expect((await decryptPrivateKey(key, 'changeit')) !== undefined).toBe(isTried);
    expect(await decryptPrivateKey(key, 'changeit\n')).toBeDefined();
  });

  const rsa = makeRsa(512).key();
  const ec = makeEc('prime256v1', '1.2.840.10045.3.1.7').key();

  test.each([
    ['RSA PRIVATE KEY', rsa],
    ['EC PRIVATE KEY', ec],
  ])('in the traditional format %s becomes PKCS#8, and its bytes are overwritten', async (label, key) => {
    const { der } = toTraditionalKey(key);
    const [labels, wiped] = [vi.fn(), watchWiping()];
    const encrypted = read(protectKey(der, 'changeit'));
    const opened = await decryptPrivateKey(encrypted, 'changeit', new IterationBudget(defaultLimits), labels);
    expect(opened?.pkcs8).toEqual(key.pkcs8);
    expect(labels.mock.calls).toEqual([[label]]);
    expect(wiped).toContain(latin1(der));
    expect(await decryptPrivateKey(encrypted, 'changeit')).toEqual(opened);
  });

  test('in PKCS#8 is returned as it is stored, without a label', async () => {
    const labels = vi.fn();
    const encrypted = read(protectKey(rsa.pkcs8, 'changeit'));
    const opened = await decryptPrivateKey(encrypted, 'changeit', new IterationBudget(defaultLimits), labels);
    expect(opened).toEqual(rsa);
    expect(labels).not.toHaveBeenCalled();
  });

  test('that is neither is malformed; the path says that it was decrypted', async () => {
    await expect(decryptPrivateKey(read(protectKey(utf8('noise'), 'changeit')), 'changeit')).rejects.toMatchObject({
      code: 'ERR_STORE_MALFORMED',
      message: expect.stringMatching(/^entry 1, decrypted: /),
    });
  });
});

describe("a key under Sun's JCE", () => {
  const salt = Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4);
  const parameters = encodeSequence(encodeOctetString(salt), encodeInteger(20));
  const seal = (half: Uint8Array) => {
    const derived = deriveSunJce(half, salt.subarray(4), 20, utf8('changeit'));
    const cipher = createCipheriv('des-ede3-cbc', derived.subarray(0, 24), derived.subarray(24));
    const encrypted = Buffer.concat([cipher.update(info()), cipher.final()]);
    const algorithm = encodeSequence(encodeObjectIdentifier('1.3.6.1.4.1.42.2.19.1'), parameters);
    return read(encodeSequence(algorithm, encodeOctetString(encrypted)));
  };

  // The two halves of the salt are equal, which current and older JDKs handle in different ways.
  test.each([0, 1])('opens as each generation of JDKs wrote it: %i', async (generation) => {
    const half = firstHalves(salt)[generation] ?? expect.fail();
    const budget = new IterationBudget(defaultLimits);
    expect((await decryptPrivateKey(seal(half), 'changeit', budget))?.pkcs8).toEqual(info());
    expect(budget.spent).toBeGreaterThanOrEqual(40 * (generation + 1));
    expect(await decryptPrivateKey(seal(half), 'another')).toBeUndefined();
  });
});

describe('a mistake of ours is neither a wrong password nor another format', () => {
  test.each([
    ["the JDK's protector", protectKey(toTraditionalKey(makeRsa(512).key()).der, 'changeit')],
    ['PBES2', sealed(info())],
  ])('under %s', async (_, der) => {
    const encrypted = read(der);
    vi.spyOn(Asn1Element, 'only').mockImplementationOnce(() => {
      throw new RangeError('a mistake');
    });
    await expect(decryptPrivateKey(encrypted, 'changeit')).rejects.toThrow(new RangeError('a mistake'));
  });
});
