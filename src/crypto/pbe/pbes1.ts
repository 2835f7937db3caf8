import type { AlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { wipe } from '../../bytes/wipe.js';
import type { Limits } from '../../limits.js';
import { decryptDesCbc } from '../cipher/block-cipher.js';
import { decryptRc2Cbc } from '../cipher/rc2.js';
import { digest } from '../hash/digest.js';
import { iterateDigest } from '../hash/iterate-digest.js';
import { readPbeParameters } from '../kdf/salt-and-iterations.js';
import type { PbeScheme } from './pbe-scheme.js';

type Cipher = (
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** RFC 8018 6.1.1: the RC2 keys of PBES1 have 64 bits, all of which are effective. */
const rc2: Cipher = (key, iv, ciphertext) => decryptRc2Cbc(key, 64, iv, ciphertext);

/** The schemes of RFC 8018 A.3, except the two with MD2, which OpenSSL 3 does not provide. */
const schemes: ReadonlyMap<string, { readonly hash: string; readonly cipher: Cipher }> = new Map([
  ['1.2.840.113549.1.5.3', { hash: 'md5', cipher: decryptDesCbc }],
  ['1.2.840.113549.1.5.6', { hash: 'md5', cipher: rc2 }],
  ['1.2.840.113549.1.5.10', { hash: 'sha1', cipher: decryptDesCbc }],
  ['1.2.840.113549.1.5.11', { hash: 'sha1', cipher: rc2 }],
]);

/**
 * Reads PBES1 (RFC 8018 6.1).
 * @returns undefined if the OID is not one of its schemes
 */
export function readPbes1(algorithm: AlgorithmIdentifier, limits: Limits, path: string): PbeScheme | undefined {
  const scheme = schemes.get(algorithm.oid);
  if (scheme === undefined) return undefined;
  const { salt, iterations } = readPbeParameters(algorithm, limits, path);
  return {
    encoding: 'utf8',
    work: { iterations, hashes: iterations },
    async decrypt(password, ciphertext) {
      // PBKDF1 (RFC 8018 5.1): the first eight octets are the key, the next eight are the IV.
      const first = digest(scheme.hash, password, salt);
      const derived = iterateDigest(scheme.hash, first, iterations - 1);
      try {
        return await scheme.cipher(derived.subarray(0, 8), derived.subarray(8, 16), ciphertext);
      } finally {
        wipe(first, derived);
      }
    },
  };
}
