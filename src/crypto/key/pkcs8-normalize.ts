import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag } from '../../asn1/tag.js';
import { join } from '../../bytes/concat.js';

/** OIDs of RFC 8410. Bouncy Castle stores the public key with the private key only for these algorithms. */
const edwardsAndMontgomery: ReadonlySet<string> = new Set([Oid.ed25519, Oid.ed448, Oid.x25519, Oid.x448]);

/**
 * Converts a key that OpenSSL 3.0 does not load. Bouncy Castle encodes Ed25519, Ed448, X25519 and X448 keys as OneAsymmetricKey version 2,
 * with the public key in `[1]` (RFC 5958 2). OpenSSL 3.0, which Node 20 contains, does not load this, but every OpenSSL loads the same key
 * as PrivateKeyInfo version 1 (RFC 5208 5). No other part of the key is changed, and all other keys are returned unchanged.
 * @param pkcs8 the key in DER; it is neither changed nor kept
 * @returns `pkcs8` itself, or a copy without the public key
 * @throws {StoreMalformedError} if the bytes are not a PrivateKeyInfo
 */
export function normalizePkcs8(pkcs8: Uint8Array, path = 'private key'): Uint8Array {
  const [version, algorithm, key, ...rest] = Asn1Element.only(pkcs8, path).sequence('PrivateKeyInfo');
  if (!version || !algorithm || !key) return pkcs8;
  const kept = rest.filter((field) => field.tag !== contextTag(1));
  if (kept.length === rest.length) return pkcs8;
  if (!edwardsAndMontgomery.has(readAlgorithmIdentifier(algorithm, 'key algorithm').oid)) return pkcs8;
  return encodeSequence(encodeInteger(0), algorithm.raw, key.raw, join(kept.map((field) => field.raw)));
}
