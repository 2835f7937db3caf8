import { concat } from '../../bytes/concat.js';
import { encodeUtf16 } from '../../bytes/utf16.js';
import { wipe } from '../../bytes/wipe.js';
import { digest, equalInConstantTime } from '../hash/digest.js';

/** OID of the algorithm of sun.security.provider.KeyProtector, in Sun's private arc. */
export const sunJksKeyProtector = '1.3.6.1.4.1.42.2.17.1.1';

const digestLength = 20;
/** KeyProtector.SALT_LEN. */
const saltLength = 20;

/**
 * Decrypts a key of a JKS. The key is XORed with a keystream. Each block of the keystream is the SHA-1 of the password and the preceding
 * block; the first block is the SHA-1 of the password and the salt. The encrypted key is followed by the SHA-1 of the password and the
 * unencrypted key.
 * @returns the key; undefined if the digest differs, because the password is wrong or the bytes were changed
 */
export function unprotectSunJks(protectedKey: Uint8Array, password: string): Uint8Array | undefined {
  if (protectedKey.length <= saltLength + digestLength) return undefined;
  const secret = encodeUtf16(password);
  const salt = protectedKey.subarray(0, saltLength);
  const check = protectedKey.subarray(-digestLength);
  const key = protectedKey.slice(saltLength, -digestLength);
  const input = concat(secret, salt);
  for (let at = 0; at < key.length; at += digestLength) {
    const block = digest('sha1', input);
    const end = Math.min(digestLength, key.length - at);
    for (let i = 0; i < end; i++) key[at + i] = (key[at + i] as number) ^ (block[i] as number);
    input.set(block, secret.length);
    wipe(block);
  }
  const right = equalInConstantTime(digest('sha1', secret, key), check);
  wipe(secret, input);
  if (right) return key;
  wipe(key);
  return undefined;
}
