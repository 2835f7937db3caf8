import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { concat } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import { decryptCbc } from '../cipher/block-cipher.js';
import { decryptRc2Cbc } from '../cipher/rc2.js';
import { decryptRc4 } from '../cipher/rc4.js';
import { Pkcs12Companions } from '../kdf/pkcs12-companions.js';
import { Purpose, pkcs12Hashes } from '../kdf/pkcs12-kdf.js';
import { readPbeParameters } from './pbe-parameters.js';
import type { PbeScheme } from './pbe-scheme.js';

interface Cipher {
  readonly keyLength: number;
  /** Bytes; none for a stream cipher. */
  readonly ivLength: number;
  decrypt(
    key: Uint8Array,
    iv: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

const des3 = (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => decryptCbc('des-ede3-cbc', key, iv, data);

/** RFC 7292 appendix C: pkcs-12PbeIds 1 to 6. */
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

/** The encryption schemes of PKCS#12 itself; undefined if the OID is none of theirs. */
export function readPkcs12Pbe(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme | undefined {
  const cipher = ciphers.get(algorithm.oid);
  if (cipher === undefined) return undefined;
  const { keyLength, ivLength } = cipher;
  const { salt, iterations } = readPbeParameters(algorithm, limits, path);
  // Key and IV come from two derivations, each with the full count.
  const hashes = pkcs12Hashes('sha1', iterations, keyLength) + pkcs12Hashes('sha1', iterations, ivLength);
  const keyWanted = { hash: 'sha1', salt, iterations, purpose: Purpose.key, length: keyLength };
  const ivWanted = { ...keyWanted, purpose: Purpose.iv, length: ivLength };
  return {
    encoding: 'bmp',
    work: { iterations, hashes },
    announce(companions) {
      companions.expect(keyWanted);
      companions.expect(ivWanted);
    },
    async decrypt(password, ciphertext, begun) {
      const companions = Pkcs12Companions.of(password, begun);
      // Neither of the two has to wait for the other.
      companions.expect(ivWanted);
      const key = companions.derive(keyWanted);
      const iv = companions.derive(ivWanted);
      try {
        return await cipher.decrypt(key, iv, ciphertext);
      } finally {
        wipe(key, iv);
      }
    },
  };
}

/** Triple DES whose third key is the first. */
function decryptTwoKeyDes3(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const tripled = concat(key, key.subarray(0, 8));
  try {
    return des3(tripled, iv, ciphertext);
  } finally {
    wipe(tripled);
  }
}
