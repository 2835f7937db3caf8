import { sha256Hex } from '../../crypto/hash/digest.js';
import { StoreMalformedError } from '../../errors.js';
import type { Pkcs12Certificate } from './certificate-bag.js';
import type { Pkcs12Key } from './key-bag.js';

/**
 * Finds the certificate of each key: by the public key, which is certain; among several of the same public key, and for keys that
 * do not tell theirs, by local key id, then by friendly name. Java never looks at the public key, and takes crossed ids at their word.
 */
export class CertificateFinder {
  // The first certificate of each description, and what Java trusts by itself only after all others.
  readonly #byDescription = new Map<string, Pkcs12Certificate>();
  readonly #own: readonly Pkcs12Certificate[];

  constructor(certificates: readonly Pkcs12Certificate[]) {
    const own = certificates.filter(({ bag }) => !bag.trusted);
    const trusted = certificates.filter(({ bag }) => bag.trusted);
    for (const certificate of own) this.#add(certificate, ['', keyBits(certificate)]);
    for (const certificate of trusted) this.#add(certificate, [keyBits(certificate)]);
    this.#own = own;
  }

  /** @param alone whether the store has no other key */
  find(key: Pkcs12Key, alone: boolean): Pkcs12Certificate | undefined {
    const bits = key.publicKey && sha256Hex(key.publicKey);
    const names = descriptions(key.bag.localKeyId, key.bag.friendlyName);
    const fitting = bits && this.#first([...names, ''].map((name) => bits + name));
    if (fitting) return fitting;
    // By the writer's word alone, then. Whether it is true is checked before anything is made of the pair.
    return this.#first(names) ?? (alone ? this.#onlyLeaf() : undefined);
  }

  /** The one certificate that has issued no other. */
  #onlyLeaf(): Pkcs12Certificate | undefined {
    const issuers = new Set<string>();
    for (const { certificate } of this.#own) if (!certificate.isSelfIssued) issuers.add(certificate.issuerKey);
    const leaves = this.#own.filter(({ certificate }) => !issuers.has(certificate.subjectKey));
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

  #first(descriptions: readonly string[]): Pkcs12Certificate | undefined {
    for (const description of descriptions) {
      const found = this.#byDescription.get(description);
      if (found) return found;
    }
    return undefined;
  }
}

/** Neither is a hexadecimal digit. */
const idMark = '#';
const nameMark = '"';

/** Id and name together, each alone; the closest first. */
function descriptions(localKeyId: string | undefined, friendlyName: string | undefined): string[] {
  const id = localKeyId === undefined ? undefined : idMark + localKeyId;
  // Java compares aliases without regard to case.
  const name = friendlyName === undefined ? undefined : nameMark + friendlyName.toLowerCase();
  return [id && name && id + name, id, name].filter((description) => description !== undefined);
}

/** A hash, for shortness, of the certificate's public key as {@link Pkcs12Key} has its own. */
function keyBits({ certificate }: Pkcs12Certificate): string {
  try {
    const bits = certificate.parts.subjectPublicKeyInfo.sequence('public key')[1];
    return bits === undefined ? 'none' : sha256Hex(bits.bitOctets('public key'));
  } catch (error) {
    if (error instanceof StoreMalformedError) return 'none';
    throw error;
  }
}
