import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { BksKey } from './key-record.js';

/**
 * Length in bytes of the ciphertext of the shortest private key, Ed25519: 48 bytes of PKCS#8, 22 bytes for kind, names and lengths, and 2
 * bytes of padding.
 */
const shortestPrivate = 72;
/**
 * Maximum length in bytes of the ciphertext of a secret key. The longest usual key is one for HMAC-SHA-512 that is as long as a block of
 * SHA-512, 128 bytes. Kind, names, lengths and padding add less than 48 bytes.
 */
const longestSecret = 176;
/**
 * Maximum length in bytes of the ciphertext of a public key. That of an RSA-4096 public key has 568 bytes (the SubjectPublicKeyInfo has 550),
 * that of an RSA-1024 private key more than 600.
 */
const longestPublic = 600;
/**
 * Number of bytes before an RSA public key in its record: the kind, the texts `X.509` and `RSA` with their lengths, and the length of the
 * key.
 */
const beforeRsaPublic = 1 + 7 + 5 + 4;
const blockLength = 8;

/**
 * Guesses the type of a sealed key from the length of its ciphertext and from the certificates of its entry. The type itself is encrypted
 * together with the key, certificates can accompany any type, and a key with its own password cannot be decrypted while the store is read.
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
 * Returns the length in bytes that the ciphertext would have if the sealed key were the RSA public key of the certificate; undefined if the
 * certificate has another kind of key. The ciphertext of an RSA private key is more than three times as long.
 */
function lengthOfRsaPublic(leaf: Certificate): number | undefined {
  if (leaf.publicKeyAlgorithm !== 'RSA') return undefined;
  const length = beforeRsaPublic + withParts(leaf).parts.subjectPublicKeyInfo.size;
  return length + blockLength - (length % blockLength);
}
