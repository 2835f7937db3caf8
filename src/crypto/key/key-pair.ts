import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { contentAt, endAt } from '../../asn1/skim.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';

/** OpenSSL's form of the key; undefined if this OpenSSL does not know its algorithm or finds it broken. */
export function toKeyObject(key: PrivateKey): KeyObject | undefined {
  let loadable: Uint8Array | undefined;
  try {
    loadable = normalizePkcs8(key.pkcs8);
    const view = Buffer.from(loadable.buffer, loadable.byteOffset, loadable.length);
    return createPrivateKey({ key: view, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  } finally {
    if (loadable !== key.pkcs8) wipe(loadable);
  }
}

/** RFC 8017 has one kind of key under three names: what it may be used for is told apart, the numbers are not. */
const rsaFamily: ReadonlySet<string> = new Set([Oid.rsaEncryption, Oid.rsassaPss, Oid.rsaesOaep]);

/**
 * Whether a private key and the public key of a certificate are a pair.
 * @returns undefined if this OpenSSL cannot tell, because it does not know their algorithm
 * @throws {StoreMalformedError} if one of them is not what it should be
 */
export function fitsCertificate(key: PrivateKey, certificateDer: Uint8Array): boolean | undefined {
  return fitsPublicKey(key, publicKeyInfoOf(certificateDer));
}

/** The same for the SubjectPublicKeyInfo of a certificate. */
export function fitsPublicKey(key: PrivateKey, spki: Uint8Array): boolean | undefined {
  const [, ownAlgorithm, octets] = Asn1Element.first(key.pkcs8, 'key').sequence('key');
  const [certifiedAlgorithm, bits] = Asn1Element.first(spki, 'key').sequence('key');
  const [own, certified] = [algorithmOf(ownAlgorithm, key.pkcs8), algorithmOf(certifiedAlgorithm, spki)];
  if (own !== certified && !(rsaFamily.has(own) && rsaFamily.has(certified))) return false;
  if (own === Oid.rsaEncryption && certified === own && haveSameRsaNumbers(octets, bits)) return true;
  const publicKey = toPublicKeyObject(spki);
  const privateKey = toKeyObject(key);
  if (publicKey === undefined) return undefined;
  // OpenSSL knows the algorithm, so it is the key that is broken: it fits nothing.
  if (privateKey === undefined) return false;
  return samePublicKey(publicKey, createPublicKey(privateKey));
}

const sequenceTag = Tag.sequence | 0x20;
/** Modulus and exponents, two primes, two exponents of theirs and a coefficient, behind a version (RFC 8017 A.1.2). */
const rsaPrivateKeyFields = 9;

/**
 * Whether modulus and public exponent stand in both keys octet for octet; OpenSSL takes longer to load them than all else takes.
 * @returns false too if they cannot be found that easily
 */
function haveSameRsaNumbers(octets: Asn1Element | undefined, bits: Asn1Element | undefined): boolean {
  if (octets?.tag !== Tag.octetString || octets.constructed || bits?.tag !== Tag.bitString) return false;
  const [privateKey, publicKey] = [integersOf(octets.content), integersOf(bits.content.subarray(1))];
  if (privateKey?.length !== rsaPrivateKeyFields || publicKey?.length !== 2) return false;
  return [0, 1].every((at) => equalBytes(privateKey[at + 1] as Uint8Array, publicKey[at] as Uint8Array));
}

/** The contents of a SEQUENCE of INTEGERs, none of them empty or negative; undefined if it is anything else. */
function integersOf(der: Uint8Array): Uint8Array[] | undefined {
  if (der[0] !== sequenceTag || endAt(der, 0, der.length) !== der.length) return undefined;
  const numbers: Uint8Array[] = [];
  for (let at = contentAt(der, 0); at < der.length; ) {
    const end = endAt(der, at, der.length);
    const content = contentAt(der, at);
    if (end <= content || der[at] !== Tag.integer || (der[content] as number) >= 0x80) return undefined;
    numbers.push(der.subarray(content, end));
    at = end;
  }
  return numbers;
}

/** The SubjectPublicKeyInfo of a certificate: the seventh field of TBSCertificate, or the sixth if there is no version (RFC 5280 4.1). */
function publicKeyInfoOf(certificateDer: Uint8Array): Uint8Array {
  const certificate = Asn1Element.first(certificateDer, 'certificate');
  const fields = certificate.sequence('Certificate')[0]?.sequence('TBSCertificate') ?? [];
  const field = fields[fields[0]?.tag === contextTag(0) ? 6 : 5];
  if (field === undefined) throw certificate.malformed('Certificate: no public key');
  return field.raw;
}

/** The OID of an AlgorithmIdentifier in a key structure. */
function algorithmOf(algorithm: Asn1Element | undefined, der: Uint8Array): string {
  if (algorithm === undefined) throw Asn1Element.first(der, 'key').malformed('key: no algorithm');
  return readAlgorithmIdentifier(algorithm, 'key algorithm').oid;
}

function toPublicKeyObject(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function samePublicKey(a: KeyObject, b: KeyObject): boolean {
  const numbers = (key: KeyObject) => {
    const spki = Asn1Element.only(key.export({ format: 'der', type: 'spki' }), 'public key');
    const bits = spki.sequence('SubjectPublicKeyInfo')[1];
    return bits === undefined ? '' : Buffer.from(bits.content).toString('hex');
  };
  return numbers(a) === numbers(b);
}
