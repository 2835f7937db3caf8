import { createPublicKey, type KeyObject } from 'node:crypto';
import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import { type Certificate, type ParsedCertificate, withParts } from './certificate.js';
import { ifReadable } from './readable.js';

const keys = new WeakMap<ParsedCertificate, KeyObject | null>();

/** OpenSSL's form of a certificate's key; undefined if this OpenSSL does not know its algorithm or finds it broken. */
export function publicKeyOf(certificate: ParsedCertificate): KeyObject | undefined {
  let key = keys.get(certificate);
  if (key === undefined) {
    try {
      key = createPublicKey({
        key: Buffer.from(certificate.parts.subjectPublicKeyInfo.raw),
        format: 'der',
        type: 'spki',
      });
    } catch {
      key = null;
    }
    keys.set(certificate, key);
  }
  return key ?? undefined;
}

/** Whether an elliptic curve is spelt out instead of named, which RFC 5480 2.1.1 forbids: the numbers could be anybody's. */
export function hasExplicitCurve(certificate: ParsedCertificate): boolean {
  const [element] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  if (element === undefined) return false;
  const { oid, parameters } = readAlgorithmIdentifier(element, 'public key algorithm');
  return oid === Oid.ecPublicKey && parameters?.tag !== Tag.oid;
}

/**
 * In words, that a key gives less than 112 bits of security (NIST SP 800-57 part 1, table 2); undefined if it is
 * strong enough, or of a kind that cannot be judged here.
 */
export function weakKey(certificate: ParsedCertificate): string | undefined {
  const key = publicKeyOf(certificate);
  const { modulusLength, namedCurve } = key?.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < 2048) return `${certificate.publicKeyAlgorithm} ${modulusLength}`;
  const bits = namedCurve === undefined ? undefined : curveBits(namedCurve);
  return bits !== undefined && bits < 224 ? `curve ${namedCurve}` : undefined;
}

/** The size of a curve's field; OpenSSL's names carry it as their first number of three digits. */
export function curveBits(name: string): number | undefined {
  const digits = /\d{3}/.exec(name)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** The key of a certificate in a few words: `RSA 2048`, `EC prime256v1`, `Ed25519`. */
export function describePublicKey(certificate: Certificate): string {
  const algorithm = ifReadable(() => certificate.publicKeyAlgorithm);
  if (algorithm === undefined) return 'unreadable key';
  const { modulusLength, namedCurve } = publicKeyOf(withParts(certificate))?.asymmetricKeyDetails ?? {};
  const size = modulusLength ?? namedCurve;
  return size === undefined ? algorithm : `${algorithm} ${size}`;
}
