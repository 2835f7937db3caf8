import { createPrivateKey } from 'node:crypto';
import { Jks2PemError } from '../../errors.js';
import { type PrivateKey, readPrivateKeyInfo } from './private-key.js';
import { fromTraditionalKey } from './traditional-key.js';

/**
 * Reads the private key of a PEM block: PKCS#8 (RFC 7468 10), encrypted PKCS#8 (RFC 7468 11), or a traditional form.
 * @param password of an encrypted one
 * @returns undefined if this is no key, or the password is wrong
 */
export function openStoredKey(label: string, der: Uint8Array, password?: string): PrivateKey | undefined {
  try {
    const pkcs8 =
      label === 'PRIVATE KEY'
        ? der
        : label === 'ENCRYPTED PRIVATE KEY'
          ? decryptPkcs8(der, password)
          : fromTraditionalKey(label, der);
    return pkcs8 && readPrivateKeyInfo(pkcs8, 'private key');
  } catch (error) {
    if (error instanceof Jks2PemError || isOpenSslError(error)) return undefined;
    throw error;
  }
}

function decryptPkcs8(der: Uint8Array, password: string | undefined): Uint8Array {
  const key = createPrivateKey({
    key: Buffer.from(der.buffer, der.byteOffset, der.length),
    format: 'der',
    type: 'pkcs8',
    ...(password !== undefined && { passphrase: password }),
  });
  return new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
}

function isOpenSslError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^ERR_(?:OSSL|CRYPTO|MISSING_PASSPHRASE)/.test(String(error.code))
  );
}
