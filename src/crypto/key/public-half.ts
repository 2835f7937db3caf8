import { createPublicKey } from 'node:crypto';
import { toKeyObject } from './key-pair.js';
import type { PrivateKey } from './private-key.js';

/**
 * The public key of a private key as certificates hold it: SubjectPublicKeyInfo (RFC 5280 4.1.2.7), DER.
 * @returns undefined if this OpenSSL does not know the algorithm or finds the key broken
 */
export function publicKeyInfoOf(key: PrivateKey): Uint8Array | undefined {
  const privateKey = toKeyObject(key);
  return privateKey && new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
}
