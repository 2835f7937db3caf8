import { encodeOctetString, encodeSequence } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { join } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import { readPrivateKeyFields, readPublicKeyFields } from './key-fields.js';
import { type PrivateKey, privateKey } from './private-key.js';
import {
  completeRsaPrivateKey,
  encodeRsaPrivateKey,
  isIncomplete,
  readRsaPrivateKey,
  readRsaPublicKey,
} from './rsa-private-key.js';

/**
 * Adds the numbers that an RSA key lacks (public exponent, primes, and the numbers derived from the primes), because OpenSSL does not load
 * a key without them. Java writes such a key if a program gave it only the modulus and the private exponent (RSAPrivateKeySpec).
 * @param spki SubjectPublicKeyInfo of the key's certificate, which contains the public exponent
 * @returns the completed key, which the caller must overwrite after use; undefined if the key is not an RSA key or lacks nothing, if the
 * certificate belongs to another key, or if the missing numbers cannot be computed
 * @throws {StoreMalformedError} if the key or the SubjectPublicKeyInfo is malformed
 */
export function completedKey(key: PrivateKey, spki: Uint8Array): PrivateKey | undefined {
  const fields = readPrivateKeyFields(key.pkcs8, 'key');
  const { oid } = fields.algorithm;
  if (oid !== Oid.rsaEncryption && oid !== Oid.rsassaPss) return undefined;
  const rsa = readRsaPrivateKey(fields.key.octets(), 'RSA private key');
  if (!isIncomplete(rsa)) return undefined;
  const { modulus, publicExponent } = readRsaPublicKey(readPublicKeyFields(spki).bits.bitOctets('public key'));
  const completed = rsa.modulus === modulus ? completeRsaPrivateKey(rsa, publicExponent) : undefined;
  if (completed === undefined) return undefined;
  const encoded = encodeRsaPrivateKey(completed);
  const { version, algorithmElement, rest } = fields;
  const attributes = join(rest.map(({ raw }) => raw));
  const pkcs8 = encodeSequence(version.raw, algorithmElement.raw, encodeOctetString(encoded), attributes);
  wipe(encoded);
  return privateKey(key.algorithm, pkcs8);
}
