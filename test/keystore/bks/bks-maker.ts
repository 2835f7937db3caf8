import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { concat } from '../../../src/bytes/concat.js';
import { bouncyCastlePassword } from '../../../src/crypto/kdf/password-bytes.js';
import { derivePkcs12 } from '../../../src/crypto/kdf/pkcs12-kdf.js';

/** Writes BKS as BcKeyStoreSpi does, and as it never would. */

export const makerSalt = Uint8Array.from({ length: 20 }, (_, i) => 0x40 + i);
export const makerIterations = 3;

export interface MadeEntry {
  readonly alias: string | Uint8Array;
  readonly date?: number;
  readonly chain?: readonly Uint8Array[];
  readonly certificateType?: string;
}

export interface MadeKey {
  readonly keyType: number;
  readonly format: string;
  readonly algorithm: string;
  readonly encoded: Uint8Array;
}

export function privateKey(encoded: Uint8Array, algorithm = 'RSA'): MadeKey {
  return { keyType: 0, format: 'PKCS#8', algorithm, encoded };
}

export function publicKey(encoded: Uint8Array, algorithm = 'RSA'): MadeKey {
  return { keyType: 1, format: 'X.509', algorithm, encoded };
}

export function secretKey(encoded: Uint8Array, algorithm = 'AES'): MadeKey {
  return { keyType: 2, format: 'RAW', algorithm, encoded };
}

export function certificateEntry(made: MadeEntry, der: Uint8Array): Uint8Array {
  return entry(1, made, storedCertificate(der, made.certificateType));
}

export function clearKeyEntry(made: MadeEntry, key: MadeKey): Uint8Array {
  return entry(2, made, keyRecord(key));
}

export function protectedEntry(made: MadeEntry, bytes: Uint8Array): Uint8Array {
  return entry(3, made, blob(bytes));
}

/** A key sealed under a password; `iterations` is what the file says, whatever was done. */
export function sealedEntry(made: MadeEntry, key: MadeKey, password: string, iterations = makerIterations): Uint8Array {
  return entry(4, made, blob(concat(blob(makerSalt), i32(iterations), seal(keyRecord(key), password))));
}

/** An entry of any type with any body. */
export function entry(type: number, made: MadeEntry, body: Uint8Array): Uint8Array {
  const { alias, date = 1_700_000_000_000, chain = [], certificateType } = made;
  const certificates = chain.map((der) => storedCertificate(der, certificateType));
  return concat(Uint8Array.of(type), utf(alias), i64(date), i32(chain.length), ...certificates, body);
}

/** PBEWithSHAAnd3-KeyTripleDES-CBC. */
export function seal(plain: Uint8Array, password: string, iterations = makerIterations): Uint8Array {
  const secret = bouncyCastlePassword(password);
  const key = derivePkcs12('sha1', secret, makerSalt, iterations, 1, 24);
  const iv = derivePkcs12('sha1', secret, makerSalt, iterations, 2, 8);
  const cipher = createCipheriv('des-ede3-cbc', key, iv);
  return concat(cipher.update(plain), cipher.final());
}

export function header(version: number, iterations = makerIterations, salt = makerSalt): Uint8Array {
  return concat(i32(version), blob(salt), i32(iterations));
}

/** Entries, the byte that ends them, and a MAC as the version has it. */
export function makeBks(entries: readonly Uint8Array[], password: string, version = 2): Uint8Array {
  const content = concat(...entries, Uint8Array.of(0));
  const secret = bouncyCastlePassword(password);
  const key = derivePkcs12('sha1', secret, makerSalt, makerIterations, 3, version < 2 ? 2 : 20);
  return concat(header(version), content, createHmac('sha1', key).update(content).digest());
}

/** What UBER encrypts: entries, the byte that ends them, and their digest. */
export function withDigest(entries: readonly Uint8Array[]): Uint8Array {
  const content = concat(...entries, Uint8Array.of(0));
  return concat(content, createHash('sha1').update(content).digest());
}

export function i32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/** Plain UTF-8, which for text without NUL and emoji is what Java writes. */
export function utf(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

export function blob(bytes: Uint8Array): Uint8Array {
  return concat(i32(bytes.length), bytes);
}

function i64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

function storedCertificate(der: Uint8Array, type = 'X.509'): Uint8Array {
  return concat(utf(type), blob(der));
}

export function keyRecord({ keyType, format, algorithm, encoded }: MadeKey): Uint8Array {
  return concat(Uint8Array.of(keyType), utf(format), utf(algorithm), blob(encoded));
}
