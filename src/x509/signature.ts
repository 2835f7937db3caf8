import { equalBytes } from '../bytes/equal.js';
import { type PublicKey, verifySignature as verifyByPlatform, verifyCertificate } from '../crypto/platform.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { publicKeyOf } from './public-key.js';
import { readSignatureAlgorithm, type SignatureAlgorithm, weakHashOf } from './signature-algorithm.js';
import { ifReadable } from './tolerate-malformed.js';

/**
 * Result of a signature check. `unverifiable`: the platform does not support the algorithm or the key, so it is unknown whether the
 * signature is valid.
 */
export type SignatureVerdict = 'valid' | 'invalid' | 'unverifiable';

/** The key types of node:crypto that each signature scheme allows. */
const fitting: Readonly<Record<Exclude<SignatureAlgorithm['scheme'], 'post-quantum'>, readonly string[]>> = {
  rsa: ['rsa'],
  // A plain RSA key may also sign with PSS; a PSS key signs only with PSS (RFC 4055 1.2).
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  dsa: ['dsa'],
  eddsa: ['ed25519', 'ed448'],
};

/** Checks whether the key of `issuer` signed `certificate`. The result is cached for each pair of certificate and key. */
export function verifySignature(certificate: ParsedCertificate, issuer: ParsedCertificate): SignatureVerdict {
  const known = certificate.once(verdictsByKey);
  let verdict = known.get(issuer.publicKeyInfo);
  if (verdict === undefined) known.set(issuer.publicKeyInfo, (verdict = verifyByKey(certificate, publicKeyOf(issuer))));
  return verdict;
}

/** Creates the cache for the verdicts on one certificate. */
function verdictsByKey(): Map<string, SignatureVerdict> {
  return new Map();
}

/** Returns the name of the hash that a certificate is signed with, if it has known collisions (MD2, MD4, MD5, SHA-1). */
export function weakSignatureHash(certificate: ParsedCertificate): string | undefined {
  return weakHashOf(certificate.once(algorithmOf));
}

/** Checks whether the signature algorithm inside the signed part differs from that outside, which RFC 5280 4.1.1.2 forbids. */
export function algorithmsDiffer({ parts }: ParsedCertificate): boolean {
  return !equalBytes(parts.signatureAlgorithm.raw, parts.tbsSignatureAlgorithm.raw);
}

/** Checks whether a key signed a certificate. `key` is undefined if the platform cannot import it. The result is not cached. */
export function verifyByKey(certificate: ParsedCertificate, key: PublicKey | undefined): SignatureVerdict {
  const { tbs, signature } = certificate.parts;
  if (algorithmsDiffer(certificate)) return 'invalid';
  const algorithm = certificate.once(algorithmOf);
  if (key === undefined || algorithm === undefined || isSm2(key)) return 'unverifiable';
  // The key type of post-quantum schemes is not compared, because its name differs between releases of Node. verify() throws for a key of
  // the wrong type.
  if (algorithm.scheme !== 'post-quantum') {
    const type = key.asymmetricKeyType;
    // OpenSSL 3.0 reads SM2 keys, but Node does not know their type.
    if (type === undefined) return 'unverifiable';
    if (!fitting[algorithm.scheme].includes(type)) return 'invalid';
  }
  // The first octet counts the unused bits of the last octet. A signature has no unused bits. In a constructed BIT STRING, which DER
  // forbids, this octet is a tag.
  if (signature.content[0] !== 0) return 'invalid';
  try {
    if (algorithm.otherMaskHash) return verifyCertificate(certificate.der, key) ? 'valid' : 'invalid';
    return verifyByPlatform(algorithm, tbs.raw, key, signature.content.subarray(1)) ? 'valid' : 'invalid';
  } catch {
    // The platform does not support this hash, or not with this key.
    return 'unverifiable';
  }
}

/** Checks for SM2 keys. OpenSSL reads them, but Node cannot pass the signer's ID, and verify() returns false for every signature. */
function isSm2(key: PublicKey): boolean {
  const type = key.asymmetricKeyType;
  // The details are read only for EC keys, because Node aborts the process for a DSA key with an invalid y (an assertion in
  // GetDsaKeyDetail).
  return type === 'sm2' || (type === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'SM2');
}

function algorithmOf(certificate: ParsedCertificate): SignatureAlgorithm | undefined {
  return ifReadable(() => readSignatureAlgorithm(certificate.parts.signatureAlgorithm));
}
