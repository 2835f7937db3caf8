import { createPrivateKey } from 'node:crypto';
import { type PrivateKey, readPrivateKeyInfo } from './private-key.js';

/**
 * The private key of a PEM block of any kind that is not encrypted: `PRIVATE KEY` (PKCS#8), or `RSA`, `EC`, `DSA PRIVATE KEY`,
 * which OpenSSL turns into PKCS#8.
 * @returns undefined if this OpenSSL does not know the key, or it is broken
 */
export function privateKeyOfPemBlock(label: string, der: Uint8Array): PrivateKey | undefined {
  try {
    if (label === 'PRIVATE KEY') return readPrivateKeyInfo(der, 'private key');
    const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
    // RFC 7468 2: lines of 64 characters.
    const lines = base64.match(/.{1,64}/g) ?? [];
    const pem = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
    const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
    return readPrivateKeyInfo(new Uint8Array(pkcs8), 'private key');
  } catch {
    return undefined;
  }
}
