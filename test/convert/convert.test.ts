import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { convert, convertKeys } from '../../src/convert/convert.js';
import { decodePem } from '../../src/pem/decode.js';
import { makeRsa } from '../crypto/key/key-maker.js';
import { expectation, fixture, sha256 } from '../fixtures.js';
import { keyEntry, makeJks, protectKey } from '../keystore/jks/jks-maker.js';
import { bmp, keyBag, pbes2, pfx, plainPart, utf8 } from '../keystore/pkcs12/pkcs12-maker.js';
import { certify, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-12-01T00:00:00Z');
const pkcs8Of = (key: ReturnType<typeof newKey>) =>
  new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));

describe('convert', () => {
  test('gives key, site, intermediate and cross of the story', async () => {
    const { pem, groups, warnings } = await convert(fixture('tomcat.keystore'), { now, storePass: 'my-passphrase' });
    const { entries } = expectation('tomcat.keystore');
    const blocks = decodePem(pem).map(({ der }) => sha256(der));
    const [key, ...certificates] = blocks;
    expect(key).toBe(entries.find(({ alias }) => alias === 'tomcat')?.privateKey?.sha256);
    expect(certificates).toEqual(groups[0]?.path.certificates.map((certificate) => certificate.sha256));
    expect(warnings).toEqual([]);
  });

  test.each([true, false])('completes an RSA key that was stored without its primes (its own: %s)', async (own) => {
    const rsa = makeRsa(1024);
    const leaf = leafOf(party('CA'), { from: '2026-01-01', to: '2027-01-01', spki: rsa.spki });
    // As Java writes an RSAPrivateKeySpec: modulus and private exponent, and 0 for the rest.
    const stored = rsa.key(
      rsa.numbers.map((number, i) => (i === 0 ? number : i === 2 ? number + (own ? 0n : 2n) : 0n)),
    );
    const bytes = makeJks({ entries: [keyEntry('mail', protectKey(stored.pkcs8, 'changeit'), [leaf])] });
    const conversion = convert(bytes, { now, storePass: 'changeit' });
    if (!own) {
      await expect(conversion).rejects.toMatchObject({ code: 'ERR_KEY_MISMATCH' });
      return;
    }
    const { pem, warnings } = await conversion;
    expect(warnings).toContainEqual({
      code: 'WARN_KEY_COMPLETED',
      message: 'the RSA key was stored without its primes; they were computed, since OpenSSL needs them',
      alias: 'mail',
    });
    const [key] = decodePem(pem);
    const privateKey = createPrivateKey({ key: Buffer.from(key?.der ?? []), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey({ key: Buffer.from(rsa.spki), format: 'der', type: 'spki' });
    expect(createPublicKey(privateKey).equals(publicKey)).toBe(true);
  });

  test.each([
    ['the store password and the key password', { storePass: 'store-pass', keyPasses: ['key-pass'] }],
    ['the key password alone', { keyPasses: ['key-pass'] }],
    ['wrong key passwords before the right one', { keyPasses: ['no', 'neither', 'key-pass'] }],
  ])('opens a key with %s', async (_, passwords) => {
    const { groups } = await convert(fixture('jks/key-password.jks'), { now, ...passwords });
    expect(groups[0]?.key.algorithm).toBe('RSA');
  });

  test.each([
    ['no password at all', {}, 'ERR_PASSPHRASE_REQUIRED'],
    ['wrong key passwords', { keyPasses: ['no', 'neither'] }, 'ERR_KEY_UNRECOVERABLE'],
    ['only the store password', { storePass: 'store-pass' }, 'ERR_KEY_UNRECOVERABLE'],
  ])('does not open it with %s', async (_, passwords, code) => {
    await expect(convert(fixture('jks/key-password.jks'), { now, ...passwords })).rejects.toMatchObject({ code });
  });
});

describe('a key that cannot belong to its certificate', () => {
  const ca = party('CA');
  const issuer = root(ca);
  const convertPair = (pkcs8: Uint8Array, key = newKey(), spki?: Uint8Array) => {
    const leaf = leafOf(ca, { key, from: '2026-01-01', to: '2027-01-01', ...(spki && { spki }) });
    const store = makeJks({
      entries: [keyEntry('mail', protectKey(pkcs8, 'changeit'), [{ der: leaf.der }, { der: issuer.der }])],
    });
    return convert(store, { now, storePass: 'changeit' });
  };
  const other = (type: 'rsa' | 'ed25519') => {
    const { privateKey } =
      type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    return new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  };
  const ecAlgorithm = encodeSequence(
    encodeObjectIdentifier('1.2.840.10045.2.1'),
    encodeObjectIdentifier('1.2.840.10045.3.1.7'),
  );
  /** ML-DSA-65 of FIPS 204, which OpenSSL 3.0 does not know. */
  const mlDsa = encodeSequence(encodeObjectIdentifier('2.16.840.1.101.3.4.3.18'));

  test.each([
    ['of the same algorithm', () => pkcs8Of(newKey())],
    ['of another algorithm', () => other('rsa')],
    ['of another algorithm on a curve', () => other('ed25519')],
    ['that is broken', () => encodeSequence(encodeInteger(0), ecAlgorithm, encodeOctetString(Uint8Array.of(1, 2, 3)))],
    [
      'of an algorithm unknown here',
      () => encodeSequence(encodeInteger(0), mlDsa, encodeOctetString(new Uint8Array(32))),
    ],
  ])('%s is refused', async (_, pkcs8) => {
    await expect(convertPair(pkcs8())).rejects.toMatchObject({ code: 'ERR_KEY_MISMATCH', alias: 'mail' });
  });

  test('with the public point of the certificate and another private number is refused', async () => {
    const [key, stranger] = [newKey(), newKey()];
    const { x, y } = key.publicKey.export({ format: 'jwk' });
    const number = Buffer.from(stranger.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
    const point = Buffer.concat([Buffer.of(0, 4), ...[x, y].map((part) => Buffer.from(part ?? '', 'base64url'))]);
    // ECPrivateKey with its [1] publicKey (RFC 5915 3).
    const publicKey = encodeElement(0xa1, encodeElement(0x03, point));
    const ecPrivateKey = encodeSequence(encodeInteger(1), encodeOctetString(number), publicKey);
    const pkcs8 = encodeSequence(encodeInteger(0), ecAlgorithm, encodeOctetString(ecPrivateKey));
    await expect(convertPair(pkcs8, key)).rejects.toMatchObject({ code: 'ERR_KEY_MISMATCH', alias: 'mail' });
  });

  test('is given with a warning only if both are of one algorithm that is unknown here', async () => {
    const spki = encodeSequence(mlDsa, Uint8Array.of(3, 3, 0, 1, 2));
    const { warnings } = await convertPair(
      encodeSequence(encodeInteger(0), mlDsa, encodeOctetString(new Uint8Array(32))),
      newKey(),
      spki,
    );
    expect(warnings.map(({ code }) => code)).toContain('WARN_KEY_NOT_COMPARABLE');
  });

  test('the right one is taken', async () => {
    const key = newKey();
    expect((await convertPair(pkcs8Of(key), key)).warnings).toEqual([]);
  });
});

test('a stored chain is cut at an expired certificate, self-issued or not', async () => {
  const [ca, rolled] = [party('CA'), party('CA')];
  const key = newKey();
  const leaf = leafOf(ca, { key, from: '2026-01-01', to: '2027-01-01' });
  const rollover = certify(ca, rolled, { from: '2019-01-01', to: '2021-01-01' });
  const chain = [leaf, rollover].map(({ der }) => ({ der }));
  const store = makeJks({ entries: [keyEntry('mail', protectKey(pkcs8Of(key), 'changeit'), chain)] });
  const { groups, warnings } = await convert(store, { now, storePass: 'changeit', preference: 'stored' });
  expect(groups[0]?.path.certificates.map(({ sha256 }) => sha256)).toEqual([leaf.sha256]);
  expect(warnings.map(({ code }) => code)).toContain('WARN_CHAIN_INCOMPLETE');
});

test('a key that opens with a variant of its password only gives a warning', async () => {
  const bytes = pfx(
    [plainPart(keyBag(fixture('not-keystores/pkcs8.der'), pbes2(utf8('secret\n')), { name: 'mail' }))],
    { password: bmp('changeit') },
  );
  const { warnings } = await convertKeys(bytes, { storePass: 'changeit', keyPasses: ['secret'] });
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'WARN_PASSWORD_ENCODING', alias: 'mail' }));
});
