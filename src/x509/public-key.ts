import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../asn1/element.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import { contentAt, endAt } from '../asn1/usual-der-bounds.js';
import { importPublicKey as importKey, type PublicKey } from '../crypto/platform.js';
import type { Certificate, PublicKeySummary } from './certificate.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { ifReadable } from './tolerate-malformed.js';

const sequenceTag = Tag.sequence | 0x20;

/**
 * Imports a certificate's public key.
 * @returns undefined if the key is malformed, or if the platform does not support its algorithm or rejects it
 */
export function publicKeyOf(certificate: ParsedCertificate): PublicKey | undefined {
  return certificate.once(readPublicKey);
}

/**
 * The key that was imported last. Some keystores contain many certificates of one key, and an import takes as long as a signature check.
 */
let lastImport: { readonly info: string; readonly key: PublicKey | undefined } | undefined;

function readPublicKey({ parts, publicKeyInfo }: ParsedCertificate): PublicKey | undefined {
  if (lastImport?.info === publicKeyInfo) return lastImport.key;
  let key: PublicKey | undefined;
  try {
    key = importPublicKey(parts.subjectPublicKeyInfo);
  } catch {
    // The key is malformed, or the platform does not support its algorithm or rejects it.
  }
  lastImport = { info: publicKeyInfo, key };
  return key;
}

/**
 * Imports a SubjectPublicKeyInfo. For RSA, OpenSSL gets only the RSAPublicKey inside (RFC 8017 A.1.1), which OpenSSL 3.0 imports much
 * faster, because it does not have to try several decoders.
 */
function importPublicKey(info: Asn1Element): PublicKey {
  const [algorithm, bits] = info.sequence('SubjectPublicKeyInfo');
  const isRsa =
    algorithm && bits && readAlgorithmIdentifier(algorithm, 'public key algorithm').oid === Oid.rsaEncryption;
  return isRsa ? importKey(bits.bitOctets('public key'), 'pkcs1') : importKey(info.raw, 'spki');
}

/** The parameters of a public key. */
interface KeyDetails {
  /** Bits of the modulus of RSA, or of the prime p of DSA. */
  readonly modulusLength?: number;
  readonly publicExponent?: bigint;
  /** OpenSSL's name of the elliptic curve. */
  readonly namedCurve?: string;
}

/**
 * Returns the details of a certificate's key; empty if the platform cannot import the key. The size of the prime of a DSA key is read from
 * the DER, because Node aborts the process for a DSA key with an invalid y (an assertion in GetDsaKeyDetail).
 */
export function keyDetails(certificate: ParsedCertificate): KeyDetails {
  const key = publicKeyOf(certificate);
  if (key?.asymmetricKeyType !== 'dsa') return key?.asymmetricKeyDetails ?? {};
  const modulusLength = ifReadable(() => dsaPrimeBits(certificate));
  return modulusLength === undefined ? {} : { modulusLength };
}

/**
 * Returns a problem if an EC key does not name its curve by OID. RFC 5480 2.1.1 forbids both explicit parameters and parameters that are
 * inherited from the issuer: an attacker can choose explicit parameters so that a forged signature is valid (CVE-2020-0601).
 */
export function curveProblem(certificate: ParsedCertificate): string | undefined {
  const [element] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  if (element === undefined) return undefined;
  const { oid, parameters } = readAlgorithmIdentifier(element, 'public key algorithm');
  if (oid !== Oid.ecPublicKey || parameters?.tag === Tag.oid) return undefined;
  return parameters?.tag === Tag.sequence
    ? 'gives explicit parameters of its elliptic curve instead of the name'
    : 'does not name its elliptic curve';
}

/**
 * Describes a certificate's key if it has less than 112 bits of security: RSA and DSA below 2048 bits, elliptic curves below 224 bits (NIST
 * SP 800-57 part 1, table 2).
 * @returns undefined if the key is strong enough, or if its strength is unknown
 */
export function weakKey(certificate: ParsedCertificate): string | undefined {
  return certificate.once(judgeKey);
}

function judgeKey(certificate: ParsedCertificate): string | undefined {
  const { modulusLength, namedCurve } = quickDetails(certificate) ?? keyDetails(certificate);
  if (modulusLength !== undefined && modulusLength < 2048) return `${certificate.publicKeyAlgorithm} ${modulusLength}`;
  const bits = namedCurve === undefined ? undefined : curveBits(namedCurve);
  return bits !== undefined && bits < 224 ? `curve ${namedCurve}` : undefined;
}

/** Returns the number of bits of an RSA modulus; undefined for other keys, and for encodings that {@link endAt} does not support. */
function rsaModulusBits(certificate: ParsedCertificate): number | undefined {
  const [algorithm, bits] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  if (!algorithm || !bits || bits.tag !== Tag.bitString) return undefined;
  if (readAlgorithmIdentifier(algorithm, 'public key algorithm').oid !== Oid.rsaEncryption) return undefined;
  // The RSAPublicKey (RFC 8017 A.1.1) follows the octet that counts the unused bits. Its first element is the modulus.
  return bitsOfFirstNumber(bits.content.subarray(1));
}

/** Returns the number of bits of the prime p of a DSA key, the first element of Dss-Parms (RFC 3279 2.3.2). */
function dsaPrimeBits(certificate: ParsedCertificate): number | undefined {
  const [algorithm] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  const { parameters } = algorithm ? readAlgorithmIdentifier(algorithm, 'public key algorithm') : {};
  return parameters && bitsOfFirstNumber(parameters.raw);
}

/** Returns the number of bits of the first element of a SEQUENCE, if it is an INTEGER. */
function bitsOfFirstNumber(sequence: Uint8Array): number | undefined {
  const number = contentAt(sequence, 0);
  const end = endAt(sequence, number, sequence.length);
  if (sequence[0] !== sequenceTag || sequence[number] !== Tag.integer || end === -1) return undefined;
  let at = contentAt(sequence, number);
  while (at < end && sequence[at] === 0) at++;
  return at === end ? undefined : (end - at) * 8 - Math.clz32(sequence[at] as number) + 24;
}

/**
 * Returns the field size of a curve in bits, which is the first three-digit number in OpenSSL's name of the curve; undefined if the name
 * contains none.
 */
export function curveBits(name: string): number | undefined {
  const digits = /\d{3}/.exec(name)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** Returns algorithm, size and curve of a certificate's key, as far as they can be read. */
export function publicKeySummary(certificate: ParsedCertificate): PublicKeySummary {
  const algorithm = ifReadable(() => certificate.publicKeyAlgorithm);
  if (algorithm === undefined) return { algorithm: 'unknown' };
  const { modulusLength, namedCurve } = quickDetails(certificate) ?? keyDetails(certificate);
  const size = modulusLength ?? (namedCurve === undefined ? undefined : curveBits(namedCurve));
  return { algorithm, ...(size !== undefined && { size }), ...(namedCurve !== undefined && { curve: namedCurve }) };
}

/** OpenSSL's names of the common curves (RFC 5480 2.1.1.1, SEC 2, RFC 5639). */
const curveNames: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.3.1.7', 'prime256v1'],
  ['1.3.132.0.34', 'secp384r1'],
  ['1.3.132.0.35', 'secp521r1'],
  ['1.3.132.0.10', 'secp256k1'],
  ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1'],
  ['1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1'],
  ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1'],
]);

/**
 * Reads the size of an RSA key, or the curve of an EC key, directly from the DER, because importing thousands of keys into OpenSSL is slow.
 * @returns undefined for other keys, for encodings that {@link endAt} does not support, and for curves that are not in {@link curveNames}
 */
function quickDetails(certificate: ParsedCertificate): KeyDetails | undefined {
  const modulusLength = ifReadable(() => rsaModulusBits(certificate));
  if (modulusLength !== undefined) return { modulusLength };
  const namedCurve = ifReadable(() => curveNames.get(curveOidOf(certificate) ?? ''));
  return namedCurve === undefined ? undefined : { namedCurve };
}

/** @throws {MalformedError} if the parameters of an EC key are not an OID */
function curveOidOf(certificate: ParsedCertificate): string | undefined {
  const [algorithm] = certificate.parts.subjectPublicKeyInfo.sequence('SubjectPublicKeyInfo');
  const { oid, parameters } = algorithm ? readAlgorithmIdentifier(algorithm, 'public key algorithm') : {};
  return oid === Oid.ecPublicKey ? parameters?.oid('curve') : undefined;
}

/** Describes a certificate's key: `RSA 2048`, `EC prime256v1`, `Ed25519`. */
export function describePublicKey({ publicKey: { algorithm, size, curve } }: Certificate): string {
  const detail = curve ?? size;
  return detail === undefined ? algorithm : `${algorithm} ${detail}`;
}
