import { sha256Hex } from '../../crypto/hash/digest.js';
import { MalformedError } from '../../errors.js';
import type { Pkcs12Certificate } from './certificate-bag.js';
import type { Pkcs12Key } from './key-bag.js';

/**
 * Finds the certificate of each key by its public key. If several certificates have this public key, localKeyId and friendlyName choose
 * one. If the public half of the key is unknown (because the key cannot be decrypted, or OpenSSL does not know its algorithm), only
 * localKeyId and friendlyName are compared. Java always compares only these, and therefore pairs keys with wrong certificates if the
 * localKeyIds are wrong.
 */
export class LeafFinder {
  // The first certificate for each search key: the hash of its public key, one of {@link searchKeys}, or both joined. Certificates that
  // Java lists as trusted come after all others, and are found only with the hash.
  readonly #bySearchKey = new Map<string, Pkcs12Certificate>();
  readonly #untrusted: readonly Pkcs12Certificate[];

  constructor(certificates: readonly Pkcs12Certificate[]) {
    this.#untrusted = certificates.filter(({ bag }) => !bag.trusted);
    const trusted = certificates.filter(({ bag }) => bag.trusted);
    for (const certificate of this.#untrusted) this.#add(certificate, ['', publicKeyHash(certificate)]);
    for (const certificate of trusted) this.#add(certificate, [publicKeyHash(certificate)]);
  }

  /**
   * Finds the certificate of a key.
   * @param mayGuess whether {@link #onlyLeaf} may be used if no certificate matches
   */
  find(key: Pkcs12Key, mayGuess: boolean): Pkcs12Certificate | undefined {
    const names = searchKeys(key.bag.localKeyId, key.bag.friendlyName);
    if (key.publicKey === undefined) return this.#first(names) ?? (mayGuess ? this.#onlyLeaf() : undefined);
    const hash = sha256Hex(key.publicKey);
    const samePublicKey = this.#first([...names, ''].map((name) => hash + name));
    if (samePublicKey) return samePublicKey;
    // No certificate has this public key. If localKeyId, friendlyName or {@link #onlyLeaf} gives a certificate that is not a CA, it is
    // used, so that the mismatch is reported. If it is a CA, the leaf is missing.
    const named = this.#first(names) ?? (mayGuess ? this.#onlyLeaf() : undefined);
    return named && isCa(named) ? undefined : named;
  }

  /**
   * Returns the only certificate that is not the issuer of another one; undefined if there is no such certificate, or more than one.
   * Certificates that Java lists as trusted do not count.
   */
  #onlyLeaf(): Pkcs12Certificate | undefined {
    const issuers = new Set<string>();
    for (const { certificate } of this.#untrusted) if (!certificate.isSelfIssued) issuers.add(certificate.issuerKey);
    const leaves = this.#untrusted.filter(({ certificate }) => !issuers.has(certificate.subjectKey));
    return leaves.length === 1 ? leaves[0] : undefined;
  }

  #add(certificate: Pkcs12Certificate, prefixes: readonly string[]): void {
    const { localKeyId, friendlyName } = certificate.bag;
    for (const prefix of prefixes) {
      for (const name of [...searchKeys(localKeyId, friendlyName), '']) {
        const searchKey = prefix + name;
        if (!this.#bySearchKey.has(searchKey)) this.#bySearchKey.set(searchKey, certificate);
      }
    }
  }

  #first(wanted: readonly string[]): Pkcs12Certificate | undefined {
    for (const searchKey of wanted) {
      const found = this.#bySearchKey.get(searchKey);
      if (found) return found;
    }
    return undefined;
  }
}

/** Separators that are not hexadecimal digits, so that different search keys never become equal when joined. */
const idMark = '#';
const nameMark = '"';
/** Used instead of the hash if the public key of a certificate cannot be read. */
const noHash = '-';

/**
 * Returns the search keys from the attributes of a bag (RFC 7292 4.2), the most specific first: localKeyId with friendlyName, localKeyId,
 * friendlyName.
 */
function searchKeys(localKeyId: string | undefined, friendlyName: string | undefined): string[] {
  const id = localKeyId === undefined ? undefined : idMark + localKeyId;
  // Java ignores case when it compares PKCS#12 aliases.
  const name = friendlyName === undefined ? undefined : nameMark + friendlyName.toLowerCase();
  return [id && name && id + name, id, name].filter((searchKey) => searchKey !== undefined);
}

/** Returns the SHA-256 of the content of the subjectPublicKey, for comparison with {@link Pkcs12Key.publicKey}. */
function publicKeyHash({ certificate }: Pkcs12Certificate): string {
  try {
    const bits = certificate.parts.subjectPublicKeyInfo.sequence('public key')[1];
    return bits === undefined ? noHash : sha256Hex(bits.bitOctets('public key'));
  } catch (error) {
    if (error instanceof MalformedError) return noHash;
    throw error;
  }
}

function isCa({ certificate }: Pkcs12Certificate): boolean {
  try {
    return certificate.extensions.basicConstraints?.ca ?? false;
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}
