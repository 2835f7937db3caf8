import { Asn1Element } from '../../asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import { join } from '../../bytes/concat.js';
import { bytesFromUtf8 } from '../../bytes/encoding.js';
import { equalBytes } from '../../bytes/equal.js';
import { wipe } from '../../bytes/wipe.js';
import { Jks2PemError } from '../../errors.js';
import { encryptCbc, pbkdf2, randomBytes } from '../platform.js';

/** OIDs from RFC 8018 A.2 and B.1.2, and RFC 3565 4.1. */
const pbkdf2Oid = '1.2.840.113549.1.5.12';
const hmacWithSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';
/** Recommended by OWASP's Password Storage Cheat Sheet since 2023 for PBKDF2 with HMAC-SHA-256. */
const iterations = 600_000;
/** NIST SP 800-132 5.1 requires a salt of at least 128 bits. */
const saltLength = 16;
/** Block length of AES and key length of AES-256 (FIPS 197). */
const ivLength = 16;
const keyLength = 32;

/** The random values of an encryption. With the same key, password and values, the result is the same. */
interface SaltAndIv {
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
}

/**
 * Encrypts a PrivateKeyInfo as EncryptedPrivateKeyInfo (RFC 5958 3) with PBES2, PBKDF2 with HMAC-SHA-256, and AES-256-CBC. OpenSSL 1.0 and
 * later and Java 8u301 and later read it.
 * @param password the password, which is encoded in UTF-8, as in OpenSSL; Java 17 reads the key only if the password is ASCII
 * @param values default: new random values. With the salt and the IV of an existing EncryptedPrivateKeyInfo, the same key and password give
 *   the same bytes
 */
export async function encryptPrivateKey(
  pkcs8: Uint8Array,
  password: string,
  values: SaltAndIv = { salt: randomBytes(saltLength), iv: randomBytes(ivLength) },
): Promise<Uint8Array> {
  const key = await deriveKey(password, values.salt);
  try {
    const encrypted = join(encryptCbc('aes-256-cbc', key, values.iv, pkcs8));
    return encodeSequence(encodeAlgorithm(values), encodeOctetString(encrypted));
  } finally {
    wipe(key);
  }
}

async function deriveKey(password: string, salt: Uint8Array): Promise<Uint8Array> {
  const secret = bytesFromUtf8(password);
  try {
    return await pbkdf2('sha256', secret, salt, iterations, keyLength);
  } finally {
    wipe(secret);
  }
}

/** Returns the random values of a key that {@link encryptPrivateKey} encrypted; undefined for any other encryption. */
export function readSaltAndIv(encryptedPrivateKeyInfo: Uint8Array): SaltAndIv | undefined {
  try {
    // The types are not checked here, because the whole algorithm is compared below.
    const [algorithm] = Asn1Element.only(encryptedPrivateKeyInfo, 'encrypted key').children();
    const [derivation, scheme] = algorithm?.children()[1]?.children() ?? [];
    const salt = derivation?.children()[1]?.children()[0]?.octets();
    const iv = scheme?.children()[1]?.octets();
    if (!algorithm || salt?.length !== saltLength || iv?.length !== ivLength) return undefined;
    return equalBytes(encodeAlgorithm({ salt, iv }), algorithm.raw) ? { salt, iv } : undefined;
  } catch (error) {
    // The bytes cannot be parsed, so encryptPrivateKey has not written them.
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}

function encodeAlgorithm({ salt, iv }: SaltAndIv): Uint8Array {
  const prf = encodeSequence(encodeObjectIdentifier(hmacWithSha256), encodeElement(Tag.null));
  const derivation = encodeSequence(encodeOctetString(salt), encodeInteger(iterations), prf);
  return encodeSequence(
    encodeObjectIdentifier(Oid.pbes2),
    encodeSequence(
      encodeSequence(encodeObjectIdentifier(pbkdf2Oid), derivation),
      encodeSequence(encodeObjectIdentifier(aes256Cbc), encodeOctetString(iv)),
    ),
  );
}
