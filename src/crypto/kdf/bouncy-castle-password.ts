import { encodeUtf16 } from '../../bytes/utf16.js';

/**
 * A password as Bouncy Castle gives it to a key derivation (PBEParametersGenerator.PKCS12PasswordToBytes): UTF-16, big-endian,
 * with two zero bytes after it. Of an empty password nothing is left, where Java and OpenSSL keep the two zero bytes.
 */
export function bouncyCastlePassword(password: string): Uint8Array {
  return password === '' ? new Uint8Array() : encodeUtf16(`${password}\0`);
}
