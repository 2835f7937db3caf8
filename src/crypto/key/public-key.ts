import { Asn1Element } from '../../asn1/element.js';
import { encodeElement, encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { StoreMalformedError } from '../../errors.js';
import { publicNumber, readDsaParameters } from './dsa-and-dh-key.js';
import { readPrivateKeyFields, readPublicKeyFields } from './key-fields.js';
import { derivedKey } from './key-fits-certificate.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';
import { likelyPublicExponent, readRsaPrivateKey } from './rsa-private-key.js';

/**
 * Returns the public key that belongs to a private key, as the octets of the BIT STRING in its certificate (RFC 5280 4.1.2.7). The
 * certificate of a key is found by these octets. The algorithm is not part of the result, because an RSA key restricted to PSS can belong
 * to a plain RSA certificate. A public key that an RSA or EC key contains is returned unchecked; `fitsPublicKey` checks that it belongs to
 * the private numbers.
 * @returns undefined if the private key is malformed, or if it contains no public key and none can be computed
 */
export function publicKeyBits(key: PrivateKey): Uint8Array | undefined {
  try {
    const { algorithm, key: octets, rest } = readPrivateKeyFields(key.pkcs8, 'private key');
    const { oid, parameters } = algorithm;
    if (oid === Oid.rsaEncryption || oid === Oid.rsassaPss) return rsaPublicKey(octets.octets());
    if (oid === Oid.dsa && parameters) return dsaPublicKey(parameters, octets.octets());
    const derived = publicKeyOf(key);
    if (derived) return derived;
    // This is the [1] IMPLICIT BIT STRING of OneAsymmetricKey (RFC 5958 2), after one octet that counts the unused bits.
    return rest.find((field) => field.tag === contextTag(1))?.content.subarray(1);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/**
 * Converts RSAPrivateKey { version, n, e, … } to RSAPublicKey { n, e } (RFC 8017 A.1). If e is 0, it is found with
 * {@link likelyPublicExponent}.
 */
function rsaPublicKey(octets: Uint8Array): Uint8Array | undefined {
  const [, modulus, exponent] = Asn1Element.only(octets, 'RSA private key').sequence('RSAPrivateKey');
  if (!modulus || !exponent) return undefined;
  if (exponent.integer('public exponent') !== 0n) return encodeSequence(modulus.raw, exponent.raw);
  const likely = likelyPublicExponent(readRsaPrivateKey(octets, 'RSA private key'));
  return likely === undefined ? undefined : encodeSequence(modulus.raw, encodeInteger(likely));
}

/** Computes a DSAPublicKey (RFC 3279 2.3.2) without OpenSSL, because Node 20 aborts the process for some DSA keys. */
function dsaPublicKey(parameters: Asn1Element, octets: Uint8Array): Uint8Array | undefined {
  const x = Asn1Element.only(octets, 'DSA private key').integer('DSA private key');
  const y = publicNumber(readDsaParameters(parameters), x);
  return y === undefined ? undefined : encodeInteger(y);
}

function publicKeyOf(key: PrivateKey): Uint8Array | undefined {
  const spki = derivedKey(normalizePkcs8, key.pkcs8)?.export({ format: 'der', type: 'spki' });
  return spki && readPublicKeyFields(spki).bits.bitOctets('public key');
}

/**
 * Returns the public key that belongs to a private key as SubjectPublicKeyInfo (RFC 5280 4.1.2.7) in DER, with the algorithm of the private
 * key.
 * @returns undefined in the same cases as {@link publicKeyBits}
 */
export function publicKeyInfoOf(key: PrivateKey): Uint8Array | undefined {
  const bits = publicKeyBits(key);
  if (bits === undefined) return undefined;
  const { algorithmElement } = readPrivateKeyFields(key.pkcs8, 'private key');
  return encodeSequence(algorithmElement.raw, encodeElement(Tag.bitString, Uint8Array.of(0), bits));
}
