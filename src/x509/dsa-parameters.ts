import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../asn1/element.js';
import { encodeObjectIdentifier, encodeSequence } from '../asn1/encode.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import { importPublicKey, type PublicKey } from '../crypto/platform.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { ifReadable } from './tolerate-malformed.js';

/**
 * Checks whether a certificate's DSA key lacks domain parameters. Such a key inherits those of its issuer's key (RFC 3279 2.3.2, RFC 5280
 * 6.1.4).
 */
export function inheritsDsaParameters(certificate: ParsedCertificate): boolean {
  return certificate.once(lacksDsaParameters);
}

function lacksDsaParameters(certificate: ParsedCertificate): boolean {
  const key = ifReadable(() => readDsaKey(certificate));
  return key !== undefined && key.parameters === undefined;
}

/**
 * Combines the DSA key of a certificate with the domain parameters of the key in `source`.
 * @returns undefined if one of the keys is not a DSA key, `source` has no parameters, or the platform rejects the combined key
 */
export function keyWithParametersOf(certificate: ParsedCertificate, source: ParsedCertificate): PublicKey | undefined {
  const own = ifReadable(() => readDsaKey(certificate));
  const parameters = ifReadable(() => readDsaKey(source))?.parameters;
  if (!own || !parameters) return undefined;
  const spki = encodeSequence(encodeSequence(encodeObjectIdentifier(Oid.dsa), parameters.raw), own.bits.raw);
  try {
    return importPublicKey(spki, 'spki');
  } catch {
    return undefined;
  }
}

function readDsaKey(
  certificate: ParsedCertificate,
): { parameters: Asn1Element | undefined; bits: Asn1Element } | undefined {
  const [algorithm, bits] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  if (!algorithm || !bits) return undefined;
  const { oid, parameters } = readAlgorithmIdentifier(algorithm, 'public key algorithm');
  if (oid !== Oid.dsa) return undefined;
  return { parameters: parameters?.tag === Tag.sequence ? parameters : undefined, bits };
}
