import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { requireFewWarnings } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Entry, Warning } from '../types.js';
import { type Pkcs12Certificate, readCertificateBag } from './certificate-bag.js';
import { JavaChains } from './java-chains.js';
import { openKeysAtLoad, Pkcs12Key } from './key-bag.js';
import { LeafFinder } from './leaf-finder.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';
import { readSecretBag } from './secret-bag.js';

/** The bags of a file, grouped by type. Bags of other types are skipped. */
interface SortedBags {
  readonly keys: ReadonlyMap<Bag, Pkcs12Key>;
  readonly certificates: readonly Pkcs12Certificate[];
  readonly secretKeys: ReadonlyMap<Bag, Entry>;
  /** Whether every certificate bag contains a readable X.509 certificate. */
  readonly isComplete: boolean;
}

/** Creates the entries of a file from its bags: private keys with their chains, trusted certificates, and secret keys. */
export async function readEntries(
  bags: readonly Bag[],
  password: Password | undefined,
  budget: IterationBudget,
  warnings: Warning[],
): Promise<{ entries: Entry[]; looseCertificates: Certificate[] }> {
  const aliases = new Aliases(bags);
  const sorted = sortBags(bags, aliases, password?.text, budget, warnings);
  const { keys, certificates, secretKeys } = sorted;
  await openKeysAtLoad([...keys.values()], password, budget, warnings);
  try {
    const keyEntries = privateKeyEntries(sorted, password?.text, budget, warnings);
    const taken = new Set([...keys.keys(), ...secretKeys.keys()].map((bag) => aliases.of(bag)));
    const trusted = keys.size === 0 ? certificates : trustedCertificates(certificates, keyEntries.leaves, taken);
    const trustedEntries = new Map(
      trusted.map((certificate) => [certificate.bag, trustedEntry(certificate, aliases.of(certificate.bag))]),
    );
    const entryOf = (bag: Bag) => keyEntries.entries.get(bag) ?? secretKeys.get(bag) ?? trustedEntries.get(bag);
    return {
      entries: bags.map(entryOf).filter((entry) => entry !== undefined),
      looseCertificates: certificates.map(({ certificate }) => certificate),
    };
  } catch (error) {
    for (const key of keys.values()) key.wipe();
    throw error;
  }
}

function sortBags(
  bags: readonly Bag[],
  aliases: Aliases,
  storePass: string | undefined,
  { limits }: IterationBudget,
  warnings: Warning[],
): SortedBags {
  const keys = new Map<Bag, Pkcs12Key>();
  const certificates: Pkcs12Certificate[] = [];
  const secretKeys = new Map<Bag, Entry>();
  let isComplete = true;
  for (const bag of bags) {
    requireFewWarnings(warnings, bag.path);
    switch (bag.oid) {
      case Pkcs12Oid.keyBag:
      case Pkcs12Oid.shroudedKeyBag:
        keys.set(bag, new Pkcs12Key(bag, aliases.of(bag), limits));
        break;
      case Pkcs12Oid.certBag: {
        const certificate = readCertificateBag(bag, warnings);
        if (certificate) certificates.push(certificate);
        else isComplete = false;
        break;
      }
      case Pkcs12Oid.secretBag: {
        const entry = readSecretBag(bag, aliases.of(bag), { storePass, limits, warnings });
        if (entry) secretKeys.set(bag, entry);
        break;
      }
      default: {
        const what = bag.oid === Pkcs12Oid.crlBag ? 'a revocation list' : `a bag of unknown type ${bag.oid}`;
        warnings.push({ code: 'WARN_BAG_SKIPPED', message: `${bag.path}: ${what}; left out` });
      }
    }
  }
  return { keys, certificates, secretKeys, isComplete };
}

function privateKeyEntries(
  { keys, certificates, isComplete }: SortedBags,
  storePass: string | undefined,
  { limits }: IterationBudget,
  warnings: Warning[],
): { entries: ReadonlyMap<Bag, Entry>; leaves: ReadonlySet<Pkcs12Certificate> } {
  const entries = new Map<Bag, Entry>();
  const leaves = new Set<Pkcs12Certificate>();
  if (keys.size === 0) return { entries, leaves };
  const finder = new LeafFinder(certificates);
  const issuers = new JavaChains(
    certificates.map(({ certificate }) => certificate),
    limits,
  );
  // The only leaf of the file is assumed to belong to its only key. If a certificate is unreadable, however, that one may be the real leaf,
  // and the leaf that was found may be its issuer.
  const mayGuess = keys.size === 1 && isComplete;
  for (const [bag, key] of keys) {
    const leaf = finder.find(key, mayGuess);
    if (leaf) leaves.add(leaf);
    entries.set(bag, key.entry(leaf ? issuers.chain(leaf.certificate) : [], storePass, warnings));
  }
  return { entries, leaves };
}

/**
 * Matches a friendlyName that is a distinguished name. Java gives the issuers in a key's chain their subject as friendlyName
 * (PKCS12KeyStore.createEncryptedSafeContents).
 */
const distinguishedName = /^[A-Za-z0-9.]+=/;

/**
 * Finds the trusted certificates of a file that also contains private keys: those with the attribute trustedKeyUsage, and those that have
 * their own friendlyName and belong to no key. Java ignores the latter, but Bouncy Castle writes trusted certificates like this, as does
 * `openssl pkcs12 -caname`.
 * @param taken aliases of private and secret keys; a certificate with such a friendlyName belongs to the key
 */
function trustedCertificates(
  certificates: readonly Pkcs12Certificate[],
  leaves: ReadonlySet<Pkcs12Certificate>,
  taken: ReadonlySet<string>,
): Pkcs12Certificate[] {
  return certificates.filter((certificate) => {
    const { trusted, friendlyName, localKeyId } = certificate.bag;
    if (trusted) return true;
    if (friendlyName === undefined || localKeyId !== undefined || leaves.has(certificate)) return false;
    return !distinguishedName.test(friendlyName) && !taken.has(friendlyName);
  });
}

function trustedEntry({ bag, certificate }: Pkcs12Certificate, alias: string): Entry {
  const { creationDate } = bag;
  return { kind: 'trustedCertEntry', alias, ...(creationDate && { creationDate }), certificate };
}

/** Types of the bags for which Java always creates an entry (PKCS12KeyStore.loadSafeContents). */
const keyBags: ReadonlySet<string> = new Set([Pkcs12Oid.keyBag, Pkcs12Oid.shroudedKeyBag, Pkcs12Oid.secretBag]);

/**
 * Assigns aliases to bags. Like Java, gives bags without a friendlyName the numbers from 1 on, but never one that is the friendlyName of
 * another bag. Keys and the certificates that Java lists as trusted are numbered together, in file order, so that they have the same
 * numbers as in Java. Other trusted certificates are numbered after them, in file order.
 */
class Aliases {
  readonly #taken: ReadonlySet<string>;
  readonly #given = new Map<Bag, string>();
  #last = 0;

  constructor(bags: readonly Bag[]) {
    this.#taken = new Set(bags.flatMap(({ friendlyName }) => friendlyName ?? []));
    for (const bag of bags) if (keyBags.has(bag.oid) || bag.trusted) this.of(bag);
  }

  of(bag: Bag): string {
    const alias = bag.friendlyName ?? this.#given.get(bag) ?? this.#next();
    this.#given.set(bag, alias);
    return alias;
  }

  #next(): string {
    do this.#last++;
    while (this.#taken.has(String(this.#last)));
    return String(this.#last);
  }
}
