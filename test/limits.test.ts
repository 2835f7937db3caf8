import { describe, expect, test } from 'vitest';
import { encodeSequence } from '../src/asn1/encode.js';
import { concat } from '../src/bytes/concat.js';
import { loadKeyStore } from '../src/keystore/load.js';
import { defaultLimits, type Limits, withDefaults } from '../src/limits.js';
import { buildCertificationPath } from '../src/x509/path/build-certification-path.js';
import { certificateObject, makeBcfks, privateKeyObject } from './keystore/bcfks/bcfks-maker.js';
import { certificateEntry as bksCertificate, makeBks } from './keystore/bks/bks-maker.js';
import { makeUber } from './keystore/bks/uber-maker.js';
import { sealed, secretKeySpec } from './keystore/jks/java-stream-maker.js';
import { keyEntry, makeJks, protectKey, trustedEntry, u32 } from './keystore/jks/jks-maker.js';
import {
  Bag,
  bag,
  certificateBag,
  fakePair,
  keyBag,
  pbes2,
  pfx,
  plainPart,
  utf8,
} from './keystore/pkcs12/pkcs12-maker.js';
import { certify, ext, generalName, leafOf, now, party, root } from './x509/certificate-maker.js';

const storePass = 'changeit';
const pair = fakePair(1);
const der = { der: pair.certificate };

/** Opens everything, as far as the limits let it. */
async function open(bytes: Uint8Array, limits: Partial<Limits>): Promise<void> {
  const store = await loadKeyStore(bytes, { storePass, limits });
  for (const entry of store) {
    if (entry.kind === 'PrivateKeyEntry') await entry.getPrivateKey();
    if (entry.kind === 'SecretKeyEntry') await entry.getSecretKey();
  }
}

const jks = makeJks({ entries: ['a', 'b', 'c'].map((alias) => trustedEntry(alias, der)) });
const jksChain = makeJks({ entries: [keyEntry('a', protectKey(pair.pkcs8, storePass), [der, der, der, der])] });
const bks = makeBks(
  [bksCertificate({ alias: 'a', chain: [pair.certificate, pair.certificate] }, pair.certificate)],
  storePass,
);
const bksEntry = bksCertificate({ alias: 'a' }, pair.certificate);
const uber = makeUber([bksEntry], storePass);
const bcfks = makeBcfks({
  objects: [certificateObject('a', pair.certificate), privateKeyObject('b', pair.pkcs8, [pair.certificate], storePass)],
});
const bcfksChain = makeBcfks({
  objects: [privateKeyObject('a', pair.pkcs8, [pair.certificate, pair.certificate], storePass)],
});
const scrypt = makeBcfks({ objects: [], scrypt: { N: 1024, r: 4, p: 2, effective: 2 } });
const pkcs12 = pfx([
  plainPart(keyBag(pair.pkcs8, pbes2(utf8(storePass), { iterations: 7 })), certificateBag(pair.certificate)),
]);
const twoKeys = pfx([
  plainPart(
    ...[pair, fakePair(2)].flatMap(({ pkcs8, certificate }) => [keyBag(pkcs8, undefined), certificateBag(certificate)]),
  ),
]);
const nested = pfx([
  plainPart(
    bag(Bag.safeContents, encodeSequence(bag(Bag.safeContents, encodeSequence(certificateBag(pair.certificate))))),
  ),
]);
const secret = makeJks({
  magic: 0xcececece,
  entries: [
    concat(
      u32(3),
      Uint8Array.of(0, 1, 0x61),
      new Uint8Array(8),
      sealed(secretKeySpec('AES', new Uint8Array(16)), { password: storePass }),
    ),
  ],
});

/** A line of four with its root, in a bag with what it could be mistaken for. */
const [top, middle, ca] = [party('Top'), party('Middle'), party('CA')];
const constraints = ['example.com', 'example.org', 'example.net'].map(generalName.dns);
const leaf = leafOf(ca);
const candidates = [
  certify(ca, middle, { more: [ext.nameConstraints(constraints)] }),
  certify(ca, middle, { serial: 7 }),
  certify(middle, top),
];
const trustAnchors = [root(top)];
const build = async (limits: Partial<Limits>) => {
  for (const preference of ['shortest', 'compatible'] as const)
    buildCertificationPath(leaf, { now, candidates, trustAnchors, preference, limits });
};

/** For each limit something that takes exactly so much of it. */
const uses: readonly (readonly [keyof Limits, string, number, (limits: Partial<Limits>) => Promise<void>])[] = [
  ['fileBytes', 'any file', jks.length, (limits) => open(jks, limits)],
  ['entries', 'JKS', 3, (limits) => open(jks, limits)],
  ['entries', 'PKCS#12', 2, (limits) => open(pkcs12, limits)],
  ['entries', 'BKS', 2, (limits) => open(makeBks([bksEntry, bksEntry], storePass), limits)],
  ['entries', 'BCFKS', 2, (limits) => open(bcfks, limits)],
  ['chainLength', 'JKS', 4, (limits) => open(jksChain, limits)],
  ['chainCertificates', 'PKCS#12', 2, (limits) => open(twoKeys, limits)],
  ['chainLength', 'BKS', 2, (limits) => open(bks, limits)],
  ['chainLength', 'BCFKS', 2, (limits) => open(bcfksChain, limits)],
  ['asn1Depth', 'PKCS#12', 9, (limits) => open(pkcs12, limits)],
  ['asn1Depth', 'BCFKS', 7, (limits) => open(bcfks, limits)],
  ['safeContentsDepth', 'PKCS#12', 3, (limits) => open(nested, limits)],
  ['iterations', 'PKCS#12', 7, (limits) => open(pkcs12, limits)],
  ['iterations', 'JCEKS', 20, (limits) => open(secret, limits)],
  ['iterations', 'BCFKS', 3, (limits) => open(bcfks, limits)],
  ['bksIterations', 'BKS', 3, (limits) => open(bks, limits)],
  ['uberIterations', 'UBER', 3, (limits) => open(uber, limits)],
  ['totalIterations', 'PKCS#12', 7, (limits) => open(pkcs12, limits)],
  // Two blocks of key, one of IV; one block of MAC key; MAC and store.
  ['totalIterations', 'UBER', 9, (limits) => open(uber, limits)],
  ['totalIterations', 'BKS', 3, (limits) => open(bks, limits)],
  ['totalIterations', 'BCFKS', 6, (limits) => open(bcfks, limits)],
  ['totalIterations', 'JCEKS', 40, (limits) => open(secret, limits)],
  ['scryptMemory', 'BCFKS', 128 * 1024 * 4, (limits) => open(scrypt, limits)],
  ['scryptFactor', 'BCFKS', 4, (limits) => open(scrypt, limits)],
  ['saltBytes', 'PKCS#12', 8, (limits) => open(pkcs12, limits)],
  ['saltBytes', 'BKS', 20, (limits) => open(bks, limits)],
  ['derivedKeyBytes', 'BCFKS', 64, (limits) => open(bcfks, limits)],
  ['serializedObjects', 'JCEKS', 12, (limits) => open(secret, limits)],
  ['serializedDepth', 'JCEKS', 4, (limits) => open(secret, limits)],
  ['pathSignatures', 'a line of four', 5, build],
  ['pathNodes', 'a line of four', 5, build],
  ['pathLength', 'a line of four', 4, build],
  ['nameComparisons', 'a line of four', 6, build],
];

describe.each(uses)('%s (%s)', (name, _, amount, use) => {
  test('lets through what is at the limit', async () => {
    await expect(use({ [name]: amount })).resolves.toBeUndefined();
  });

  test('refuses one more', async () => {
    const error = await use({ [name]: amount - 1 }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: name, maximum: amount - 1 });
  });
});

test('every limit is held against something', () => {
  expect([...new Set(uses.map(([name]) => name))].sort()).toEqual(Object.keys(defaultLimits).sort());
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is no limit', (value) => {
  expect(() => withDefaults({ entries: value })).toThrow(new RangeError('limit entries must be a positive integer'));
});

test('limits are the defaults but for those that the caller sets', () => {
  expect(withDefaults()).toEqual(defaultLimits);
  expect(withDefaults({ entries: 5, pathNodes: undefined } as object)).toEqual({ ...defaultLimits, entries: 5 });
});

test.each(['entrys', 'toString'])('a limit that does not exist is refused: %s', (name) => {
  for (const value of [1, undefined])
    expect(() => withDefaults({ [name]: value })).toThrow(new RangeError(`there is no limit ${name}`));
});
