import { concat } from '../../bytes/concat.js';
import { encodeUtf16 } from '../../bytes/utf16.js';
import { wipe } from '../../bytes/wipe.js';
import { digest, equalInConstantTime } from '../hash/digest.js';
import { hasWebAssembly } from '../hash/wasm-module.js';

/** sun.security.provider.KeyProtector's algorithm, from Sun's private arc. */
export const sunJksKeyProtector = '1.3.6.1.4.1.42.2.17.1.1';

const digestLength = 20;
/** KeyProtector.SALT_LEN. */
const saltLength = 20;

/**
 * A key of RSA 2048 takes some sixty blocks. To make a loop of our own takes as long as this many calls of OpenSSL, so from
 * here on it pays: for one key it never would.
 */
const worthALoop = 2000;
let blocksSoFar = 0;
let ownLoop: typeof import('../hash/sha1-chain.js') | undefined;

/**
 * Undoes the JDK's own key protector: a SHA-1 keystream under salt and password, and a keyed digest of the plain key.
 * @returns the key; undefined if the digest differs, that is, if the password is wrong or the bytes were changed
 */
export async function unprotectSunJks(protectedKey: Uint8Array, password: string): Promise<Uint8Array | undefined> {
  if (protectedKey.length <= saltLength + digestLength) return undefined;
  const secret = encodeUtf16(password);
  const salt = protectedKey.subarray(0, saltLength);
  const check = protectedKey.subarray(-digestLength);
  const key = protectedKey.slice(saltLength, -digestLength);
  await forEachBlock(secret, salt, Math.ceil(key.length / digestLength), (block, index) => {
    const at = index * digestLength;
    const end = Math.min(digestLength, key.length - at);
    for (let i = 0; i < end; i++) key[at + i] = (key[at + i] as number) ^ (block[i] as number);
  });
  const right = equalInConstantTime(digest('sha1', secret, key), check);
  wipe(secret);
  if (right) return key;
  wipe(key);
  return undefined;
}

/** The keystream: each block is the digest of the secret and the block before it. */
async function forEachBlock(
  secret: Uint8Array,
  salt: Uint8Array,
  count: number,
  use: (block: Uint8Array, index: number) => void,
): Promise<void> {
  blocksSoFar += count;
  if (blocksSoFar >= worthALoop && hasWebAssembly) {
    // To ask for what is loaded would take longer than to use it.
    ownLoop ??= await import('../hash/sha1-chain.js');
    if (secret.length <= ownLoop.longestPrefix) {
      ownLoop.chainSha1(secret, salt, count, use);
      return;
    }
  }
  // One array for all of them: what is left behind for each is soon enough to set off a collection of garbage.
  const input = concat(secret, salt);
  for (let index = 0; index < count; index++) {
    const block = digest('sha1', input);
    use(block, index);
    input.set(block, secret.length);
    block.fill(0);
  }
  wipe(input);
}

/** KeyStoreDigest: what java's JavaKeyStore and JceKeyStore write after the last entry. */
export function sunStoreDigest(password: string, content: Uint8Array): Uint8Array {
  const secret = encodeUtf16(password);
  // JavaKeyStore.getPreKeyedHash's "whitener".
  const sum = digest('sha1', secret, Buffer.from('Mighty Aphrodite', 'latin1'), content);
  wipe(secret);
  return sum;
}
