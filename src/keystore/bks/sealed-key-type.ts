import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { BksKey } from './key-record.js';

/** The shortest private key is that of Ed25519, 48 bytes of PKCS#8; its names take 20 more, and then comes the padding. */
const shortestPrivate = 72;
/** The largest secret key in use is one block of HMAC-SHA-512, 128 bytes; names and padding around it come to less than 48. */
const longestSecret = 176;
/** The SubjectPublicKeyInfo of RSA-4096 takes 550 bytes, the PKCS#8 of RSA-1024 more than 600. */
const longestPublic = 600;
/** What stands before an RSA public key: its kind, `X.509` and `RSA` with their lengths, and the length of the key. */
const beforeRsaPublic = 1 + 7 + 5 + 4;
const blockLength = 8;

/**
 * What kind of key is sealed in so many bytes. Bouncy Castle seals the kind together with the key, and allows certificates with
 * any kind; and a password of the entry's own is not known while the store is read. The size tells almost always.
 * @param length bytes of ciphertext
 * @param leaf the first certificate of the entry, if there is one that can be read
 * @param hasChain whether the entry has certificates, be they readable or not
 */
export function likelyKindOfSealed(length: number, leaf: Certificate | undefined, hasChain: boolean): BksKey['kind'] {
  if (length < shortestPrivate) return 'secret';
  if (hasChain) return leaf !== undefined && length === lengthOfRsaPublic(leaf) ? 'public' : 'private';
  if (length > longestPublic) return 'private';
  return length > longestSecret ? 'public' : 'secret';
}

/** How long the key of the certificate itself would be, sealed. Private keys of RSA are more than three times as long. */
function lengthOfRsaPublic(leaf: Certificate): number | undefined {
  if (leaf.publicKeyAlgorithm !== 'RSA') return undefined;
  const length = beforeRsaPublic + withParts(leaf).parts.subjectPublicKeyInfo.size;
  return length + blockLength - (length % blockLength);
}
