import { Asn1Element } from '../../asn1/element.js';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import { equalBytes } from '../../bytes/equal.js';
import { readDsaParameters } from '../key/dsa-and-dh-key.js';
import { readPrivateKeyFields, readPublicKeyFields } from '../key/key-fields.js';
import { bitLength } from '../key/modular-arithmetic.js';
import { readRsaPublicKey } from '../key/rsa-private-key.js';
import type { PublicKey, SignatureScheme } from '../platform.js';
import { verifyDsa } from './dsa.js';
import {
  curveName,
  type OctetKey,
  pointOf,
  publicOctets,
  uncompressed,
  verifyEcdsa,
  verifyEdwards,
} from './elliptic-curve.js';
import { verifyPkcs1, verifyPss } from './rsa.js';

type Verify = (scheme: SignatureScheme, data: Uint8Array, signature: Uint8Array) => boolean;

const octetKeys: ReadonlyMap<string, OctetKey> = new Map([
  [Oid.ed25519, 'ed25519'],
  [Oid.ed448, 'ed448'],
  [Oid.x25519, 'x25519'],
  [Oid.x448, 'x448'],
] as const);

/** A public key whose properties and methods have the names of Node's KeyObject. */
class WebPublicKey implements PublicKey {
  constructor(
    private readonly spki: Uint8Array,
    readonly asymmetricKeyType: string,
    readonly asymmetricKeyDetails: NonNullable<PublicKey['asymmetricKeyDetails']>,
    readonly verify: Verify,
  ) {}

  export(): Uint8Array {
    return this.spki;
  }

  equals(other: PublicKey): boolean {
    return equalBytes(this.spki, (other as WebPublicKey).spki);
  }
}

/** @throws {Error} if the browser build does not support the algorithm, or the key is malformed */
export function importPublicKey(given: Uint8Array, type: 'spki' | 'pkcs1'): PublicKey {
  // The bytes are copied, because the key is still used after the content of the keystore has been overwritten.
  const der = Uint8Array.from(given);
  if (type === 'pkcs1') return rsaKey('rsa', infoOf(rsaAlgorithm, der), der);
  const { algorithmElement, algorithm, bits } = readPublicKeyFields(der);
  const { oid, parameters } = algorithm;
  const content = bits.bitOctets('public key');
  if (oid === Oid.rsaEncryption) return rsaKey('rsa', der, content);
  if (oid === Oid.rsassaPss) return rsaKey('rsa-pss', der, content);
  if (oid === Oid.dsa && parameters) return dsaKey(der, parameters, content);
  if (oid === Oid.ecPublicKey && parameters?.tag === Tag.oid)
    return ecKey(algorithmElement, parameters.oid('curve'), content);
  const name = octetKeys.get(oid);
  if (name === undefined) throw new Error(`no key of ${oid}`);
  return octetKey(name, der, content);
}

/**
 * Derives the public key that belongs to a PrivateKeyInfo (RFC 5208 5). RSA, DSA and DH keys are not supported here, because crypto/key
 * computes their public keys itself.
 * @throws {Error} if the browser build does not support the algorithm, or the key is malformed
 */
export function derivePublicKey(pkcs8: Uint8Array): PublicKey {
  const { algorithmElement, algorithm, key } = readPrivateKeyFields(pkcs8, 'private key');
  const { oid, parameters } = algorithm;
  const content = Asn1Element.only(key.octets(), 'private key');
  if (oid === Oid.ecPublicKey && parameters?.tag === Tag.oid) {
    const scalar = content.sequence('ECPrivateKey')[1]?.octets();
    if (scalar === undefined) throw new Error('no private key');
    const curve = parameters.oid('curve');
    return ecKey(algorithmElement, curve, pointOf(curve, scalar));
  }
  const name = octetKeys.get(oid);
  if (name === undefined) throw new Error(`no key of ${oid}`);
  const octetsOfKey = publicOctets(name, content.octets());
  return octetKey(name, infoOf(algorithmElement.raw, octetsOfKey), octetsOfKey);
}

/** @throws {Error} if the key does not sign, or the browser build does not support the hash */
export function verifySignature(
  scheme: SignatureScheme,
  data: Uint8Array,
  key: PublicKey,
  signature: Uint8Array,
): boolean {
  return (key as WebPublicKey).verify(scheme, data, signature);
}

function rsaKey(type: 'rsa' | 'rsa-pss', spki: Uint8Array, content: Uint8Array): PublicKey {
  const key = readRsaPublicKey(content);
  const details = { modulusLength: bitLength(key.modulus), publicExponent: key.publicExponent };
  return new WebPublicKey(spki, type, details, ({ hash = '', saltLength }, data, signature) =>
    saltLength === undefined
      ? verifyPkcs1(key, hash, data, signature)
      : verifyPss(key, hash, saltLength, data, signature),
  );
}

function dsaKey(spki: Uint8Array, parameters: Asn1Element, content: Uint8Array): PublicKey {
  const field = readDsaParameters(parameters);
  const y = Asn1Element.only(content, 'public key').integer('y');
  return new WebPublicKey(spki, 'dsa', { modulusLength: bitLength(field.p) }, ({ hash = '' }, data, signature) =>
    verifyDsa(field, y, hash, data, signature),
  );
}

function ecKey(algorithm: Asn1Element, curve: string, point: Uint8Array): PublicKey {
  const namedCurve = curveName(curve);
  const spki = infoOf(algorithm.raw, uncompressed(curve, point));
  return new WebPublicKey(spki, 'ec', { namedCurve }, ({ hash = '' }, data, signature) =>
    verifyEcdsa(curve, point, hash, data, signature),
  );
}

function octetKey(name: OctetKey, spki: Uint8Array, octets: Uint8Array): PublicKey {
  return new WebPublicKey(spki, name, {}, (_, data, signature) => verifyEdwards(name, octets, data, signature));
}

/** The AlgorithmIdentifier of an RSA key: rsaEncryption with NULL as parameters (RFC 8017 A.1). */
const rsaAlgorithm = encodeSequence(encodeObjectIdentifier(Oid.rsaEncryption), encodeElement(Tag.null));

function infoOf(algorithm: Uint8Array, bits: Uint8Array): Uint8Array {
  return encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0), bits));
}
