/*
 * The counterpart of platform.ts for the web page that runs jks2pem in a browser; the build of the page uses this file instead. The
 * algorithms come from the browser, from noble and from node-forge. The code of noble and node-forge is bundled into the page; noble is not
 * a dependency of the package.
 */

export { decryptAead, decryptCbc, encryptCbc, unwrapAesPadded } from './web/cipher.js';
export { hasHash, hashOnce, hmac, randomBytes, startHash, timingSafeEqual } from './web/hash.js';
export { pbkdf2, pbkdf2Sync, scrypt, scryptSync } from './web/key-derivation.js';
export { derivePublicKey, importPublicKey, verifySignature } from './web/public-key.js';

export const platformName: string = 'this page';

/**
 * Called for RSASSA-PSS with different hashes for the message and the mask, which the page does not support. It throws, so that the
 * signature counts as unverifiable.
 */
export function verifyCertificate(): never {
  throw new Error('no RSASSA-PSS with two different hashes');
}

/** Called for encrypted keys in PEM files, which the page does not read. */
export function decryptPrivateKey(): never {
  throw new Error('the page reads no PEM files');
}
