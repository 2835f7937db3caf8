import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { Oid } from '../../src/asn1/oids.js';
import { concat } from '../../src/bytes/concat.js';
import { detectStoreType } from '../../src/keystore/detect/detect.js';
import { loadKeyStore } from '../../src/keystore/load.js';
import { encodePem } from '../../src/pem/encode.js';
import type { Random } from '../fuzz/random.js';
import { type Target, target } from '../fuzz/target.js';
import { Tally } from './tally.js';

/** Puts in front of noise what some format begins with, as far as its reader has to be led to get to the noise. */
type Beginning = (noise: Uint8Array, random: Random) => Uint8Array;

const u32 = (value: number) => Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
const oneOf = (random: Random, ...values: readonly number[]) => u32(random.pick(values));

/** Magic number, version, number of entries, and the tag of the first. */
const java =
  (magic: number): Beginning =>
  (noise, random) =>
    concat(u32(magic), oneOf(random, 1, 2), oneOf(random, 0, 1, 2, 9), oneOf(random, 1, 2, 3), noise);

/** Version, salt and few iterations; then, for BKS, the type of the first entry. */
const bouncyCastle: Beginning = (noise, random) =>
  concat(
    oneOf(random, 0, 1, 2),
    u32(20),
    random.bytes(20),
    u32(1 + random.below(64)),
    Uint8Array.of(random.below(6)),
    noise,
  );

const version3 = encodeInteger(3);
const explicit = (...content: readonly Uint8Array[]) => encodeElement(0xa0, ...content);
const contentInfo = (oid: string, content: Uint8Array) =>
  encodeSequence(encodeObjectIdentifier(oid), explicit(content));

const beginnings: readonly Beginning[] = [
  (noise) => noise,
  (noise) => noise,
  java(0xfeedfeed),
  java(0xcececece),
  bouncyCastle,
  bouncyCastle,
  // PFX, in the clear as far as the noise, with lengths that are right or indefinite.
  (noise) => encodeSequence(version3, noise),
  (noise) => concat(Uint8Array.of(0x30, 0x80), version3, noise),
  (noise) => encodeSequence(version3, contentInfo(Oid.cmsData, encodeOctetString(noise))),
  (noise, random) => {
    const part = contentInfo(Oid.cmsData, encodeOctetString(encodeSequence(noise)));
    const mac = random.oneIn(2) ? random.bytes(random.below(40)) : new Uint8Array();
    return encodeSequence(version3, contentInfo(Oid.cmsData, encodeOctetString(encodeSequence(part))), mac);
  },
  // ObjectStore of BCFKS, encrypted and in the clear.
  (noise, random) => {
    const algorithm = encodeSequence(encodeObjectIdentifier(Oid.pbes2), random.bytes(random.below(60)));
    return encodeSequence(encodeSequence(algorithm, encodeOctetString(noise)), encodeSequence(random.bytes(20)));
  },
  (noise) => encodeSequence(encodeSequence(encodeInteger(1), encodeSequence(noise), noise), encodeSequence(noise)),
];

/** Mostly short, since most of noise is never looked at; now and then long. */
function noiseLength(random: Random): number {
  if (random.oneIn(1000)) return random.below(100_000);
  return random.below(random.oneIn(10) ? 2_000 : 100);
}

function randomString(random: Random): Uint8Array {
  const bytes = random.pick(beginnings)(random.bytes(noiseLength(random)), random);
  if (!random.oneIn(20)) return bytes;
  return random.oneIn(2) ? Buffer.from(Buffer.from(bytes).toString('base64'), 'latin1') : encodePem('PKCS12', bytes);
}

/**
 * Strings that mean nothing, read with a password or without, as a target of the fuzzer. One that is accepted as something
 * that the password has proved is an error.
 * @param tally counts what came of them
 */
export function randomStrings(tally = new Tally()): Target {
  return target(
    'random-strings',
    () => tally,
    async (counts, random) => {
      const bytes = randomString(random);
      detectStoreType(bytes);
      const store = await counts.outcome(() => loadKeyStore(bytes, random.oneIn(2) ? { storePass: 'changeit' } : {}));
      // The key of an old BKS has 16 bits, so that once in 65536 times any password is right; a warning says so.
      const proved =
        store.integrity === 'verified' && !store.warnings.some(({ code }) => code === 'WARN_INTEGRITY_WEAK');
      if (proved) throw new Error(`noise counts as a ${store.type} store that is verified`);
    },
  );
}
