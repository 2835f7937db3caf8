import { wipe } from '../../bytes/wipe.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { twofishBlockLength, twofishKeyLength } from '../cipher/twofish.js';
import { decryptTwofishCbc } from '../cipher/twofish-cbc.js';
import { hmac } from '../hash/digest.js';
import { bouncyCastlePassword } from '../kdf/password-bytes.js';
import { derivePkcs12, Purpose, pkcs12Hashes } from '../kdf/pkcs12-kdf.js';
import type { PbeParameters } from '../kdf/salt-and-iterations.js';

/** The hash with which all versions of BKS and UBER derive their keys. */
const hash = 'sha1';
const tripleDes = { keyLength: 24, ivLength: 8 } as const;

/**
 * Returns the number of hash computations of one call of {@link unsealTripleDes}. It is the same for {@link decryptUber}: the keys (24 and 32
 * bytes) need two SHA-1 values, the IVs (8 and 16 bytes) one.
 */
export function unsealingHashes(iterations: number): number {
  return pkcs12Hashes(hash, iterations, tripleDes.keyLength) + pkcs12Hashes(hash, iterations, tripleDes.ivLength);
}

/**
 * Computes the MAC of a BKS: an HMAC-SHA-1 whose key is derived with PKCS#12's derivation.
 * @param keyLength length of the MAC key in bytes: 20, or 2 before BKS version 2, which makes the check weak
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
 * Decrypts PBEWithSHAAnd3-KeyTripleDES-CBC, with which BKS and UBER encrypt single keys.
 * @returns undefined if the length of the ciphertext or the padding is invalid; a wrong password passes this check once in 256 times
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

/**
 * Decrypts PBEWithSHAAndTwofish-CBC, with which a whole UBER is encrypted. Returns undefined in the same cases as {@link unsealTripleDes}.
 */
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
