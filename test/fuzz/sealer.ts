import { createHash } from 'node:crypto';
import { concat } from '../../src/bytes/concat.js';
import { encodeUtf16 } from '../../src/bytes/utf16.js';
import type { StoreType } from '../../src/keystore/types.js';
import * as bcfks from '../keystore/bcfks/bcfks-maker.js';
import * as bks from '../keystore/bks/bks-maker.js';
import { encryptUber } from '../keystore/bks/uber-maker.js';
import { protect, sealed, secretKeySpec } from '../keystore/jks/java-stream-maker.js';
import * as jks from '../keystore/jks/jks-maker.js';
import * as pkcs12 from '../keystore/pkcs12/pkcs12-maker.js';
import type { KnownStore } from './corpus.js';
import { mutate } from './mutation.js';
import type { Random } from './random.js';

/** DER to put into stores. */
export interface Objects {
  readonly certificates: readonly Uint8Array[];
  readonly keys: readonly Uint8Array[];
}

/**
 * Makes a store with something wrong inside and every check over it right, since a reader that verifies first
 * never sees what a mutation of the file did further in. Anybody who knows the password can make such a file.
 */
export type Sealer = (store: KnownStore, objects: Objects, random: Random) => Uint8Array;

const digestLength = 20;

/** One in three things is left as it is, so that the others are reached. */
const perhaps = (bytes: Uint8Array, random: Random) => (random.oneIn(3) ? bytes : mutate(bytes, random));

/** JKS and JCEKS, with the digest that Java would write under it. */
function withNewDigest(content: Uint8Array, storePass: string): Uint8Array {
  const digest = createHash('sha1').update(encodeUtf16(storePass)).update('Mighty Aphrodite').update(content).digest();
  return concat(content, digest);
}

const sealJks: Sealer = ({ bytes, storePass }, { certificates, keys }, random) => {
  if (random.oneIn(2)) return withNewDigest(mutate(bytes.subarray(0, -digestLength), random), storePass);
  const chain = [0, 1].map(() => ({ der: perhaps(random.pick(certificates), random) }));
  const key = perhaps(jks.protectKey(perhaps(random.pick(keys), random), storePass), random);
  return jks.makeJks({ entries: [jks.keyEntry('fuzz', key, chain)], storePass });
};

const sealJceks: Sealer = ({ bytes, storePass }, { keys }, random) => {
  if (random.oneIn(2)) return withNewDigest(mutate(bytes.subarray(0, -digestLength), random), storePass);
  const entry = (tag: number, body: Uint8Array) =>
    concat(jks.u32(tag), Uint8Array.of(0, 1, 0x61), new Uint8Array(8), body);
  const magic = 0xcececece;
  if (random.oneIn(2)) {
    const content = perhaps(secretKeySpec('AES', random.bytes(16)), random);
    const body = perhaps(sealed(content, { password: storePass || 'x' }), random);
    return jks.makeJks({ magic, entries: [entry(3, body)], storePass });
  }
  const { parameters, encrypted } = protect(perhaps(random.pick(keys), random), { password: storePass || 'x' });
  const algorithm = bcfks.algorithm('1.3.6.1.4.1.42.2.19.1', perhaps(parameters, random));
  const blob = bks.blob(
    concat(Uint8Array.of(0x30, 0x80), algorithm, pkcs12.keyBag(encrypted, undefined), Uint8Array.of(0, 0)),
  );
  return jks.makeJks({ magic, entries: [entry(1, concat(perhaps(blob, random), jks.u32(0)))], storePass });
};

const sealPkcs12: Sealer = ({ storePass }, { certificates, keys }, random) => {
  const usual = pkcs12.pbes2(pkcs12.utf8(storePass));
  const old = pkcs12.pkcs12Des3(pkcs12.bmp(storePass));
  const given = random.oneIn(2) ? { name: 'fuzz', id: Uint8Array.of(1) } : { trusted: random.oneIn(2) };
  const bags = [
    pkcs12.keyBag(perhaps(random.pick(keys), random), random.pick([usual, old, undefined]), given),
    pkcs12.certificateBag(perhaps(random.pick(certificates), random), given),
    pkcs12.secretBag(pkcs12.Bag.shroudedKey, perhaps(random.bytes(40), random), given),
  ].map((bag) => perhaps(bag, random));
  const part = random.oneIn(2) ? pkcs12.plainPart(...bags) : pkcs12.encryptedPart(random.pick([usual, old]), ...bags);
  const parts = [perhaps(part, random), pkcs12.plainPart(...bags)];
  const whole = random.oneIn(4)
    ? pkcs12.pfxWithPbmac1(parts, pkcs12.utf8(storePass), 32)
    : pkcs12.pfx(parts, random.oneIn(3) ? null : { password: pkcs12.bmp(storePass) });
  if (!random.oneIn(4)) return whole;
  try {
    return pkcs12.toBer(whole);
  } catch {
    // What is no longer DER cannot be turned into BER.
    return whole;
  }
};

function bouncyCastleEntries(password: string, { certificates, keys }: Objects, random: Random): Uint8Array[] {
  const key = bks.privateKey(perhaps(random.pick(keys), random), random.pick(['RSA', 'EC', 'x']));
  const chain = [perhaps(random.pick(certificates), random)];
  const entries = [
    bks.certificateEntry({ alias: 'c' }, perhaps(random.pick(certificates), random)),
    bks.clearKeyEntry({ alias: 'k', chain }, key),
    bks.sealedEntry({ alias: 's', chain }, key, password),
    bks.protectedEntry({ alias: 'p' }, perhaps(random.pick(keys), random)),
    bks.clearKeyEntry({ alias: 'x' }, bks.secretKey(random.bytes(16))),
    bks.clearKeyEntry({ alias: 'u' }, bks.publicKey(perhaps(random.bytes(60), random))),
  ];
  return entries.map((entry) => perhaps(entry, random));
}

const sealBks: Sealer = ({ storePass }, objects, random) =>
  bks.makeBks(bouncyCastleEntries(storePass, objects, random), storePass, random.pick([0, 1, 2]));

const sealUber: Sealer = ({ storePass }, objects, random) =>
  encryptUber(perhaps(bks.withDigest(bouncyCastleEntries(storePass, objects, random)), random), storePass);

const sealBcfks: Sealer = ({ storePass }, { certificates, keys }, random) => {
  const style = { cipher: random.pick(['ccm', 'kwp'] as const), iterations: 2 };
  const certificate = perhaps(random.pick(certificates), random);
  const key = perhaps(random.pick(keys), random);
  const objects = [
    bcfks.certificateObject('c', certificate),
    bcfks.privateKeyObject('k', key, [certificate], storePass, style),
    bcfks.secretKeyObject('s', random.bytes(16), storePass),
    bcfks.makeObject({ type: random.below(7), alias: 'o', data: random.oneIn(2) ? key : certificate }),
  ].map((object) => perhaps(object, random));
  return bcfks.makeBcfks({ objects, storePass, ...style });
};

export const sealers: Readonly<Record<StoreType, Sealer>> = {
  JKS: sealJks,
  JCEKS: sealJceks,
  PKCS12: sealPkcs12,
  BKS: sealBks,
  UBER: sealUber,
  BCFKS: sealBcfks,
};
