import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { StoreUnsupportedError } from '../../errors.js';
import { decryptCbc, decryptDesCbc, decryptGcm } from '../cipher/block-cipher.js';
import { decryptRc2Cbc } from '../cipher/rc2.js';
import { requireParameters } from '../kdf/salt-and-iterations.js';

/** The cipher of a PBES2, with its parameters. */
interface EncryptionScheme {
  /** Key length in bytes; undefined if the cipher accepts keys of any length. */
  readonly keyLength: number | undefined;
  /** Key length in bytes if neither the cipher nor the derivation states one. */
  readonly usualKeyLength: number;
  decrypt(key: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** Ciphers in CBC mode whose only parameter is the IV, with OpenSSL's names. */
const cbcCiphers: ReadonlyMap<string, { name: string; keyLength: number; blockSize: number }> = new Map([
  // NIST's aes arc.
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyLength: 16, blockSize: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyLength: 24, blockSize: 16 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyLength: 32, blockSize: 16 }],
  // RFC 8018 B.2.2.
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyLength: 24, blockSize: 8 }],
  // RFC 3657.
  ['1.2.392.200011.61.1.1.1.2', { name: 'camellia-128-cbc', keyLength: 16, blockSize: 16 }],
  ['1.2.392.200011.61.1.1.1.3', { name: 'camellia-192-cbc', keyLength: 24, blockSize: 16 }],
  ['1.2.392.200011.61.1.1.1.4', { name: 'camellia-256-cbc', keyLength: 32, blockSize: 16 }],
  // RFC 5794.
  ['1.2.410.200046.1.1.2', { name: 'aria-128-cbc', keyLength: 16, blockSize: 16 }],
  ['1.2.410.200046.1.1.7', { name: 'aria-192-cbc', keyLength: 24, blockSize: 16 }],
  ['1.2.410.200046.1.1.12', { name: 'aria-256-cbc', keyLength: 32, blockSize: 16 }],
]);

/** Ciphers in GCM mode, below NIST's aes arc. Only Bouncy Castle writes them. */
const gcmCiphers = new Map([
  ['2.16.840.1.101.3.4.1.6', { name: 'aes-128-gcm', keyLength: 16 }],
  ['2.16.840.1.101.3.4.1.26', { name: 'aes-192-gcm', keyLength: 24 }],
  ['2.16.840.1.101.3.4.1.46', { name: 'aes-256-gcm', keyLength: 32 }],
] as const);

/** OIDs from RFC 8018 B.2.1 and B.2.3. */
const desCbc = '1.3.14.3.2.7';
const rc2Cbc = '1.2.840.113549.3.2';

/**
 * Reads a cipher.
 * @throws {StoreUnsupportedError} if the cipher is not supported
 */
export function readEncryptionScheme(algorithm: AlgorithmIdentifier, path: string): EncryptionScheme {
  const { oid } = algorithm;
  const cbc = cbcCiphers.get(oid);
  if (cbc) {
    const iv = readIv(requireParameters(algorithm, path), cbc.blockSize);
    return fixed(cbc.keyLength, (key, ciphertext) => decryptCbc(cbc.name, key, iv, ciphertext));
  }
  if (oid === desCbc) {
    const iv = readIv(requireParameters(algorithm, path), 8);
    return fixed(8, (key, ciphertext) => decryptDesCbc(key, iv, ciphertext));
  }
  if (oid === rc2Cbc) return readRc2(requireParameters(algorithm, path));
  const gcm = gcmCiphers.get(oid as Parameters<typeof gcmCiphers.get>[0]);
  if (gcm) {
    const { nonce, tagLength } = readGcmParameters(requireParameters(algorithm, path));
    return fixed(gcm.keyLength, (key, ciphertext) => decryptGcm(gcm.name, key, nonce, tagLength, ciphertext));
  }
  throw new StoreUnsupportedError(`${path}: cipher is not supported`, oid);
}

function fixed(keyLength: number, decrypt: EncryptionScheme['decrypt']): EncryptionScheme {
  return { keyLength, usualKeyLength: keyLength, decrypt };
}

function readIv(element: Asn1Element, length: number): Uint8Array {
  const iv = element.expect(Tag.octetString, 'IV').octets();
  if (iv.length !== length) throw element.malformed(`IV: ${length} bytes expected, ${iv.length} found`);
  return iv;
}

/**
 * Reads RC2-CBC-Parameter: SEQUENCE { rc2ParameterVersion OPTIONAL, iv } (RFC 8018 B.2.3), or the IV alone. Without a version, 32 bits are
 * effective.
 */
function readRc2(parameters: Asn1Element): EncryptionScheme {
  const fields = parameters.tag === Tag.octetString ? [parameters] : parameters.sequence('RC2 parameters');
  const [first, second] = fields;
  const ivElement = second ?? first;
  if (ivElement === undefined) throw parameters.malformed('RC2 parameters: IV expected');
  const effectiveBits = second && first ? readEffectiveBits(first) : 32;
  const iv = readIv(ivElement, 8);
  return {
    keyLength: undefined,
    usualKeyLength: effectiveBits / 8,
    decrypt: (key, ciphertext) => decryptRc2Cbc(key, effectiveBits, iv, ciphertext),
  };
}

/** Number of effective key bits by rc2ParameterVersion (RFC 8018 B.2.3). A version from 256 on is the number itself. */
const effectiveBitsByVersion: ReadonlyMap<number, number> = new Map([
  [160, 40],
  [120, 64],
  [58, 128],
]);

function readEffectiveBits(element: Asn1Element): number {
  const version = element.smallInteger('RC2 version');
  const bits = effectiveBitsByVersion.get(version) ?? version;
  // RFC 2268 2: at most 1024 bits. node-forge decrypts correctly only if the number is a multiple of 8.
  if (bits === version && (version < 256 || version > 1024 || version % 8 !== 0)) {
    throw element.malformed(`RC2 version: ${version} is not supported`);
  }
  return bits;
}

/** Reads GCMParameters: SEQUENCE { nonce, icvLen DEFAULT 12 } (RFC 5084 3.2). */
function readGcmParameters(parameters: Asn1Element): { nonce: Uint8Array; tagLength: number } {
  const [nonceElement, lengthElement] = parameters.sequence('GCM parameters');
  const nonce = nonceElement?.expect(Tag.octetString, 'nonce').octets();
  if (nonce === undefined || nonce.length === 0 || nonce.length > 64)
    throw parameters.malformed('GCM parameters: nonce of 1 to 64 bytes expected');
  const tagLength = lengthElement?.smallInteger('tag length') ?? 12;
  // RFC 5084 3.2: 12 to 16 bytes.
  if (tagLength < 12 || tagLength > 16) throw parameters.malformed('GCM parameters: tag of 12 to 16 bytes expected');
  return { nonce, tagLength };
}
