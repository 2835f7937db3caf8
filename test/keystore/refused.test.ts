import { expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeOctetString, encodeSequence } from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import type { StoreType } from '../../src/keystore/types.js';
import { algorithm, makeBcfks } from './bcfks/bcfks-maker.js';
import { header, i32 } from './bks/bks-maker.js';
import { makeUber } from './bks/uber-maker.js';
import { Bag, bag, contentInfo, encryptedPart, pbes2, pfx, plainPart, utf8 } from './pkcs12/pkcs12-maker.js';

/* Why a whole keystore is refused, or its integrity is not checked. */

const storePass = 'changeit';
const unknown = bag(Bag.certificate, encodeSequence());
const signature = encodeElement(0xa0, encodeSequence(algorithm('1.2.3'), encodeElement(0x03, Uint8Array.of(0))));

test.each<[string, Uint8Array, StoreType, string | undefined, string]>([
  [
    'an encrypted PKCS12 without a password',
    pfx([encryptedPart(pbes2(utf8(storePass)), unknown)]),
    'PKCS12',
    undefined,
    'a password is needed: everything in this PKCS12 store is encrypted',
  ],
  [
    'an encrypted BCFKS without a password',
    makeBcfks({ objects: [] }),
    'BCFKS',
    undefined,
    'BCFKS store: nothing in it is readable without its password',
  ],
  [
    'a signed BCFKS without a password',
    makeBcfks({ objects: [], integrity: signature }),
    'BCFKS',
    undefined,
    'BCFKS store: it is encrypted with a password',
  ],
  [
    'a BCFKS whose MAC is of another algorithm than the encrypted part states',
    makeBcfks({ objects: [], innerMac: '1.2.3' }),
    'BCFKS',
    storePass,
    'BCFKS store: integrity algorithm: 1.2.840.113549.2.11, but 1.2.3 inside the store',
  ],
  [
    'an UBER without a password',
    makeUber([], storePass),
    'UBER',
    undefined,
    'UBER store: nothing in it is readable without its password',
  ],
  ['a BKS of version 3', header(3), 'BKS', storePass, 'BKS version 3 is not supported; versions 0 to 2 are'],
  ['an UBER of version 3', concat(i32(3), i32(0)), 'UBER', storePass, 'UBER version 3 is not supported'],
])('%s is refused', async (_, bytes, type, password, message) => {
  const options = { type, ...(password !== undefined && { storePass: password }) };
  await expect(loadKeyStore(bytes, options)).rejects.toThrow(message);
});

const signed = contentInfo(
  '1.2.840.113549.1.7.2',
  encodeSequence(
    encodeInteger(1),
    encodeElement(0x31),
    contentInfo('1.2.840.113549.1.7.1', encodeOctetString(encodeSequence(plainPart()))),
  ),
);

test.each([
  [
    'with a signature',
    encodeSequence(encodeInteger(3), signed),
    'the file has a signature instead of a MAC, which jks2pem cannot check',
  ],
  ['with an unknown MAC', pfx([plainPart()], { oid: '1.2.3' }), 'the MAC algorithm is not supported (1.2.3)'],
  ['without a MAC', pfx([plainPart()], null), 'the file has no MAC'],
])('a PKCS12 %s cannot be checked', async (_, bytes, reason) => {
  const { warnings } = await loadKeyStore(bytes, { storePass });
  const message = `the integrity of the keystore was not checked: ${reason}, so anyone may have written it`;
  expect(warnings).toEqual([{ code: 'WARN_INTEGRITY_UNVERIFIABLE', message }]);
});
