import { afterEach, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeSequence } from '../../src/asn1/encode.js';
import { ByteReader } from '../../src/bytes/byte-reader.js';
import { looksLikeBcfks } from '../../src/keystore/detect/bcfks-detection.js';
import { hasBouncyCastleHeader, looksLikeBks } from '../../src/keystore/detect/bks-detection.js';
import { describeDer } from '../../src/keystore/detect/other-der-file.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { StoreType } from '../../src/keystore/types.js';
import { leafOf, party } from '../x509/certificate-maker.js';
import { makeBcfks, makeObject } from './bcfks/bcfks-maker.js';
import { clearKeyEntry, makeBks, protectedEntry, sealedEntry, secretKey } from './bks/bks-maker.js';
import { sealed, secretKeySpec } from './jks/java-stream-maker.js';
import { keyEntry, makeJks, trustedEntry, u32 } from './jks/jks-maker.js';
import {
  Bag,
  bag,
  certificateBag,
  encryptedPart,
  keyBag,
  pbes2,
  pfx,
  plainPart,
  realKey,
  utf8,
} from './pkcs12/pkcs12-maker.js';

/* Malformed bytes may be skipped with a warning. A fault of the program must not be hidden in this way. */

afterEach(() => vi.restoreAllMocks());

const fault = new TypeError('a fault of the program');
const storePass = 'changeit';
const aes = new Uint8Array(16);
const { der } = leafOf(party('CA'));

/** From now on, reading the field `name` throws the fault. */
function breakField(name: string): void {
  const breaks = <T extends object>(target: T, method: keyof T & string) => {
    const original = target[method] as (...args: unknown[]) => unknown;
    vi.spyOn(target as Record<string, () => unknown>, method).mockImplementation(function (
      this: unknown,
      ...args: unknown[]
    ) {
      if (args[0] === name) throw fault;
      return original.apply(this, args);
    });
  };
  breaks(Asn1Element.prototype, 'sequence');
  breaks(ByteReader.prototype, 'u8');
  breaks(ByteReader.prototype, 'u32');
}

test.each<[string, string, () => unknown]>([
  ['another DER file', 'file', () => describeDer(encodeSequence())],
  ['a BCFKS', 'ObjectStore', () => looksLikeBcfks(encodeSequence())],
  ['the header of a BKS', 'version', () => hasBouncyCastleHeader(makeBks([], storePass))],
  ['the first entry of a BKS', 'type of entry', () => looksLikeBks(makeBks([], storePass))],
  [
    'all entries of a BKS',
    'key type',
    () => looksLikeBks(makeBks([clearKeyEntry({ alias: 'a', date: 2 ** 49 }, secretKey(aes))], storePass)),
  ],
])('does not take a fault for %s that is not one', (_, field, detect) => {
  breakField(field);
  expect(detect).toThrow(fault);
});

const object = (type: number, data: Uint8Array) => makeBcfks({ objects: [makeObject({ type, alias: 'k', data })] });
const sealedStore = makeBks([sealedEntry({ alias: 'k' }, secretKey(aes), storePass)], storePass);
const shrouded = keyBag(realKey(), pbes2(utf8(storePass)), { name: 'k' });

test.each<[string, StoreType, Uint8Array, string, string | undefined]>([
  [
    'a certificate in a JKS',
    'JKS',
    makeJks({ entries: [trustedEntry('a', { der: encodeSequence() })] }),
    'Certificate',
    storePass,
  ],
  [
    'a key that would explain a wrong password of a JKS',
    'JKS',
    makeJks({ entries: [keyEntry('k', encodeSequence(), [])] }),
    'EncryptedPrivateKeyInfo',
    'wrong',
  ],
  [
    'a key that would explain a wrong MAC of a BKS',
    'BKS',
    sealedStore.map((octet, at) => (at === sealedStore.length - 1 ? octet ^ 1 : octet)),
    'key type',
    storePass,
  ],
  ['a decrypted key of a BKS', 'BKS', sealedStore, 'key type', storePass],
  [
    'a protected key of a BKS',
    'BKS',
    makeBks([protectedEntry({ alias: 'k' }, encodeSequence())], storePass),
    'EncryptedPrivateKeyInfo',
    storePass,
  ],
  ['a key of a BCFKS', 'BCFKS', object(1, encodeSequence()), 'EncryptedPrivateKeyData', storePass],
  ['a protected key of a BCFKS', 'BCFKS', object(4, encodeSequence()), 'EncryptedSecretKeyData', storePass],
  ['the content that would explain a wrong password of a BCFKS', 'BCFKS', object(1, aes), 'PBES2 parameters', 'wrong'],
  ['a certificate in a PKCS#12', 'PKCS12', pfx([plainPart(certificateBag(der))]), 'CertBag', storePass],
  [
    'the public key of a certificate',
    'PKCS12',
    pfx([plainPart(shrouded, certificateBag(der))]),
    'public key',
    storePass,
  ],
  [
    'the extensions of an issued certificate',
    'PKCS12',
    pfx([plainPart(shrouded, certificateBag(der, { name: 'k' }))]),
    'extensions',
    storePass,
  ],
  ['a secret in a PKCS#12', 'PKCS12', pfx([plainPart(bag(Bag.secret, encodeSequence()))]), 'SecretBag', storePass],
  ['an attribute in a PKCS#12', 'PKCS12', pfx([plainPart(shrouded)]), 'attribute', storePass],
  ['a key in a PKCS#12', 'PKCS12', pfx([plainPart(shrouded)]), 'EncryptedPrivateKeyInfo', storePass],
  ['the MAC of a PKCS#12', 'PKCS12', pfx([plainPart(shrouded)]), 'MacData', undefined],
  [
    'the content that would explain a wrong password of a PKCS#12',
    'PKCS12',
    pfx([encryptedPart(pbes2(utf8(storePass)), shrouded)]),
    'PBES2 parameters',
    'wrong',
  ],
])('does not hide a fault in %s', async (_, type, bytes, field, password) => {
  breakField(field);
  await expect(loadKeyStore(bytes, { type, ...(password !== undefined && { storePass: password }) })).rejects.toBe(
    fault,
  );
});

test('does not take a fault in an unsealed key of a JCEKS for a wrong password', async () => {
  const header = [u32(3), Uint8Array.of(0, 1, 0x6b), new Uint8Array(8)];
  const body = sealed(secretKeySpec('AES', aes), { password: storePass });
  const entries = [new Uint8Array(Buffer.concat([...header, body]))];
  const [entry] = await loadKeyStore(makeJks({ magic: 0xcececece, entries }), { storePass });
  if (entry?.kind !== 'SecretKeyEntry') expect.fail();
  breakField('type code');
  await expect(entry.getSecretKey()).rejects.toBe(fault);
});
