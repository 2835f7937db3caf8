import { sha256Hex } from '../../crypto/hash/digest.js';
import { MalformedError } from '../../errors.js';
import type { Pkcs12Certificate } from './certificate-bag.js';
import type { Pkcs12Key } from './key-bag.js';

/**
 * Finds the certificate of each key: by the public key; among several certificates of one public key by localKeyId and friendlyName.
 * These decide alone if the public half of the key is not known, because the key is locked or OpenSSL does not know its algorithm.
 * Java never compares public keys, and pairs crossed localKeyIds as they stand.
 */
export class LeafFinder {
  // The first certificate of each description; certificates that Java lists as trusted come after all others.
  readonly #byDescription = new Map<string, Pkcs12Certificate>();
  readonly #untrusted: readonly Pkcs12Certificate[];

  constructor(certificates: readonly Pkcs12Certificate[]) {
    this.#untrusted = certificates.filter(({ bag }) => !bag.trusted);
    const trusted = certificates.filter(({ bag }) => bag.trusted);
    for (const certificate of this.#untrusted) this.#add(certificate, ['', publicKeyHash(certificate)]);
    for (const certificate of trusted) this.#add(certificate, [publicKeyHash(certificate)]);
  }

  /** @param mayGuess whether the only certificate that issued no other one may be taken */
  find(key: Pkcs12Key, mayGuess: boolean): Pkcs12Certificate | undefined {
    const names = descriptions(key.bag.localKeyId, key.bag.friendlyName);
    if (key.publicKey === undefined) return this.#first(names) ?? (mayGuess ? this.#onlyLeaf() : undefined);
    const hash = sha256Hex(key.publicKey);
    const samePublicKey = this.#first([...names, ''].map((name) => hash + name));
    if (samePublicKey) return samePublicKey;
    // No certificate has this public key. One that may be a leaf is taken at the writer's word, so that the mismatch is reported;
    // an issuer is not: the leaf is missing then.
    const named = this.#first(names) ?? (mayGuess ? this.#onlyLeaf() : undefined);
    return named && isCa(named) ? undefined : named;
  }

  /** The only certificate that issued no other one. */
  #onlyLeaf(): Pkcs12Certificate | undefined {
    const issuers = new Set<string>();
    for (const { certificate } of this.#untrusted) if (!certificate.isSelfIssued) issuers.add(certificate.issuerKey);
    const leaves = this.#untrusted.filter(({ certificate }) => !issuers.has(certificate.subjectKey));
    return leaves.length === 1 ? leaves[0] : undefined;
  }

  #add(certificate: Pkcs12Certificate, prefixes: readonly string[]): void {
    const { localKeyId, friendlyName } = certificate.bag;
    for (const prefix of prefixes) {
      for (const name of [...descriptions(localKeyId, friendlyName), '']) {
        const description = prefix + name;
        if (!this.#byDescription.has(description)) this.#byDescription.set(description, certificate);
      }
    }
  }

  #first(wanted: readonly string[]): Pkcs12Certificate | undefined {
    for (const description of wanted) {
      const found = this.#byDescription.get(description);
      if (found) return found;
    }
    return undefined;
  }
}

/** Separators that are not hexadecimal digits, so that no two descriptions run into each other. */
const idMark = '#';
const nameMark = '"';
/** In place of the hash, for a certificate whose public key cannot be read. */
const noHash = '-';

/** Descriptions of a bag, the most specific first: id and name together, then each alone. */
function descriptions(localKeyId: string | undefined, friendlyName: string | undefined): string[] {
  const id = localKeyId === undefined ? undefined : idMark + localKeyId;
  // Java compares PKCS#12 aliases without regard to case.
  const name = friendlyName === undefined ? undefined : nameMark + friendlyName.toLowerCase();
  return [id && name && id + name, id, name].filter((description) => description !== undefined);
}

/** SHA-256 of the subjectPublicKey bits, which {@link Pkcs12Key.publicKey} has too. */
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
