import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag } from '../../asn1/tag.js';
import { join } from '../../bytes/concat.js';

/** OIDs of RFC 8410. Bouncy Castle stores the public key with the private key only for these algorithms. */
const edwardsAndMontgomery: ReadonlySet<string> = new Set([Oid.ed25519, Oid.ed448, Oid.x25519, Oid.x448]);

/**
 * Removes the public key from an Ed25519, Ed448, X25519 or X448 key, so that OpenSSL 3.0 (in Node 20) loads it. All other keys are returned
 * unchanged. Bouncy Castle encodes keys of these four algorithms as OneAsymmetricKey version 2, with the public key in `[1]` (RFC 5958 2).
 * The result is a PrivateKeyInfo version 1 (RFC 5208 5) with the same attributes.
 * @param pkcs8 the key in DER; it is neither changed nor kept
 * @returns `pkcs8` itself, or a copy without the public key
 * @throws {StoreMalformedError} if the bytes are not an ASN.1 SEQUENCE, or if the algorithm is malformed
 */
export function normalizePkcs8(pkcs8: Uint8Array, path = 'private key'): Uint8Array {
  const [, algorithm, key, ...rest] = Asn1Element.only(pkcs8, path).sequence('PrivateKeyInfo');
  const kept = rest.filter((field) => field.tag !== contextTag(1));
  if (!algorithm || !key || kept.length === rest.length) return pkcs8;
  if (!edwardsAndMontgomery.has(readAlgorithmIdentifier(algorithm, 'key algorithm').oid)) return pkcs8;
  return encodeSequence(encodeInteger(0), algorithm.raw, key.raw, join(kept.map((field) => field.raw)));
}
