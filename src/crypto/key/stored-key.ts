import { createPrivateKey } from 'node:crypto';
import { Jks2PemError } from '../../errors.js';
import { type PrivateKey, readPrivateKeyInfo } from './private-key.js';

/** What OpenSSL calls the content of a PEM block, by its label (RFC 7468 10 and 11, RFC 5915 4; the first is older than any standard). */
const types: ReadonlyMap<string, 'pkcs1' | 'sec1' | 'pkcs8'> = new Map([
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
  ['PRIVATE KEY', 'pkcs8'],
  ['ENCRYPTED PRIVATE KEY', 'pkcs8'],
]);

/**
 * Reads the private key of a PEM block.
 * @param password of an encrypted one
 * @returns undefined if this is no key, or the password is wrong
 */
export function openStoredKey(label: string, der: Uint8Array, password?: string): PrivateKey | undefined {
  try {
    // As it stands: this Node need not know the algorithm.
    if (label === 'PRIVATE KEY') return readPrivateKeyInfo(der, 'private key');
    const type = types.get(label);
    if (type === undefined) return undefined;
    const key = createPrivateKey({
      key: Buffer.from(der.buffer, der.byteOffset, der.length),
      format: 'der',
      type,
      ...(password !== undefined && { passphrase: password }),
    });
    return readPrivateKeyInfo(new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })), 'private key');
  } catch (error) {
    if (error instanceof Jks2PemError || isOpenSslError(error)) return undefined;
    throw error;
  }
}

function isOpenSslError(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^ERR_(?:OSSL|CRYPTO|MISSING_PASSPHRASE)/.test(String(error.code))
  );
}
