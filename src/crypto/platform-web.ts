/*
 * platform.ts for browsers. The build of the page takes this file in the place of the other. The algorithms come from the browser, from
 * noble and from node-forge, which only the page holds: none of them is a dependency of the package.
 */

export { decryptAead, decryptCbc, encryptCbc, unwrapAesPadded } from './web/cipher.js';
export { hasHash, hashOnce, hmac, randomBytes, startHash, timingSafeEqual } from './web/hash.js';
export { pbkdf2, pbkdf2Sync, scrypt, scryptSync } from './web/key-derivation.js';
export { derivePublicKey, importPublicKey, verifySignature } from './web/public-key.js';

export const platformName: string = 'this page';

/** RSASSA-PSS with two different hashes, which Node checks by other means. The page counts such a signature as unverifiable. */
export function verifyCertificate(): never {
  throw new Error('no RSASSA-PSS with two different hashes');
}

/** Encrypted keys of PEM files, which the page does not read. */
export function decryptPrivateKey(): never {
  throw new Error('the page reads no PEM files');
}
