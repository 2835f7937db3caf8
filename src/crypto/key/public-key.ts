import { Asn1Element } from '../../asn1/element.js';
import { encodeElement, encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { StoreMalformedError } from '../../errors.js';
import { publicNumber, readDsaParameters } from './finite-field-key.js';
import { derivedKey } from './key-pair.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';
import { likelyPublicExponent, readRsaPrivateKey } from './rsa-private-key.js';

/**
 * The public key that a private key states, as it stands in the BIT STRING of a certificate (RFC 5280 4.1.2.7), to look for that
 * certificate. Only `fitsPublicKey` checks that the private numbers belong to it. The algorithm is left out, since an RSA
 * key restricted to PSS fits a plain certificate too.
 * @returns undefined if the key does not state it and the platform does not know its algorithm
 */
export function publicKeyBits(key: PrivateKey): Uint8Array | undefined {
  try {
    const [, algorithm, privateKey, ...rest] = Asn1Element.only(key.pkcs8, 'private key').sequence('PrivateKeyInfo');
    if (!algorithm || !privateKey) return undefined;
    const [name, parameters] = algorithm.sequence('algorithm');
    const oid = name?.oid('algorithm');
    if (oid === Oid.rsaEncryption || oid === Oid.rsassaPss) return rsaPublicKey(privateKey.octets());
    if (oid === Oid.dsa && parameters) return dsaPublicKey(parameters, privateKey.octets());
    const derived = publicKeyOf(key);
    if (derived) return derived;
    // OneAsymmetricKey's [1] IMPLICIT BIT STRING (RFC 5958 2), after one octet that counts unused bits.
    return rest.find((field) => field.tag === contextTag(1))?.content.subarray(1);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/** RSAPublicKey { n, e } out of RSAPrivateKey { version, n, e, … } (RFC 8017 A.1). */
function rsaPublicKey(octets: Uint8Array): Uint8Array | undefined {
  const [, modulus, exponent] = Asn1Element.only(octets, 'RSA private key').sequence('RSAPrivateKey');
  if (!modulus || !exponent) return undefined;
  if (exponent.integer('public exponent') !== 0n) return encodeSequence(modulus.raw, exponent.raw);
  const likely = likelyPublicExponent(readRsaPrivateKey(octets, 'RSA private key'));
  return likely === undefined ? undefined : encodeSequence(modulus.raw, encodeInteger(likely));
}

/** DSAPublicKey (RFC 3279 2.3.2), computed without OpenSSL, because Node 20 aborts on some DSA keys. */
function dsaPublicKey(parameters: Asn1Element, octets: Uint8Array): Uint8Array | undefined {
  const x = Asn1Element.only(octets, 'DSA private key').integer('DSA private key');
  const y = publicNumber(readDsaParameters(parameters), x);
  return y === undefined ? undefined : encodeInteger(y);
}

function publicKeyOf(key: PrivateKey): Uint8Array | undefined {
  const spki = derivedKey(normalizePkcs8, key.pkcs8)?.export({ format: 'der', type: 'spki' });
  return spki && Asn1Element.only(spki, 'public key').sequence('SubjectPublicKeyInfo')[1]?.bitOctets('public key');
}

/**
 * The public key that a private key states, as certificates hold it: SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER.
 * @returns undefined as {@link publicKeyBits} does
 */
export function publicKeyInfoOf(key: PrivateKey): Uint8Array | undefined {
  const bits = publicKeyBits(key);
  const [, algorithm] = bits ? Asn1Element.only(key.pkcs8, 'private key').sequence('PrivateKeyInfo') : [];
  return bits && algorithm && encodeSequence(algorithm.raw, encodeElement(Tag.bitString, Uint8Array.of(0), bits));
}
