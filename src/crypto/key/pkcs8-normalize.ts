import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { encodeInteger, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag } from '../../asn1/tag.js';
import { join } from '../../bytes/concat.js';

/** RFC 8410's algorithms, the only ones for which Bouncy Castle writes the public key along. */
const edwardsAndMontgomery: ReadonlySet<string> = new Set([Oid.ed25519, Oid.ed448, Oid.x25519, Oid.x448]);

/**
 * Bouncy Castle encodes Ed25519, Ed448, X25519 and X448 keys as OneAsymmetricKey of version 2 with the public key in `[1]`
 * (RFC 5958 2). OpenSSL 3.0, and with it Node 20, stumbles over that field; the same key as PrivateKeyInfo of version 1
 * (RFC 5208 5) loads everywhere. Everything else in the key stays as it is, and any other key is given back untouched.
 * @param pkcs8 DER; it is neither changed nor kept
 * @returns `pkcs8` itself, or the key without the public key, in bytes of its own
 * @throws {StoreMalformedError} if the bytes are no PrivateKeyInfo
 */
export function normalizePkcs8(pkcs8: Uint8Array, path = 'private key'): Uint8Array {
  const [version, algorithm, key, ...rest] = Asn1Element.only(pkcs8, path).sequence('PrivateKeyInfo');
  if (!version || !algorithm || !key) return pkcs8;
  const kept = rest.filter((field) => field.tag !== contextTag(1));
  if (kept.length === rest.length) return pkcs8;
  if (!edwardsAndMontgomery.has(readAlgorithmIdentifier(algorithm, 'key algorithm').oid)) return pkcs8;
  return encodeSequence(encodeInteger(0), algorithm.raw, key.raw, join(kept.map((field) => field.raw)));
}
