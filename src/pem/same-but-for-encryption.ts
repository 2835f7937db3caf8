import { equalBytes } from '../bytes/equal.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { encryptPrivateKey, readSaltAndIv } from '../crypto/pbe/encrypt-private-key.js';
import { Jks2PemError } from '../errors.js';
import { decodePem, type PemBlock } from './decode.js';
import { encryptedLabel, withLoadable } from './encode-key.js';

/**
 * Checks whether an existing file has the same content as a new one, apart from the salt and the IV of its encrypted keys. These are
 * random. Without this check every run would replace the file.
 * @param keys the keys of the new file, in its order
 * @param password the password with which the new file is encrypted
 */
export async function isSameButForEncryption(
  earlier: Uint8Array,
  wanted: Uint8Array,
  keys: readonly PrivateKey[],
  password: string,
): Promise<boolean> {
  const [found, expected] = [blocksOf(earlier), blocksOf(wanted)];
  if (found.length !== expected.length) return false;
  const left = [...keys];
  for (const [i, { label, der }] of found.entries()) {
    if (label !== expected[i]?.label) return false;
    const key = label === encryptedLabel ? left.shift() : undefined;
    if (!(key ? await holds(der, key, password) : equalBytes(der, expected[i].der))) return false;
  }
  return true;
}

/** Checks whether encrypting `key` with the salt and IV of `encrypted` gives the bytes of `encrypted`. */
async function holds(encrypted: Uint8Array, key: PrivateKey, password: string): Promise<boolean> {
  const seed = readSaltAndIv(encrypted);
  if (seed === undefined) return false;
  return equalBytes(await withLoadable(key, (pkcs8) => encryptPrivateKey(pkcs8, password, seed)), encrypted);
}

function blocksOf(text: Uint8Array): PemBlock[] {
  try {
    return decodePem(text);
  } catch (error) {
    if (error instanceof Jks2PemError) return [];
    throw error;
  }
}
