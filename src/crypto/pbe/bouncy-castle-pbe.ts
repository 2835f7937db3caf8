import { wipe } from '../../bytes/wipe.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { twofishBlockLength, twofishKeyLength } from '../cipher/twofish.js';
import { decryptTwofishCbc } from '../cipher/twofish-cbc.js';
import { hmac } from '../hash/digest.js';
import { bouncyCastlePassword } from '../kdf/password-bytes.js';
import { derivePkcs12, Purpose, pkcs12Hashes } from '../kdf/pkcs12-kdf.js';
import type { PbeParameters } from './pbe-parameters.js';

/** All of it is derived by SHA-1, whatever the age of the store. */
const hash = 'sha1';
const tripleDes = { keyLength: 24, ivLength: 8 } as const;

/** Hash computations that {@link unsealTripleDes} takes, and {@link decryptUber} too: both use two blocks for the key and one for the IV. */
export function unsealingHashes(iterations: number): number {
  return pkcs12Hashes(hash, iterations, tripleDes.keyLength) + pkcs12Hashes(hash, iterations, tripleDes.ivLength);
}

/**
 * The MAC of a BKS store: HMAC-SHA-1 under a key from the PKCS#12 derivation.
 * @param keyLength in bytes; how weak the check is depends on it
 */
export function bksMac(
  content: Uint8Array,
  password: string,
  { salt, iterations }: PbeParameters,
  keyLength: number,
): Uint8Array {
  const secret = bouncyCastlePassword(password);
  const key = derivePkcs12(hash, secret, salt, iterations, Purpose.macKey, keyLength);
  try {
    return hmac(hash, key, content);
  } finally {
    wipe(secret, key);
  }
}

/**
 * PBEWithSHAAnd3-KeyTripleDES-CBC, which seals single keys in BKS and UBER.
 * @returns undefined if length or padding cannot be right; a wrong password passes here once in some 250 times
 */
export function unsealTripleDes(
  ciphertext: Uint8Array,
  password: string,
  parameters: PbeParameters,
): Uint8Array | undefined {
  const { keyLength, ivLength } = tripleDes;
  return withKeyAndIv(password, parameters, keyLength, ivLength, (key, iv) =>
    decryptCbc('des-ede3-cbc', key, iv, ciphertext),
  );
}

/** PBEWithSHAAndTwofish-CBC, which encrypts an UBER store as a whole. See {@link unsealTripleDes}. */
export function decryptUber(
  ciphertext: Uint8Array,
  password: string,
  parameters: PbeParameters,
): Uint8Array | undefined {
  return withKeyAndIv(password, parameters, twofishKeyLength, twofishBlockLength, (key, iv) =>
    decryptTwofishCbc(key, iv, ciphertext),
  );
}

function withKeyAndIv<Result>(
  password: string,
  { salt, iterations }: PbeParameters,
  keyLength: number,
  ivLength: number,
  use: (key: Uint8Array, iv: Uint8Array) => Result,
): Result {
  const secret = bouncyCastlePassword(password);
  const key = derivePkcs12(hash, secret, salt, iterations, Purpose.key, keyLength);
  const iv = derivePkcs12(hash, secret, salt, iterations, Purpose.iv, ivLength);
  try {
    return use(key, iv);
  } finally {
    wipe(secret, key, iv);
  }
}
