import { Asn1Element } from '../../asn1/element.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { Jks2PemError } from '../../errors.js';

/**
 * Describes a DER file that users mistake for a keystore.
 * @returns undefined if its structure is unknown
 */
export function describeDer(bytes: Uint8Array): string | undefined {
  try {
    return describe(Asn1Element.first(bytes, 'file'));
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}

function describe(file: Asn1Element): string | undefined {
  const parts = file.sequence('file');
  const [first, second, third] = parts;
  if (first?.tag === Tag.oid) return 'a PKCS#7 bundle of certificates (.p7b), which has no private key';
  if (first?.tag === Tag.integer) return describeKey(second, third);
  if (first?.tag !== Tag.sequence) return undefined;
  // EncryptedPrivateKeyInfo: an algorithm and an OCTET STRING (RFC 5208 6).
  if (second?.tag === Tag.octetString && parts.length === 2) return 'an encrypted private key in PKCS#8 form';
  return third?.tag === Tag.bitString ? describeSigned(first.children()) : undefined;
}

/**
 * Distinguishes private keys by the element after the version: PrivateKeyInfo has an algorithm there, RSAPrivateKey the modulus,
 * ECPrivateKey the key.
 */
function describeKey(second: Asn1Element | undefined, third: Asn1Element | undefined): string | undefined {
  if (second?.tag === Tag.sequence && third?.tag === Tag.octetString)
    return 'a private key in PKCS#8 form, not encrypted';
  if (second?.tag === Tag.integer) return 'an RSA private key in PKCS#1 form, not encrypted';
  return second?.tag === Tag.octetString ? 'an EC private key in SEC1 form, not encrypted' : undefined;
}

/** Distinguishes certificates, requests and revocation lists, which are all { content, algorithm, signature }. */
function describeSigned(fields: readonly Asn1Element[]): string {
  const tags = fields.map((field) => field.tag);
  if (tags.includes(Tag.utcTime) || tags.includes(Tag.generalizedTime)) return 'a certificate revocation list';
  // CertificationRequestInfo { version, subject, key, [0] attributes } (RFC 2986 4.1).
  const isRequest = tags[0] === Tag.integer && tags[1] === Tag.sequence && tags[3] === contextTag(0);
  return isRequest ? 'a certificate request (CSR)' : 'a certificate in DER form, which has no private key';
}
