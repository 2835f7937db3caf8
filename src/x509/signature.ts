import { equalBytes } from '../bytes/equal.js';
import { type PublicKey, verifySignature as verifyByPlatform, verifyCertificate } from '../crypto/platform.js';
import { Jks2PemError } from '../errors.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { curveBits, keyDetails, publicKeyOf } from './public-key.js';
import { readSignatureAlgorithm, type SignatureAlgorithm, weakHashOf } from './signature-algorithm.js';

/** `unverifiable`: the platform does not support the algorithm or the key, so the signature may be valid or not. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unverifiable';

/** The key types of node:crypto for each signature scheme. */
const fitting: Readonly<Record<Exclude<SignatureAlgorithm['scheme'], 'post-quantum'>, readonly string[]>> = {
  rsa: ['rsa'],
  // A plain RSA key may sign with PSS; a PSS key signs with nothing else (RFC 4055 1.2).
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  dsa: ['dsa'],
  eddsa: ['ed25519', 'ed448'],
};

/** Whether the key of `issuer` signed `certificate`. The result is cached for each pair of certificate and key. */
export function verifySignature(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict {
  const known = certificate.once(verdictsByKey);
  let verdict = known.get(issuer.publicKeyInfo);
  if (verdict === undefined) known.set(issuer.publicKeyInfo, (verdict = verifyByKey(certificate, publicKeyOf(issuer))));
  return verdict;
}

/** The verdicts on one certificate so far. */
function verdictsByKey(): Map<string, SignatureVerdict> {
  return new Map();
}

/** The name of the hash that a certificate is signed with, if it has known collisions (MD2, MD4, MD5, SHA-1). */
export function weakSignatureHash(certificate: ParsedCertificate): string | undefined {
  return weakHashOf(certificate.once(algorithmOf));
}

/** Whether the signed and the unsigned signature algorithm differ, which RFC 5280 4.1.1.2 forbids. */
export function algorithmsDiffer({ parts }: ParsedCertificate): boolean {
  return !equalBytes(parts.signatureAlgorithm.raw, parts.tbsSignatureAlgorithm.raw);
}

/**
 * What checking a signature by this key costs, in checks by a usual key (RSA 2048 to 4096, P-256, Ed25519: 0.15 to 0.25 ms with
 * the key's import). Measured with OpenSSL 3.0: P-384 0.5 ms, P-521 1.3 ms, binary curves of 571 bits 2.8 ms, DSA 3072 1.1 ms; the
 * largest keys that OpenSSL accepts are tens of times slower, and so is an RSA exponent of full length.
 */
export function signatureCost(issuer: ParsedCertificate): number {
  return issuer.once(costOfKey);
}

function costOfKey(issuer: ParsedCertificate): number {
  const { modulusLength, namedCurve, publicExponent } = keyDetails(issuer);
  if (namedCurve !== undefined)
    return namedCurve === 'prime256v1' ? 1 : Math.ceil(((curveBits(namedCurve) ?? 521) / 128) ** 2);
  if (modulusLength === undefined) return 1;
  // Without an exponent it is DSA.
  if (publicExponent === undefined) return Math.ceil((modulusLength / 1024) ** 2);
  return Math.ceil((modulusLength / 4096) ** 2) * Math.ceil(publicExponent.toString(2).length / 32);
}

/** Whether a key signed a certificate; `key` is undefined if the platform cannot read it. Not cached. */
export function verifyByKey(certificate: ParsedCertificate, key: PublicKey | undefined): SignatureVerdict {
  const { tbs, signature } = certificate.parts;
  if (algorithmsDiffer(certificate)) return 'invalid';
  const algorithm = certificate.once(algorithmOf);
  if (key === undefined || algorithm === undefined || isSm2(key)) return 'unverifiable';
  // Node releases differ in the names of post-quantum keys; verify() refuses a key that does not fit.
  if (algorithm.scheme !== 'post-quantum' && !fitting[algorithm.scheme].includes(key.asymmetricKeyType ?? ''))
    return 'invalid';
  // The first octet counts the unused bits of the last one; a signature has none.
  if (signature.constructed || signature.content[0] !== 0) return 'invalid';
  try {
    if (algorithm.otherMaskHash) return verifyCertificate(certificate.der, key) ? 'valid' : 'invalid';
    return verifyByPlatform(algorithm, tbs.raw, key, signature.content.subarray(1)) ? 'valid' : 'invalid';
  } catch {
    // The platform does not have this hash, or refuses the key for it.
    return 'unverifiable';
  }
}

/** OpenSSL reads SM2 keys, but Node has no way to name the signer's ID, and verify() returns false for every signature. */
function isSm2(key: PublicKey): boolean {
  const type = key.asymmetricKeyType;
  // Only EC keys are asked for details: for a DSA key with an impossible y, Node aborts (an assertion in GetDsaKeyDetail).
  return type === 'sm2' || (type === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'SM2');
}

function algorithmOf(certificate: ParsedCertificate): SignatureAlgorithm | undefined {
  try {
    return readSignatureAlgorithm(certificate.parts.signatureAlgorithm);
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}
