import { expect, test } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { readSignatureAlgorithm, weakHashOf } from '../../src/x509/signature-algorithm.js';

const identifier = (oid: string, ...parameters: readonly Uint8Array[]) =>
  encodeSequence(encodeObjectIdentifier(oid), ...parameters);
const read = (der: Uint8Array) => readSignatureAlgorithm(Asn1Element.only(der, 'algorithm'));

const [pkcs1, ecdsa, nist] = ['1.2.840.113549.1.1', '1.2.840.10045.4', '2.16.840.1.101.3.4.3'];
const sha2 = ['sha224', 'sha256', 'sha384', 'sha512'];
const sha3 = ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'];

/** OID, scheme and hash, in the order of the registries. */
const registered: readonly (readonly [string, string, string | undefined])[] = [
  ...['md2', 'md4', 'md5', 'sha1'].map((hash, i) => [`${pkcs1}.${i + 2}`, 'rsa', hash] as const),
  ...['sha256', 'sha384', 'sha512', 'sha224', 'sha512-224', 'sha512-256'].map(
    (hash, i) => [`${pkcs1}.${i + 11}`, 'rsa', hash] as const,
  ),
  ['1.3.14.3.2.29', 'rsa', 'sha1'],
  ['1.3.36.3.3.1.2', 'rsa', 'ripemd160'],
  [`${ecdsa}.1`, 'ecdsa', 'sha1'],
  ...sha2.map((hash, i) => [`${ecdsa}.3.${i + 1}`, 'ecdsa', hash] as const),
  ['1.2.840.10040.4.3', 'dsa', 'sha1'],
  ['1.3.14.3.2.27', 'dsa', 'sha1'],
  ...[...sha2, ...sha3].map((hash, i) => [`${nist}.${i + 1}`, 'dsa', hash] as const),
  ...sha3.map((hash, i) => [`${nist}.${i + 9}`, 'ecdsa', hash] as const),
  ...sha3.map((hash, i) => [`${nist}.${i + 13}`, 'rsa', hash] as const),
  ...Array.from({ length: 15 }, (_, i) => [`${nist}.${i + 17}`, 'post-quantum', undefined] as const),
  ['1.3.101.112', 'eddsa', undefined],
  ['1.3.101.113', 'eddsa', undefined],
];

test.each(registered)('%s is %s with %s', (oid, scheme, hash) =>
  expect(read(identifier(oid))).toEqual({ scheme, ...(hash !== undefined && { hash }) }),
);

test.each([`${nist}.32`, `${nist}.0`, `${pkcs1}.1`, '1.2.3'])('%s is unknown', (oid) =>
  expect(read(identifier(oid))).toBeUndefined(),
);

const tagged = (number: number, content: Uint8Array) => encodeElement(0xa0 + number, content);
const sha256 = identifier('2.16.840.1.101.3.4.2.1');
const mgf1 = (hash: Uint8Array) => identifier(`${pkcs1}.8`, hash);
const pss = (...fields: readonly Uint8Array[]) => read(identifier(`${pkcs1}.10`, encodeSequence(...fields)));
const scheme = 'rsa-pss';

test('RSASSA-PSS has defaults, and what it cannot use is unknown', () => {
  const byDefault = { scheme, hash: 'sha1', saltLength: 20, otherMaskHash: false };
  expect([pss(), read(identifier(`${pkcs1}.10`))]).toEqual([byDefault, byDefault]);
  const usual = [tagged(0, sha256), tagged(1, mgf1(sha256)), tagged(2, encodeInteger(32))];
  const told = { scheme, hash: 'sha256', saltLength: 32, otherMaskHash: false };
  expect(pss(...usual)).toEqual(told);
  expect(pss(...usual, tagged(3, encodeInteger(1)))).toEqual(told);
  expect(pss(...usual, tagged(3, encodeInteger(2)))).toBeUndefined();
  expect(pss(tagged(0, sha256))).toEqual({ ...byDefault, hash: 'sha256', otherMaskHash: true });
  expect(pss(tagged(0, identifier('1.2.3')))).toBeUndefined();
  expect(pss(tagged(1, mgf1(identifier('1.2.3'))))).toBeUndefined();
});

const nothing = encodeElement(5);
test.each<[string, () => unknown]>([
  ['signature algorithm expected', () => read(nothing)],
  ['signature algorithm: empty', () => read(encodeSequence())],
  ['RSASSA-PSS-params expected', () => read(identifier(`${pkcs1}.10`, nothing))],
  ['RSASSA-PSS-params: one element expected', () => pss(tagged(2, encodeSequence().subarray(2)))],
  ['hash expected', () => pss(tagged(0, nothing))],
  ['mask generation expected', () => pss(tagged(1, nothing))],
  ['hash expected', () => pss(tagged(1, mgf1(nothing)))],
  ['salt length expected', () => pss(tagged(2, nothing))],
  ['trailer expected', () => pss(tagged(3, nothing))],
])('a malformed algorithm is named: %s', (message, parse) => expect(parse).toThrow(`algorithm: ${message}`));

test.each([
  ['md2', 'MD2'],
  ['md4', 'MD4'],
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
  ['ripemd160', undefined],
  ['sha224', undefined],
])('%s is weak as %s', (hash, name) => expect(weakHashOf({ scheme: 'rsa', hash })).toBe(name));

test('without a hash there is no weak one', () =>
  expect([weakHashOf(undefined), weakHashOf({ scheme: 'eddsa' })]).toEqual([undefined, undefined]));
