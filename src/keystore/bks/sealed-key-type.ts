import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { BksKey } from './key-record.js';

/** Length of the ciphertext of the shortest private key, Ed25519: 48 bytes of PKCS#8, about 20 bytes for kind, names and lengths, and the padding. */
const shortestPrivate = 72;
/**
 * Maximum length of the ciphertext of a secret key. The longest usual one is a key for HMAC-SHA-512 with the length of one block: 128 bytes.
 * Names and padding add less than 48 bytes.
 */
const longestSecret = 176;
/** Upper limit for a public key in bytes: the SubjectPublicKeyInfo of RSA-4096 has 550 bytes, the PKCS#8 of RSA-1024 more than 600. */
const longestPublic = 600;
/**
 * Number of bytes before an RSA public key in its record: the kind, the texts `X.509` and `RSA` with their lengths, and the length of the
 * key.
 */
const beforeRsaPublic = 1 + 7 + 5 + 4;
const blockLength = 8;

/**
 * Guesses the type of a sealed key from its size. The type itself is encrypted together with the key, certificates can accompany any type,
 * and a key with its own password cannot be decrypted while the store is read.
 * @param length length of the ciphertext in bytes
 * @param leaf the first certificate of the entry, if it is readable
 * @param hasChain whether the entry has certificates, readable or not
 */
export function likelyKindOfSealed(length: number, leaf: Certificate | undefined, hasChain: boolean): BksKey['kind'] {
  if (length < shortestPrivate) return 'secret';
  if (hasChain) return leaf !== undefined && length === lengthOfRsaPublic(leaf) ? 'public' : 'private';
  if (length > longestPublic) return 'private';
  return length > longestSecret ? 'public' : 'secret';
}

/**
 * Returns the length of the ciphertext if the sealed key is the RSA public key of the certificate. An RSA private key is more than three
 * times as long.
 */
function lengthOfRsaPublic(leaf: Certificate): number | undefined {
  if (leaf.publicKeyAlgorithm !== 'RSA') return undefined;
  const length = beforeRsaPublic + withParts(leaf).parts.subjectPublicKeyInfo.size;
  return length + blockLength - (length % blockLength);
}
