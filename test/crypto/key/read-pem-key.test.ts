import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeInteger, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import { readPemKey, readTraditionalKey } from '../../../src/crypto/key/read-pem-key.js';
import { toTraditionalKey, traditionalLabel } from '../../../src/crypto/key/traditional-key.js';
import { makeEc, partsOf, pkcs8Of, pkcs8With } from './key-maker.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey: rsaKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = { algorithm: 'EC', pkcs8: pkcs8Of(privateKey) };
const rsa = { algorithm: 'RSA', pkcs8: pkcs8Of(rsaKey) };
const encrypted = privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' });

describe('the key of a PEM block', () => {
  test('opens by its label', () => {
    expect(readPemKey('PRIVATE KEY', ec.pkcs8)).toEqual(ec);
    const sec1 = privateKey.export({ format: 'der', type: 'sec1' });
    expect(readPemKey('EC PRIVATE KEY', sec1)).toEqual(ec);
    const pkcs1 = rsaKey.export({ format: 'der', type: 'pkcs1' });
    expect(readPemKey('RSA PRIVATE KEY', pkcs1)).toEqual(rsa);
  });

  test('opens with its password, and neither with another nor without', () => {
    const open = (password?: string) => readPemKey('ENCRYPTED PRIVATE KEY', encrypted, password);
    expect(open('secret')).toEqual(ec);
    expect([open('Secret'), open('')]).toEqual([undefined, undefined]);
    expect(open()).toBeUndefined();
  });

  test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'CERTIFICATE', 'toString'])(
    'is undefined if the content is broken or not a key: %s',
    (label) => expect(readPemKey(label, Uint8Array.of(0x30, 0), 'secret')).toBeUndefined(),
  );

  // OpenSSL's error for these has no code.
  test.each([
    ['nothing', new Uint8Array()],
    ['an element without an end', Uint8Array.of(0x30, 0x80)],
  ])('is undefined if the encrypted key is %s', (_, der) => {
    expect(readPemKey('ENCRYPTED PRIVATE KEY', der, 'secret')).toBeUndefined();
    expect(readPemKey('ENCRYPTED PRIVATE KEY', der)).toBeUndefined();
  });

  test('opens if bytes follow an encrypted key, as in OpenSSL', () => {
    const longer = Buffer.concat([encrypted, Buffer.from([0])]);
    expect(readPemKey('ENCRYPTED PRIVATE KEY', longer, 'secret')).toEqual(ec);
  });

  test('is not called broken for a mistake of ours', () => {
    expect(() => readPemKey('EC PRIVATE KEY', undefined as unknown as Uint8Array)).toThrow(TypeError);
  });
});

describe('the traditional form of a key', () => {
  const { privateKey: dsaKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).privateKey;
  const sm2 = makeEc('SM2', '1.2.156.10197.1.301');

  test.each([
    ['EC', 'EC PRIVATE KEY', ec],
    ['EC with its curve in numbers', 'EC PRIVATE KEY', { algorithm: 'EC', pkcs8: pkcs8Of(explicit) }],
    ['SM2', 'EC PRIVATE KEY', sm2.key()],
    ['RSA', 'RSA PRIVATE KEY', rsa],
    ['DSA', 'DSA PRIVATE KEY', { algorithm: 'DSA', pkcs8: pkcs8Of(dsaKey) }],
  ])('of %s has a label of its own, under which it is read again', (_, label, key) => {
    const traditional = toTraditionalKey(key);
    expect(traditional.label).toBe(label);
    expect(readPemKey(label, traditional.der)).toEqual(key);
  });

  test('is what OpenSSL writes', () => {
    expect(Buffer.from(toTraditionalKey(ec).der)).toEqual(privateKey.export({ format: 'der', type: 'sec1' }));
    expect(Buffer.from(toTraditionalKey(rsa).der)).toEqual(rsaKey.export({ format: 'der', type: 'pkcs1' }));
  });

  test('is what OpenSSL reads', () => {
    const base64 = Buffer.from(toTraditionalKey({ algorithm: 'DSA', pkcs8: pkcs8Of(dsaKey) }).der).toString('base64');
    const pem = `-----BEGIN DSA PRIVATE KEY-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END DSA PRIVATE KEY-----\n`;
    expect(pkcs8Of(createPrivateKey(pem))).toEqual(pkcs8Of(dsaKey));
  });

  test('of an EC key without its point has it', () => {
    const traditional = toTraditionalKey(sm2.key(new Uint8Array()));
    expect(Buffer.from(traditional.der).includes(Buffer.from(sm2.point))).toBe(true);
  });

  test('of a DSA key with a broken number is an error', () => {
    const { algorithm } = partsOf(pkcs8Of(dsaKey));
    expect(() => toTraditionalKey(pkcs8With(algorithm, encodeInteger(0), 'DSA'))).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_MALFORMED' }),
    );
  });

  test('does not exist for other algorithms', () => {
    const { privateKey: ed25519 } = generateKeyPairSync('ed25519');
    const { privateKey: pss } = generateKeyPairSync('rsa-pss', { modulusLength: 1024 });
    for (const key of [
      { algorithm: 'Ed25519', pkcs8: pkcs8Of(ed25519) },
      { algorithm: 'RSASSA-PSS', pkcs8: pkcs8Of(pss) },
    ])
      expect(() => toTraditionalKey(key)).toThrow(expect.objectContaining({ code: 'ERR_STORE_UNSUPPORTED' }));
  });

  test.each(['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'])(
    '%s is not read where parts are missing',
    (label) => {
      expect(readPemKey(label, encodeSequence(encodeInteger(1)))).toBeUndefined();
      expect(readPemKey(label, encodeInteger(1))).toBeUndefined();
    },
  );
});

describe('the label of a traditional key follows from its fields', () => {
  const number = encodeInteger(1);
  const numbers = (count: number) => encodeSequence(...Array.from({ length: count }, () => number));
  test.each([
    ['nine numbers', numbers(9), 'RSA PRIVATE KEY'],
    ['six numbers', numbers(6), 'DSA PRIVATE KEY'],
    ['an OCTET STRING second', encodeSequence(number, encodeOctetString(number)), 'EC PRIVATE KEY'],
    ['five numbers', numbers(5), undefined],
    ['eight numbers', numbers(8), undefined],
    ['ten numbers', numbers(10), undefined],
    [
      'nine fields, one of them no number',
      encodeSequence(...new Array(8).fill(number), encodeOctetString(number)),
      undefined,
    ],
    ['an OCTET STRING first', encodeSequence(encodeOctetString(number), number), undefined],
    ['nothing', encodeSequence(), undefined],
    ['no SEQUENCE', number, undefined],
    ['no DER', Uint8Array.of(0x30), undefined],
  ])('%s', (_, der, label) => expect(traditionalLabel(der)).toBe(label));

  test('with which it opens', () => {
    const der = new Uint8Array(rsaKey.export({ format: 'der', type: 'pkcs1' }));
    expect(readTraditionalKey(der)).toEqual({ label: 'RSA PRIVATE KEY', key: rsa });
    expect(readTraditionalKey(encodeSequence(number, encodeOctetString(number)))).toBeUndefined();
    expect(readTraditionalKey(rsa.pkcs8)).toBeUndefined();
  });
});
