import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { derivePkcs12 } from '../../src/crypto/kdf/pkcs12-kdf.js';
import { Jks2PemError } from '../../src/errors.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { Limits } from '../../src/limits.js';
import { watchWiping } from '../wiping.js';
import { certificateObject, makeBcfks, oids, privateKeyObject, secretKeyObject } from './bcfks/bcfks-maker.js';
import { keyRecord, makeBks, privateKey, sealedEntry, secretKey } from './bks/bks-maker.js';
import { encryptUber } from './bks/uber-maker.js';
import { sealed, secretKeySpec } from './jks/java-stream-maker.js';
import { keyEntry, makeJks, protectKey, u32 } from './jks/jks-maker.js';
import {
  Bag,
  bmp,
  certificateBag,
  encryptedPart,
  fakePair,
  keyBag,
  salt as makerSalt,
  pbes2,
  pfx,
  plainPart,
  secretBag,
  utf8,
} from './pkcs12/pkcs12-maker.js';

const storePass = 'changeit';
const usual = pbes2(utf8(storePass));
/** Stands in every secret here. */
const marker = utf8('a secret that nobody may find in memory');

afterEach(() => void vi.restoreAllMocks());

const info = (key: Uint8Array) =>
  encodeSequence(encodeInteger(0), encodeSequence(encodeObjectIdentifier('1.2.3')), key, encodeElement(0xa0, marker));
/** Bytes that are a key except for one segment, and bytes that are not a key. */
const halfRight = info(encodeElement(0x24, encodeInteger(1)));
const noKey = encodeSequence(encodeOctetString(marker));
const rsa = fakePair(1);
const markedKey = info(encodeOctetString(marker));
const markedPart = encryptedPart(usual, keyBag(markedKey, undefined, { name: 'mail' }));
const bcfksData = encodeSequence(encodeObjectIdentifier(oids.aes), encodeOctetString(marker));
const bksData = keyRecord(secretKey(marker));
const jceksStream = secretKeySpec('AES', marker);
const jceksSecret = concat(
  u32(3),
  Uint8Array.of(0, 1, 0x61),
  new Uint8Array(8),
  sealed(jceksStream, { password: storePass }),
);
const uberContent = concat(Uint8Array.of(9), marker);

async function takeAll(bytes: Uint8Array, limits: Partial<Limits>): Promise<void> {
  for (const entry of await loadKeyStore(bytes, { storePass, limits })) {
    if (entry.kind === 'PrivateKeyEntry') await entry.getPrivateKey();
    if (entry.kind === 'SecretKeyEntry') await entry.getSecretKey();
  }
}

it.each<[string, Uint8Array, Partial<Limits>?]>([
  [
    'a secret key of PKCS12',
    pfx([
      plainPart(
        secretBag(
          Bag.shroudedKey,
          encodeOctetString(encodeSequence(usual.algorithm, encodeOctetString(usual.encrypt(halfRight)))),
        ),
      ),
    ]),
  ],
  [
    'a part of PKCS12 that has too many bags',
    pfx([encryptedPart(usual, ...[1, 2].map(() => keyBag(markedKey, undefined)))]),
    { entries: 1 },
  ],
  ['a part of PKCS12 beside others', pfx([markedPart, plainPart(certificateBag(rsa.certificate))]), { entries: 1 }],
  ['a part of PKCS12 whose MAC differs', pfx([markedPart], { password: bmp('another') })],
  ['a private key of BCFKS', makeBcfks({ objects: [privateKeyObject('mail', noKey, [], storePass)] })],
  ['a BCFKS store', makeBcfks({ objects: [certificateObject('mail', marker)], version: 2 })],
  ['an UBER store', encryptUber(concat(uberContent, createHash('sha1').update(uberContent).digest()), storePass)],
])('%s is overwritten if nothing can be made of it', async (_, bytes, limits = {}) => {
  const wiped = watchWiping();
  await expect(takeAll(bytes, limits)).rejects.toBeInstanceOf(Jks2PemError);
  expect(wiped.some((before) => before.includes(Buffer.from(marker).toString('latin1')))).toBe(true);
});

it.each<[string, Uint8Array, Uint8Array]>([
  ['the key stream of a secret key of JCEKS', makeJks({ magic: 0xcececece, entries: [jceksSecret] }), jceksStream],
  ['a secret key of BCFKS', makeBcfks({ objects: [secretKeyObject('aes', marker, storePass)] }), bcfksData],
  ['a sealed key of BKS', makeBks([sealedEntry({ alias: 'aes' }, secretKey(marker), storePass)], storePass), bksData],
  ['the password of PKCS12', pfx([markedPart]), bmp(storePass)],
  ['the key of the MAC of PKCS12', pfx([markedPart]), derivePkcs12('sha256', bmp(storePass), makerSalt, 1, 3, 32)],
])('%s is overwritten when it was used', async (_, bytes, secret) => {
  const wiped = watchWiping();
  await takeAll(bytes, {});
  expect(wiped).toContain(Buffer.from(secret).toString('latin1'));
});

it.each<[string, (storePass: string) => Uint8Array]>([
  [
    'JKS',
    (password) => makeJks({ storePass: password, entries: [keyEntry('k', protectKey(markedKey, storePass), [])] }),
  ],
  ['BKS', (password) => makeBks([sealedEntry({ alias: 'k' }, privateKey(markedKey), storePass)], password)],
  ['PKCS12', (password) => pfx([plainPart(keyBag(markedKey, usual))], { password: bmp(password) })],
])('the key of a %s that shows that the password is right is overwritten', async (_, make) => {
  const wiped = watchWiping();
  await expect(takeAll(make('another'), {})).rejects.toMatchObject({
    code: 'ERR_STORE_INTEGRITY',
    message: expect.stringMatching(/the password opens/),
  });
  expect(wiped).toContain(Buffer.from(markedKey).toString('latin1'));
});

it('a BCFKS store that shows that the password is right is overwritten', async () => {
  const wiped = watchWiping();
  const objects = [certificateObject('mail', marker)];
  await expect(takeAll(makeBcfks({ objects, storePass: 'another', dataPass: storePass }), {})).rejects.toMatchObject({
    message: expect.stringMatching(/the password opens the store/),
  });
  expect(wiped.some((before) => before.includes(Buffer.from(marker).toString('latin1')))).toBe(true);
});

it('a sealed key of BKS that is of another kind than its size says is overwritten', async () => {
  const wiped = watchWiping();
  const key = concat(marker, new Uint8Array(2_000));
  const bytes = makeBks([sealedEntry({ alias: 'k', chain: [rsa.certificate] }, secretKey(key), storePass)], storePass);
  await expect(takeAll(bytes, {})).rejects.toMatchObject({ code: 'ERR_ENTRY_TYPE' });
  expect(wiped).toContain(Buffer.from(key).toString('latin1'));
});

it('an UBER store that decrypts to something is overwritten if its digest differs', async () => {
  const wiped = watchWiping();
  const bytes = encryptUber(concat(marker, new Uint8Array(20)), storePass);
  await expect(takeAll(bytes, {})).rejects.toMatchObject({ code: 'ERR_STORE_INTEGRITY' });
  expect(wiped).toContain(`${Buffer.from(marker).toString('latin1')}${'\0'.repeat(20)}`);
});

it('a private key of BKS is overwritten as often as it was decrypted', async () => {
  const wiped = watchWiping();
  const bytes = makeBks([sealedEntry({ alias: 'mail' }, privateKey(noKey), storePass)], storePass);
  await expect(takeAll(bytes, {})).rejects.toBeInstanceOf(Jks2PemError);
  // Once when its kind was found out, once when it was asked for.
  expect(wiped.filter((before) => before === Buffer.from(noKey).toString('latin1'))).toHaveLength(2);
});

it('keys of PKCS12 that were opened are overwritten if the store is refused after all', async () => {
  const { pkcs8 } = rsa;
  const id = Uint8Array.of(1);
  const bytes = pfx([
    plainPart(...[1, 2].map(() => keyBag(pkcs8, usual, { id })), certificateBag(rsa.certificate, { id })),
  ]);
  const wiped = watchWiping();
  await expect(takeAll(bytes, { chainCertificates: 1 })).rejects.toMatchObject({ limit: 'chainCertificates' });
  expect(wiped.filter((bytes) => bytes === Buffer.from(pkcs8).toString('latin1'))).toHaveLength(2);
});
