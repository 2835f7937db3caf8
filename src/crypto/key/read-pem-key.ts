import { Asn1Element } from '../../asn1/element.js';
import { Jks2PemError } from '../../errors.js';
import { decryptPrivateKey } from '../platform.js';
import { type PrivateKey, readPrivateKeyInfo } from './private-key.js';
import { fromTraditionalKey, traditionalLabel } from './traditional-key.js';

/**
 * Reads the private key of a PEM block: PKCS#8 (RFC 7468 10), encrypted PKCS#8 (RFC 7468 11), or a traditional format of OpenSSL (see
 * {@link fromTraditionalKey}).
 * @param password password of an encrypted key
 * @returns undefined if the block is not a key or cannot be read, or if the password is wrong or missing
 */
export function readPemKey(label: string, der: Uint8Array, password?: string): PrivateKey | undefined {
  try {
    const pkcs8 =
      label === 'PRIVATE KEY'
        ? der
        : label === 'ENCRYPTED PRIVATE KEY'
          ? openEncrypted(der, password)
          : fromTraditionalKey(label, der);
    return pkcs8 && readPrivateKeyInfo(pkcs8, 'private key');
  } catch (error) {
    if (error instanceof Jks2PemError) return undefined;
    throw error;
  }
}

function openEncrypted(der: Uint8Array, password: string | undefined): Uint8Array | undefined {
  // Asn1Element.first throws StoreMalformedError for bytes that are not an ASN.1 element. OpenSSL's error for such bytes has no code, so
  // decryptPrivateKey would rethrow it.
  Asn1Element.first(der, 'private key');
  return decryptPrivateKey(der, password);
}

/**
 * Reads a private key in a traditional format. Its PEM label is determined from its fields.
 * @returns undefined if the bytes are not such a key
 */
export function readTraditionalKey(der: Uint8Array): { readonly label: string; readonly key: PrivateKey } | undefined {
  const label = traditionalLabel(der);
  if (label === undefined) return undefined;
  const key = readPemKey(label, der);
  return key && { label, key };
}
