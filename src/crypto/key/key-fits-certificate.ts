import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag } from '../../asn1/tag.js';
import { wipe } from '../../bytes/wipe.js';
import { StoreMalformedError } from '../../errors.js';
import { derivePublicKey, importPublicKey, type PublicKey } from '../platform.js';
import { type FiniteField, publicNumber, readDhParameters, readDsaParameters } from './dsa-and-dh-key.js';
import { withoutEcPublicKey } from './ec-private-key.js';
import { readPrivateKeyFields, readPublicKeyFields } from './key-fields.js';
import { normalizePkcs8 } from './pkcs8-normalize.js';
import type { PrivateKey } from './private-key.js';
import { fitsRsaPublicKey, readRsaPrivateKey, readRsaPublicKey } from './rsa-private-key.js';

/**
 * Derives, with {@link derivePublicKey}, the public key that belongs to a private key.
 * @param change converts the private key to a form that {@link derivePublicKey} reads; if that is a copy, it is overwritten
 * @returns undefined if the platform does not know the algorithm, or considers the key invalid
 */
export function derivedKey(change: (pkcs8: Uint8Array) => Uint8Array, pkcs8: Uint8Array): PublicKey | undefined {
  let loadable: Uint8Array | undefined;
  try {
    loadable = change(pkcs8);
    return derivePublicKey(loadable);
  } catch {
    return undefined;
  } finally {
    if (loadable !== pkcs8) wipe(loadable);
  }
}

/** RFC 8017 has three OIDs for the same kind of key. They differ in what the key may be used for. */
const rsaFamily: ReadonlySet<string> = new Set([Oid.rsaEncryption, Oid.rsassaPss, Oid.rsaesOaep]);
const dhFamily: ReadonlySet<string> = new Set([Oid.dhKeyAgreement, Oid.dhPublicNumber]);

/**
 * Checks whether a private key and the public key of a certificate are a pair. The private numbers decide, because a public key that is
 * stored with them proves nothing.
 * @returns undefined if that cannot be determined: the platform does not know the algorithm, the public key is malformed, or the numbers
 * are too long to compute with
 * @throws {StoreMalformedError} if the PrivateKeyInfo or the certificate is malformed outside the key itself
 */
export function fitsCertificate(key: PrivateKey, certificateDer: Uint8Array): boolean | undefined {
  return fitsPublicKey(key, publicKeyInfoOf(certificateDer));
}

/** Checks like {@link fitsCertificate}, with the SubjectPublicKeyInfo of a certificate. */
export function fitsPublicKey(key: PrivateKey, spki: Uint8Array): boolean | undefined {
  const { algorithm: own, key: octets } = readPrivateKeyFields(key.pkcs8, 'key');
  const { algorithm: certified, bits } = readPublicKeyFields(spki);
  const areRsa = rsaFamily.has(own.oid) && rsaFamily.has(certified.oid);
  if (own.oid !== certified.oid && !areRsa) return false;
  if (areRsa) return fitsRsa(octets, bits);
  if (own.oid === Oid.dsa || dhFamily.has(own.oid)) return fitsFiniteField(own, octets, certified, bits);
  const publicKey = loadPublicKey(spki);
  if (publicKey === undefined) return undefined;
  // The platform has loaded the public key, so it knows the algorithm. If it cannot load the private key, that key is invalid.
  const derived = derivedPublicKey(key, own.oid);
  return derived?.equals(publicKey) ?? false;
}

function fitsRsa(octets: Asn1Element, bits: Asn1Element): boolean | undefined {
  const publicKey = wellFormed(() => readRsaPublicKey(bits.bitOctets('RSA public key')));
  if (publicKey === undefined) return undefined;
  const privateKey = wellFormed(() => readRsaPrivateKey(octets.octets(), 'RSA private key'));
  // A malformed private key belongs to no public key.
  return privateKey === undefined ? false : fitsRsaPublicKey(privateKey, publicKey);
}

function wellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/** Compares DSA and DH keys without OpenSSL, because Node 20 cannot load all of them, and aborts the process for some. */
function fitsFiniteField(
  own: AlgorithmIdentifier,
  octets: Asn1Element,
  certified: AlgorithmIdentifier,
  bits: Asn1Element,
): boolean | undefined {
  const read = (algorithm: AlgorithmIdentifier): FiniteField | undefined =>
    algorithm.parameters && (algorithm.oid === Oid.dsa ? readDsaParameters : readDhParameters)(algorithm.parameters);
  // RFC 3279 2.3.2: the parameters may be missing in a certificate, which then inherits them from its issuer.
  const [ownField, certifiedField] = [wellFormed(() => read(own)), wellFormed(() => read(certified))];
  const field = ownField ?? certifiedField;
  const y = wellFormed(() => Asn1Element.only(bits.bitOctets('public key'), 'public key').integer('public key'));
  if (field === undefined || y === undefined) return undefined;
  if (certifiedField && (certifiedField.p !== field.p || certifiedField.g !== field.g)) return false;
  const x = wellFormed(() => Asn1Element.only(octets.octets(), 'private key').integer('private key'));
  if (x === undefined) return false;
  const derived = publicNumber(field, x);
  return derived === undefined ? undefined : derived === y;
}

/**
 * Caches derived public keys, because one private key may be compared with every certificate of a file. Undefined if the platform cannot load
 * the private key.
 */
const derivedKeys = new WeakMap<PrivateKey, PublicKey | undefined>();

function derivedPublicKey(key: PrivateKey, oid: string): PublicKey | undefined {
  if (derivedKeys.has(key)) return derivedKeys.get(key);
  // OpenSSL trusts the public point in an EC key, and computes the point only if it is missing.
  const derived = derivedKey(oid === Oid.ecPublicKey ? withoutEcPublicKey : normalizePkcs8, key.pkcs8);
  derivedKeys.set(key, derived);
  return derived;
}

/**
 * Returns the SubjectPublicKeyInfo of a certificate: the seventh field of TBSCertificate, or the sixth if there is no version (RFC 5280
 * 4.1).
 */
function publicKeyInfoOf(certificateDer: Uint8Array): Uint8Array {
  const certificate = Asn1Element.first(certificateDer, 'certificate');
  const fields = certificate.sequence('Certificate')[0]?.sequence('TBSCertificate') ?? [];
  const field = fields[fields[0]?.tag === contextTag(0) ? 6 : 5];
  if (field === undefined) throw certificate.malformed('Certificate: no public key');
  return field.raw;
}

function loadPublicKey(spki: Uint8Array): PublicKey | undefined {
  try {
    return importPublicKey(spki, 'spki');
  } catch {
    return undefined;
  }
}
