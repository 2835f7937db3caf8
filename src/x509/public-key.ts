import { createPublicKey, type KeyObject } from 'node:crypto';
import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../asn1/element.js';
import { contentAt, endAt } from '../asn1/element-bounds.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import type { Certificate, PublicKeySummary } from './certificate.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { ifReadable } from './readable.js';

const sequenceTag = Tag.sequence | 0x20;

/** OpenSSL's form of a certificate's key; undefined if this OpenSSL does not know its algorithm or finds it broken. */
export function publicKeyOf(certificate: ParsedCertificate): KeyObject | undefined {
  return certificate.once(readPublicKey);
}

function readPublicKey({ parts }: ParsedCertificate): KeyObject | undefined {
  try {
    return importPublicKey(parts.subjectPublicKeyInfo);
  } catch {
    return undefined;
  }
}

/**
 * OpenSSL 3.0 tries its decoders one after another on a SubjectPublicKeyInfo, and takes twenty times as long as for the bare
 * RSAPublicKey inside (RFC 8017 A.1.1).
 */
function importPublicKey(info: Asn1Element): KeyObject {
  const [algorithm, bits] = info.sequence('SubjectPublicKeyInfo');
  const isRsa =
    algorithm && bits && readAlgorithmIdentifier(algorithm, 'public key algorithm').oid === Oid.rsaEncryption;
  return isRsa
    ? createPublicKey({ key: Buffer.from(bits.bitOctets('public key')), format: 'der', type: 'pkcs1' })
    : createPublicKey({ key: Buffer.from(info.raw), format: 'der', type: 'spki' });
}

/** What is asked of a key beside its use. */
export interface KeyDetails {
  /** Bits of the modulus of RSA, or of the prime p of DSA. */
  readonly modulusLength?: number;
  readonly publicExponent?: bigint;
  /** OpenSSL's name. */
  readonly namedCurve?: string;
}

/**
 * What OpenSSL says of a certificate's key; nothing of one that it does not take. Of DSA it is not asked: for a key whose number y cannot be one,
 * Node ends the process (an assertion in GetDsaKeyDetail), and such a key is a certificate of a few octets.
 */
export function keyDetails(certificate: ParsedCertificate): KeyDetails {
  const key = publicKeyOf(certificate);
  if (key?.asymmetricKeyType !== 'dsa') return key?.asymmetricKeyDetails ?? {};
  const modulusLength = ifReadable(() => dsaPrimeBits(certificate));
  return modulusLength === undefined ? {} : { modulusLength };
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
  return certificate.once(judgeKey);
}

function judgeKey(certificate: ParsedCertificate): string | undefined {
  // Most keys are RSA's, and their length can be seen; to import one takes longer than all else that is looked at here.
  if ((ifReadable(() => rsaModulusBits(certificate)) ?? 0) >= 2048) return undefined;
  const { modulusLength, namedCurve } = keyDetails(certificate);
  if (modulusLength !== undefined && modulusLength < 2048) return `${certificate.publicKeyAlgorithm} ${modulusLength}`;
  const bits = namedCurve === undefined ? undefined : curveBits(namedCurve);
  return bits !== undefined && bits < 224 ? `curve ${namedCurve}` : undefined;
}

/** Bits of the modulus of an everyday RSA key; undefined for other keys, and for those that are built in another way. */
function rsaModulusBits(certificate: ParsedCertificate): number | undefined {
  const [algorithm, bits] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  if (!algorithm || !bits || bits.tag !== Tag.bitString) return undefined;
  if (readAlgorithmIdentifier(algorithm, 'public key algorithm').oid !== Oid.rsaEncryption) return undefined;
  // The RSAPublicKey (RFC 8017 A.1.1), behind the octet that counts unused bits: a sequence that begins with the modulus.
  return bitsOfFirstNumber(bits.content.subarray(1));
}

/** Bits of the prime p, the first of Dss-Parms (RFC 3279 2.3.2). */
function dsaPrimeBits(certificate: ParsedCertificate): number | undefined {
  const [algorithm] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  const { parameters } = algorithm ? readAlgorithmIdentifier(algorithm, 'public key algorithm') : {};
  return parameters && bitsOfFirstNumber(parameters.raw);
}

/** Of a sequence that begins with a number. */
function bitsOfFirstNumber(sequence: Uint8Array): number | undefined {
  const number = contentAt(sequence, 0);
  const end = endAt(sequence, number, sequence.length);
  if (sequence[0] !== sequenceTag || sequence[number] !== Tag.integer || end < 0) return undefined;
  let at = contentAt(sequence, number);
  while (at < end && sequence[at] === 0) at++;
  return at === end ? undefined : (end - at) * 8 - Math.clz32(sequence[at] as number) + 24;
}

/** The size of a curve's field; OpenSSL's names carry it as their first number of three digits. */
export function curveBits(name: string): number | undefined {
  const digits = /\d{3}/.exec(name)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Algorithm, size and curve of a certificate's key, as far as they can be read. */
export function publicKeySummary(certificate: ParsedCertificate): PublicKeySummary {
  const algorithm = ifReadable(() => certificate.publicKeyAlgorithm);
  if (algorithm === undefined) return { algorithm: 'unknown' };
  const { modulusLength, namedCurve } = keyDetails(certificate);
  const size = modulusLength ?? (namedCurve === undefined ? undefined : curveBits(namedCurve));
  return { algorithm, ...(size !== undefined && { size }), ...(namedCurve !== undefined && { curve: namedCurve }) };
}

/** The key of a certificate in a few words: `RSA 2048`, `EC prime256v1`, `Ed25519`. */
export function describePublicKey({ publicKey: { algorithm, size, curve } }: Certificate): string {
  const detail = curve ?? size;
  return detail === undefined ? algorithm : `${algorithm} ${detail}`;
}
