import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  hash as nodeHash,
  pbkdf2 as nodePbkdf2,
  pbkdf2Sync as nodePbkdf2Sync,
  randomBytes as nodeRandomBytes,
  scrypt as nodeScrypt,
  scryptSync as nodeScryptSync,
  timingSafeEqual as nodeTimingSafeEqual,
  verify,
  X509Certificate,
} from 'node:crypto';
import { wipe } from '../bytes/wipe.js';

/*
 * This is the only file that imports node:crypto. The web page that runs jks2pem in a browser is built with platform-web.ts instead, which
 * has the same functions, except those that only the command and Node programs need. In comments, the platform is Node's OpenSSL or, on the
 * page, the libraries that platform-web.ts names. Algorithms have OpenSSL's names. A function throws if the platform lacks the algorithm;
 * `provided` converts that to a StoreUnsupportedError.
 */

export type { KeyObject };

/** Name of the library that provides the algorithms, for messages. */
export const platformName: string = 'the cryptographic library of this runtime';

/** Computes the hash of content that is available as a whole. The result is octets or lower-case hexadecimal. */
export const hashOnce: {
  (algorithm: string, content: Uint8Array, form: 'buffer'): Uint8Array;
  (algorithm: string, content: Uint8Array, form: 'hex'): string;
} = nodeHash;

export const randomBytes: (length: number) => Uint8Array = nodeRandomBytes;

/** Checks whether byte arrays of the same length are equal, in a time that does not depend on where they differ. */
export const timingSafeEqual: (a: Uint8Array, b: Uint8Array) => boolean = nodeTimingSafeEqual;

/** A hash whose content is added in parts. */
export interface RunningHash {
  update(part: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** The cost parameters of scrypt (RFC 7914 2). `maxmem` is a limit in bytes. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

/** An imported public key. Node's KeyObject is one; the properties have Node's names. */
export interface PublicKey {
  /** `rsa`, `rsa-pss`, `dsa`, `ec`, `ed25519`, `ed448`, `x25519`, `x448`, or another name of OpenSSL. */
  readonly asymmetricKeyType?: string | undefined;
  /** Must not be read for a DSA key: Node aborts the process if y is invalid (an assertion in GetDsaKeyDetail). */
  readonly asymmetricKeyDetails?: {
    readonly modulusLength?: number;
    readonly publicExponent?: bigint;
    /** OpenSSL's name of the elliptic curve. */
    readonly namedCurve?: string;
  };
  /** Returns the SubjectPublicKeyInfo (RFC 5280 4.1.2.7). */
  export(options: { format: 'der'; type: 'spki' }): Uint8Array;
  equals(other: PublicKey): boolean;
}

/** Parameters of a signature. */
export interface SignatureScheme {
  /** Undefined for schemes that define their own hash, such as EdDSA. */
  readonly hash?: string;
  /** Length of the salt in octets, for RSASSA-PSS only. */
  readonly saltLength?: number;
}

export type AeadCipher = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'aes-256-ccm' | 'chacha20-poly1305';

export function startHash(algorithm: string): RunningHash {
  return createHash(algorithm);
}

/** Checks whether the platform provides a hash, and HMAC with this hash. */
export function hasHash(algorithm: string): boolean {
  try {
    createHmac(algorithm, '');
    return true;
  } catch {
    return false;
  }
}

export function hmac(algorithm: string, key: Uint8Array, content: Uint8Array): Uint8Array {
  return createHmac(algorithm, key).update(content).digest();
}

export function pbkdf2Sync(
  algorithm: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array {
  return nodePbkdf2Sync(password, salt, iterations, length, algorithm);
}

/** Computes PBKDF2 (RFC 8018 5.2) in a thread of Node's pool. */
export function pbkdf2(
  algorithm: string,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  return promised((done) => nodePbkdf2(password, salt, iterations, length, algorithm, done));
}

export function scryptSync(password: Uint8Array, salt: Uint8Array, length: number, cost: ScryptCost): Uint8Array {
  return nodeScryptSync(password, salt, length, cost);
}

/** Computes scrypt (RFC 7914) in a thread of Node's pool. */
export function scrypt(password: Uint8Array, salt: Uint8Array, length: number, cost: ScryptCost): Promise<Uint8Array> {
  return promised((done) => nodeScrypt(password, salt, length, cost, done));
}

function promised(start: (done: (error: Error | null, key: Uint8Array) => void) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => start((error, key) => (error ? reject(error) : resolve(key))));
}

/** Decrypts whole blocks in CBC mode. The padding is not removed, so that a wrong key does not throw. */
export function decryptCbc(cipher: string, key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(cipher, key, iv);
  decipher.setAutoPadding(false);
  const padded = plainBytes(decipher.update(ciphertext));
  decipher.final();
  return padded;
}

/** Encrypts in CBC mode with PKCS#7 padding (RFC 5652 6.3). */
export function encryptCbc(cipher: string, key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array[] {
  const encryption = createCipheriv(cipher, key, iv);
  return [encryption.update(plain), encryption.final()];
}

/**
 * Decrypts in an authenticated mode.
 * @param ciphertext the ciphertext, with the tag at its end; not shorter than the tag
 * @param additional data that is authenticated, but not encrypted; not supported for CCM
 * @returns undefined if the tag differs
 */
export function decryptAead(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  tagLength: number,
  ciphertext: Uint8Array,
  additional?: Uint8Array,
): Uint8Array | undefined {
  const end = ciphertext.length - tagLength;
  // Node's types have one overload for each mode. All of these ciphers are used like GCM.
  const decipher = createDecipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: tagLength });
  decipher.setAuthTag(ciphertext.subarray(end));
  if (additional) decipher.setAAD(additional);
  let plain: Uint8Array | undefined;
  try {
    plain = plainBytes(decipher.update(ciphertext.subarray(0, end)));
    decipher.final();
    return plain;
  } catch {
    wipe(plain);
    return undefined;
  }
}

/**
 * Decrypts AES-256 Key Wrap with Padding (RFC 5649).
 * @returns undefined if initial value, length or padding differ
 */
export function unwrapAesPadded(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv('id-aes256-wrap-pad', key, alternativeInitialValue);
  try {
    // OpenSSL decrypts and checks everything in this step.
    return plainBytes(decipher.update(wrapped));
  } catch {
    return undefined;
  }
}

/** RFC 5649 3: the constant half of the initial value. The other half is the length, which OpenSSL adds. */
const alternativeInitialValue = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6);

/** Converts a Buffer to a Uint8Array, because the slice() of a Buffer does not copy. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Imports a SubjectPublicKeyInfo, or an RSAPublicKey (RFC 8017 A.1.1) as `pkcs1`. */
export function importPublicKey(der: Uint8Array, type: 'spki' | 'pkcs1'): PublicKey {
  return createPublicKey({ key: Buffer.from(der), format: 'der', type });
}

/** Derives the public key that belongs to a PrivateKeyInfo (RFC 5208 5). */
export function derivePublicKey(pkcs8: Uint8Array): PublicKey {
  return createPublicKey(importPrivateKey(pkcs8));
}

/** Checks whether the signature was made with the private key of `key`. */
export function verifySignature(
  scheme: SignatureScheme,
  data: Uint8Array,
  key: PublicKey,
  signature: Uint8Array,
): boolean {
  const { hash = null, saltLength } = scheme;
  const nodeKey = key as KeyObject;
  if (saltLength === undefined) return verify(hash, data, nodeKey, signature);
  return verify(hash, data, { key: nodeKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
}

/**
 * Checks whether the signature of a certificate was made with the private key of `key`. Supports schemes for which {@link verifySignature}
 * has no options, such as RSASSA-PSS with different hashes for the message and the mask.
 */
export function verifyCertificate(der: Uint8Array, key: PublicKey): boolean {
  return new X509Certificate(der).verify(key as KeyObject);
}

/** Imports a PrivateKeyInfo. platform-web.ts has no such function. */
export function importPrivateKey(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: viewOf(pkcs8), format: 'der', type: 'pkcs8' });
}

/**
 * Decrypts an EncryptedPrivateKeyInfo (RFC 5958 3). In platform-web.ts, this function always throws.
 * @param der an ASN.1 element; for other bytes, OpenSSL's error is thrown
 * @returns undefined if OpenSSL cannot decrypt it: the password is wrong or missing, the key is malformed, or the algorithm is not
 * supported
 */
export function decryptPrivateKey(der: Uint8Array, password?: string): Uint8Array | undefined {
  try {
    const key = createPrivateKey({ key: viewOf(der), format: 'der', type: 'pkcs8', passphrase: password });
    // The bytes are not copied, so that no second copy of the key stays in memory.
    return plainBytes(key.export({ format: 'der', type: 'pkcs8' }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (/^ERR_(?:OSSL|CRYPTO|MISSING_PASSPHRASE)/.test(String(code))) return undefined;
    throw error;
  }
}

/** Checks whether a certificate is valid for a host name or an IP address by OpenSSL's rules. platform-web.ts has no such function. */
export function isForHost(certificate: Uint8Array, host: string, kind: 'name' | 'address'): boolean {
  const parsed = new X509Certificate(certificate);
  return (kind === 'address' ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
