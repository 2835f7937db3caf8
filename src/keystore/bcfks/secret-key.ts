import { readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { decodeText } from '../../asn1/text.js';
import { bytesFromUtf8 } from '../../bytes/encoding.js';
import { decodeUtf16 } from '../../bytes/utf16.js';
import { wipe } from '../../bytes/wipe.js';
import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { type SecretKey, secretKey, secretKeyAlgorithmName } from '../../crypto/key/secret-key.js';
import { readBcfksEncryption } from '../../crypto/pbe/bcfks-encryption.js';
import { StoreUnsupportedError } from '../../errors.js';

/**
 * Decrypts EncryptedSecretKeyData: SEQUENCE { AlgorithmIdentifier, OCTET STRING }.
 * @returns undefined if the password is wrong
 * @throws {StoreUnsupportedError} if the encryption algorithm is none of those that {@link readBcfksEncryption} reads
 */
export function openBcfksSecretKey(
  data: Asn1Element,
  password: string,
  budget: IterationBudget,
  path: string,
): SecretKey | undefined {
  const [algorithmElement, content] = data.fields(2, 'EncryptedSecretKeyData', 'two parts expected');
  const algorithm = readAlgorithmIdentifier(algorithmElement, 'key encryption algorithm');
  const encryption = readBcfksEncryption(algorithm, budget.limits, path);
  if (encryption === undefined) throw new StoreUnsupportedError(`${path}: encryption is not supported`, algorithm.oid);
  const ciphertext = content.expect(Tag.octetString, 'encrypted key').octets();
  const plain = encryption.decrypt(ciphertext, password, 'SECRET_KEY_ENCRYPTION', budget);
  if (plain === undefined) return undefined;
  try {
    return readSecretKey(Asn1Element.only(plain, `${path}, decrypted`));
  } finally {
    wipe(plain);
  }
}

function readSecretKey(data: Asn1Element): SecretKey {
  const [first, second, ...rest] = data.fields(2, 'SecretKeyData', 'two parts expected');
  const bytes = second.expect(Tag.octetString, 'key').octets();
  // SecretKeyData: SEQUENCE { keyAlgorithm OBJECT IDENTIFIER, keyBytes OCTET STRING }.
  if (first.tag === Tag.oid) {
    const oid = first.oid('key algorithm');
    return secretKey(secretKeyAlgorithmName(oid) ?? oid, new Uint8Array(bytes));
  }
  // A password-based key: SEQUENCE { algorithm UTF8String, password OCTET STRING, [0] salt, [1] iterations, [2] encoded key }. Without an
  // encoded key, the password is the key. It is stored in UTF-16, and returned in UTF-8.
  const algorithm = decodeText(first);
  if (algorithm === undefined) throw first.malformed('key algorithm: text expected');
  const encoded = rest.find((part) => part.tag === contextTag(2));
  if (encoded === undefined) return secretKey(algorithm, bytesFromUtf8(decodeUtf16(bytes)));
  // The tag [2] is implicit or explicit. octets() reads an element with an explicit tag as an OCTET STRING of one segment.
  return secretKey(algorithm, new Uint8Array(encoded.octets()));
}
