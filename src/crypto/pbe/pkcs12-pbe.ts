import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { concat } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { decryptRc2Cbc } from '../cipher/rc2.js';
import { decryptRc4 } from '../cipher/rc4.js';
import { derivePkcs12, Purpose, pkcs12Hashes } from '../kdf/pkcs12-kdf.js';
import { readPbeParameters } from '../kdf/salt-and-iterations.js';
import type { PbeScheme } from './pbe-scheme.js';

interface Cipher {
  readonly keyLength: number;
  /** Length of the IV in bytes; 0 for a stream cipher. */
  readonly ivLength: number;
  decrypt(
    key: Uint8Array,
    iv: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

const des3 = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => decryptCbc('des-ede3-cbc', key, iv, data);

/** The ciphers of RFC 7292 appendix C: pkcs-12PbeIds 1 to 6. */
const ciphers: ReadonlyMap<string, Cipher> = new Map<string, Cipher>([
  ['1.2.840.113549.1.12.1.1', { keyLength: 16, ivLength: 0, decrypt: (key, _iv, data) => decryptRc4(key, data) }],
  ['1.2.840.113549.1.12.1.2', { keyLength: 5, ivLength: 0, decrypt: (key, _iv, data) => decryptRc4(key, data) }],
  ['1.2.840.113549.1.12.1.3', { keyLength: 24, ivLength: 8, decrypt: des3 }],
  ['1.2.840.113549.1.12.1.4', { keyLength: 16, ivLength: 8, decrypt: decryptTwoKeyDes3 }],
  [
    '1.2.840.113549.1.12.1.5',
    { keyLength: 16, ivLength: 8, decrypt: (key, iv, data) => decryptRc2Cbc(key, 128, iv, data) },
  ],
  [
    '1.2.840.113549.1.12.1.6',
    { keyLength: 5, ivLength: 8, decrypt: (key, iv, data) => decryptRc2Cbc(key, 40, iv, data) },
  ],
]);

/**
 * Reads one of PKCS#12's own encryption schemes.
 * @returns undefined if the OID is not one of them
 */
export function readPkcs12Pbe(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme | undefined {
  const cipher = ciphers.get(algorithm.oid);
  if (cipher === undefined) return undefined;
  const { keyLength, ivLength } = cipher;
  const { salt, iterations } = readPbeParameters(algorithm, limits, path);
  // RFC 7292 B.3: key and IV are derived separately, each with the full iteration count.
  const hashes = pkcs12Hashes('sha1', iterations, keyLength) + pkcs12Hashes('sha1', iterations, ivLength);
  return {
    encoding: 'bmp',
    work: { iterations, hashes },
    async decrypt(password, ciphertext) {
      const key = derivePkcs12('sha1', password, salt, iterations, Purpose.key, keyLength);
      const iv = derivePkcs12('sha1', password, salt, iterations, Purpose.iv, ivLength);
      try {
        return await cipher.decrypt(key, iv, ciphertext);
      } finally {
        wipe(key, iv);
      }
    },
  };
}

/** Decrypts triple DES with two keys, in which the third key is the first one. */
function decryptTwoKeyDes3(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const tripled = concat(key, key.subarray(0, 8));
  try {
    return des3(tripled, iv, ciphertext);
  } finally {
    wipe(tripled);
  }
}
