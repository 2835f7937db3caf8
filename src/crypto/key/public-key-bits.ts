import { createPublicKey } from 'node:crypto';
import { Asn1Element } from '../../asn1/element.js';
import { encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag } from '../../asn1/tag.js';
import { StoreMalformedError } from '../../errors.js';
import { toKeyObject } from './key-pair.js';
import type { PrivateKey } from './private-key.js';

/**
 * The content of the BIT STRING that holds the public key in a certificate for this private key (RFC 5280 4.1.2.7):
 * equal bits are a pair. The algorithm beside them is left out, since an RSA key restricted to PSS fits a plain certificate too.
 * @returns undefined if the key does not tell and OpenSSL does not know its algorithm
 */
export function publicKeyBits(key: PrivateKey): Uint8Array | undefined {
  try {
    const [, algorithm, privateKey, ...rest] = Asn1Element.only(key.pkcs8, 'private key').sequence('PrivateKeyInfo');
    if (!algorithm || !privateKey) return undefined;
    const oid = algorithm.sequence('algorithm')[0]?.oid('algorithm');
    if (oid === Oid.rsaEncryption || oid === Oid.rsassaPss) return rsaPublicKey(privateKey.octets());
    const fromOpenssl = publicKeyOf(key);
    if (fromOpenssl) return fromOpenssl;
    // OneAsymmetricKey's [1] IMPLICIT BIT STRING (RFC 5958 2), after one octet that counts unused bits.
    return rest.find((field) => field.tag === contextTag(1))?.content.subarray(1);
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/** RSAPublicKey { n, e } out of RSAPrivateKey { version, n, e, … } (RFC 8017 A.1): no arithmetic, so not worth a call of OpenSSL. */
function rsaPublicKey(privateKey: Uint8Array): Uint8Array | undefined {
  const [, modulus, exponent] = Asn1Element.only(privateKey, 'RSA private key').sequence('RSAPrivateKey');
  return modulus && exponent && encodeSequence(modulus.raw, exponent.raw);
}

function publicKeyOf(key: PrivateKey): Uint8Array | undefined {
  const keyObject = toKeyObject(key);
  if (keyObject === undefined) return undefined;
  const spki = createPublicKey(keyObject).export({ format: 'der', type: 'spki' });
  return Asn1Element.only(spki, 'public key').sequence('SubjectPublicKeyInfo')[1]?.bitOctets('public key');
}
