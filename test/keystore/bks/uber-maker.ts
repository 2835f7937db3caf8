import { concat } from '../../../src/bytes/concat.js';
import { Twofish } from '../../../src/crypto/cipher/twofish.js';
import { bouncyCastlePassword } from '../../../src/crypto/kdf/password-bytes.js';
import { derivePkcs12 } from '../../../src/crypto/kdf/pkcs12-kdf.js';
import { header, makerIterations, makerSalt, withDigest } from './bks-maker.js';

/** Twofish-CBC with PKCS#7 padding. */
export function encryptTwofishCbc(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const padding = 16 - (plain.length % 16);
  const cipher = concat(plain, new Uint8Array(padding).fill(padding));
  const view = new DataView(cipher.buffer);
  const twofish = new Twofish(key);
  for (let at = 0; at < cipher.length; at += 16) {
    const previous = at === 0 ? iv : cipher.subarray(at - 16, at);
    for (let i = 0; i < 16; i++) cipher[at + i] = (cipher[at + i] as number) ^ (previous[i] as number);
    twofish.encryptBlock(view, at);
  }
  return cipher;
}

export function makeUber(entries: readonly Uint8Array[], password: string, version = 1): Uint8Array {
  return encryptUber(withDigest(entries), password, version);
}

/** UBER around any plaintext. */
export function encryptUber(plain: Uint8Array, password: string, version = 1): Uint8Array {
  const secret = bouncyCastlePassword(password);
  const key = derivePkcs12('sha1', secret, makerSalt, makerIterations, 1, 32);
  const iv = derivePkcs12('sha1', secret, makerSalt, makerIterations, 2, 16);
  return concat(header(version), encryptTwofishCbc(key, iv, plain));
}
