import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence as sequence,
} from '../../../src/asn1/encode.js';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { watchWiping } from '../../wiping.js';
import { leafOf, party } from '../../x509/certificate-maker.js';
import {
  algorithm,
  encryptedPair,
  makeBcfks,
  makeObject,
  oids,
  privateKeyObject,
  secretKeyObject,
  time,
} from './bcfks-maker.js';

afterEach(() => vi.restoreAllMocks());

const storePass = 'changeit';
const nothing = encodeElement(5);
const aes = new Uint8Array(16).fill(7);
const { der } = leafOf(party('CA'));
const explicit = (content: Uint8Array) => encodeElement(0xa0, content);
const signature = (signer: Uint8Array, ...certificates: Uint8Array[]) =>
  explicit(sequence(signer, explicit(sequence(...certificates)), encodeElement(3, Uint8Array.of(0))));
const signer = algorithm('1.2.3');
/** A signed store whose ObjectStoreData is this. */
const signed = (data: Uint8Array, check = signature(signer)) =>
  sequence(encryptedPair(data, storePass, 'STORE_ENCRYPTION', {}), check);
const date = time('20200102030405Z');
const macOfAnother = Asn1Element.only(makeBcfks({ objects: [] }), 'store').children()[1]?.raw ?? nothing;
const noObjects = sequence(encodeInteger(1), signer, date, date, sequence());

describe('a store is refused with', () => {
  test.each<[string, Uint8Array, string | undefined, string, string]>([
    [
      'no password',
      makeBcfks({ objects: [] }),
      undefined,
      'ERR_PASSPHRASE_REQUIRED',
      'BCFKS store: nothing in it is readable without its password',
    ],
    [
      'a signature, and no password',
      signed(noObjects),
      undefined,
      'ERR_PASSPHRASE_REQUIRED',
      'BCFKS store: it is encrypted with a password',
    ],
    [
      'a signature, and another password',
      signed(noObjects),
      'other',
      'ERR_STORE_INTEGRITY',
      'the store password is wrong, or the file was changed after it was written',
    ],
    [
      'a MAC of another password than the encryption',
      makeBcfks({ objects: [], dataPass: 'other' }),
      storePass,
      'ERR_STORE_INTEGRITY',
      'the MAC matches the password, but the password does not decrypt the store',
    ],
    [
      'a MAC of an unknown algorithm',
      makeBcfks({ objects: [], integrity: sequence(signer, signer, encodeOctetString(aes)) }),
      storePass,
      'ERR_STORE_UNSUPPORTED',
      'BCFKS store, MAC: ',
    ],
    [
      'a MAC with an unknown key derivation',
      makeBcfks({ objects: [], integrity: sequence(algorithm(oids.hmacSha512), signer, encodeOctetString(aes)) }),
      storePass,
      'ERR_STORE_UNSUPPORTED',
      'BCFKS store, MAC: key derivation is not supported (1.2.3)',
    ],
    [
      'an unknown encryption',
      sequence(sequence(signer, encodeOctetString(aes)), signature(signer)),
      storePass,
      'ERR_STORE_UNSUPPORTED',
      'BCFKS store: encryption is not supported (1.2.3)',
    ],
    [
      'an unknown encryption, and a MAC of another password',
      sequence(sequence(signer, encodeOctetString(aes)), macOfAnother),
      storePass,
      'ERR_STORE_INTEGRITY',
      'the store password is wrong, or the file was changed after it was written',
    ],
    [
      'decrypted bytes of another type',
      signed(nothing),
      storePass,
      'ERR_STORE_MALFORMED',
      'BCFKS store, decrypted: ObjectStoreData expected, tag null found (at byte 0)',
    ],
    [
      'a signature algorithm of another type',
      signed(noObjects, signature(nothing)),
      storePass,
      'ERR_STORE_MALFORMED',
      'BCFKS store: integrity algorithm expected, tag null found',
    ],
  ])('%s', async (_, bytes, password, code, message) => {
    const loading = loadKeyStore(bytes, { type: 'BCFKS', ...(password !== undefined && { storePass: password }) });
    await expect(loading).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('decrypted bytes, which are overwritten', async () => {
    const secret = encodeOctetString(Buffer.from('decrypted secret'));
    const bytes = signed(secret);
    const wiped = watchWiping();
    await expect(loadKeyStore(bytes, { storePass })).rejects.toMatchObject({ code: 'ERR_STORE_MALFORMED' });
    expect(wiped).toContain(Buffer.from(secret).toString('latin1'));
  });
});

test('the certificates of a signature belong to no entry; unreadable ones are left out', async () => {
  const store = await loadKeyStore(signed(noObjects, signature(signer, der, nothing)), { storePass });
  expect(store.size).toBe(0);
  expect(store.certificates.map((certificate) => Buffer.from(certificate.der).equals(der))).toEqual([true]);
  expect(store.warnings).toStrictEqual([
    {
      code: 'WARN_INTEGRITY_UNVERIFIABLE',
      message:
        'the integrity of the keystore was not checked: it has a signature instead of a MAC, which jks2pem cannot check',
    },
    {
      code: 'WARN_CERTIFICATE_UNREADABLE',
      message: expect.stringMatching(/^BCFKS store, signature, certificate 2: .*; left out$/),
    },
  ]);
  expect((await loadKeyStore(makeBcfks({ objects: [] }), { storePass })).certificates).toEqual([]);
});

describe('an entry is left out with a warning if it is', () => {
  const infoAlone = sequence(sequence(signer, encodeOctetString(aes)), nothing);
  test.each([
    ['a private key of another type', nothing, 'EncryptedPrivateKeyData expected'],
    ['a private key with a chain of another type', infoAlone, 'certificate chain expected'],
  ])('%s', async (_, data, problem) => {
    const store = await loadKeyStore(makeBcfks({ objects: [makeObject({ type: 1, alias: 'k', data })] }), {
      storePass,
    });
    expect(store.size).toBe(0);
    expect(store.warnings).toEqual([
      {
        code: 'WARN_ENTRY_UNREADABLE',
        message: expect.stringMatching(`^entry 1 "k": ${problem}.*left out$`),
        alias: 'k',
      },
    ]);
  });
});

test('a chain has only its readable certificates, and none without the leaf', async () => {
  const chains = [
    [der, nothing, der],
    [nothing, der],
  ];
  const objects = chains.map((chain, i) => privateKeyObject(`${i}`, nothing, chain, storePass));
  const store = await loadKeyStore(makeBcfks({ objects }), { storePass });
  const lengths = [...store].map((entry) => (entry.kind === 'PrivateKeyEntry' ? entry.certificateChain.length : -1));
  expect(lengths).toEqual([2, 0]);
});

describe('a secret key', () => {
  const entryOf = async (object: Uint8Array) => {
    const [entry] = await loadKeyStore(makeBcfks({ objects: [object] }), { storePass });
    return entry?.kind === 'SecretKeyEntry' ? entry : expect.fail();
  };
  const encrypted = (plain: Uint8Array) => encryptedPair(plain, storePass, 'SECRET_KEY_ENCRYPTION', {});
  const encryption = Asn1Element.only(encrypted(nothing), 'pair').children()[0]?.raw ?? expect.fail();
  const aesOid = encodeObjectIdentifier(oids.aes);

  test.each<[string, Uint8Array, string]>([
    ['of another type', nothing, 'entry 1 "k": EncryptedSecretKeyData expected'],
    ['without a ciphertext', sequence(signer), 'entry 1 "k": EncryptedSecretKeyData: two parts expected'],
    [
      'with an algorithm of another type',
      sequence(nothing, encodeOctetString(aes)),
      'entry 1 "k": key encryption algorithm expected',
    ],
    ['with a ciphertext of another type', sequence(encryption, nothing), 'entry 1 "k": encrypted key expected'],
    ['of another type inside', encrypted(nothing), 'entry 1 "k", key, decrypted: SecretKeyData expected'],
    [
      'of an algorithm alone',
      encrypted(sequence(aesOid)),
      'entry 1 "k", key, decrypted: SecretKeyData: two parts expected',
    ],
    [
      'of another type behind its algorithm',
      encrypted(sequence(aesOid, nothing)),
      'entry 1 "k", key, decrypted: key expected',
    ],
    [
      'of a malformed algorithm',
      encrypted(sequence(encodeElement(6), encodeOctetString(aes))),
      'entry 1 "k", key, decrypted: key algorithm: bad OBJECT IDENTIFIER',
    ],
  ])('%s is refused', async (_, data, message) => {
    const entry = await entryOf(makeObject({ type: 2, alias: 'k', data }));
    await expect(entry.getSecretKey()).rejects.toMatchObject({
      code: 'ERR_STORE_MALFORMED',
      message: expect.stringMatching(`^${message}`),
    });
  });

  test('that another program encrypted is returned as it is', async () => {
    const entry = await entryOf(makeObject({ type: 4, alias: 'k', data: aes }));
    expect(await entry.getSecretKey()).toEqual({ algorithm: 'RAW', key: aes });
  });

  test('is opened with text only, and its decrypted form is overwritten', async () => {
    const entry = await entryOf(secretKeyObject('k', aes, storePass));
    await expect(entry.getSecretKey(1 as never)).rejects.toThrow(/^getSecretKey: keyPass must be /);
    const wiped = watchWiping();
    expect((await entry.getSecretKey()).key).toEqual(aes);
    expect(wiped).toContain(Buffer.from(sequence(aesOid, encodeOctetString(aes))).toString('latin1'));
  });
});
