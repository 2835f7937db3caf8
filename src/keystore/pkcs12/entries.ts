import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import type { Password } from '../../crypto/kdf/password.js';
import { requireFewWarnings } from '../../limits.js';
import type { Certificate } from '../../x509/certificate.js';
import { IssuerIndex } from '../entry/issuer-index.js';
import type { Entry, Warning } from '../types.js';
import { type Pkcs12Certificate, readCertificateBag } from './certificate-bag.js';
import { openKeysAtLoad, Pkcs12Key } from './key-bag.js';
import { CertificateFinder } from './leaf-finder.js';
import { Pkcs12Oid } from './oids.js';
import type { Bag } from './safe-contents.js';
import { readSecretBag } from './secret-bag.js';

/** Makes entries of bags: keys with the certificates that belong to them, certificates that Java trusts, secret keys. */
export async function readEntries(
  bags: readonly Bag[],
  password: Password | undefined,
  budget: IterationBudget,
  warnings: Warning[],
): Promise<{ entries: Entry[]; looseCertificates: Certificate[] }> {
  const { limits } = budget;
  const storePass = password?.text;
  const aliases = new Aliases(bags);
  const keys = new Map<Bag, Pkcs12Key>();
  const certificates = new Map<Bag, Pkcs12Certificate>();
  const others = new Map<Bag, Entry>();
  for (const bag of bags) {
    requireFewWarnings(warnings, bag.path);
    switch (bag.oid) {
      case Pkcs12Oid.keyBag:
      case Pkcs12Oid.shroudedKeyBag:
        keys.set(bag, new Pkcs12Key(bag, aliases.of(bag), limits));
        break;
      case Pkcs12Oid.certBag: {
        const certificate = readCertificateBag(bag, warnings);
        if (certificate) certificates.set(bag, certificate);
        if (certificate && bag.trusted) others.set(bag, trustedEntry(certificate, aliases.of(bag)));
        break;
      }
      case Pkcs12Oid.secretBag: {
        const entry = readSecretBag(bag, aliases.of(bag), storePass, limits, warnings);
        if (entry) others.set(bag, entry);
        break;
      }
      default: {
        const what = bag.oid === Pkcs12Oid.crlBag ? 'a revocation list' : `a bag of unknown type ${bag.oid}`;
        warnings.push({ code: 'WARN_BAG_SKIPPED', message: `${bag.path}: ${what}; left out` });
      }
    }
  }
  await openKeysAtLoad([...keys.values()], password, budget);
  const found = [...certificates.values()];
  try {
    // A truststore needs neither of the two.
    const finder = new CertificateFinder(keys.size > 0 ? found : []);
    const issuers = new IssuerIndex(
      found.map(({ certificate }) => certificate),
      limits,
    );
    const leaves = new Map([...keys].map(([bag, key]) => [bag, finder.find(key, keys.size === 1)]));
    const keyOf = (bag: Bag): Entry | undefined => {
      const leaf = leaves.get(bag);
      return keys.get(bag)?.entry(leaf ? issuers.chain(leaf.certificate) : [], storePass);
    };
    const named = namedCertificates(
      found,
      new Set([...leaves.values()]),
      new Set([...keys.keys(), ...others.keys()].map((bag) => aliases.of(bag))),
    );
    const entryOf = (bag: Bag) => keyOf(bag) ?? others.get(bag) ?? named.get(bag);
    return {
      entries: bags.map(entryOf).filter((entry) => entry !== undefined),
      looseCertificates: found.map(({ certificate }) => certificate),
    };
  } catch (error) {
    for (const key of keys.values()) key.wipe();
    throw error;
  }
}

/** Java names the issuers in a key's chain by their subjects (PKCS12KeyStore.createEncryptedSafeContents): nobody gave those names. */
const distinguishedName = /^[A-Za-z0-9.]+=/;

/**
 * Certificates that somebody gave a name of their own, and that belong to no key. Java passes over them for want of its own
 * attribute; Bouncy Castle, and OpenSSL's users with `-nokeys -caname`, mean them as trusted.
 */
function namedCertificates(
  found: readonly Pkcs12Certificate[],
  leaves: ReadonlySet<Pkcs12Certificate | undefined>,
  taken: ReadonlySet<string>,
): Map<Bag, Entry> {
  const named = found.flatMap((certificate): [Bag, Entry][] => {
    const { trusted, friendlyName, localKeyId } = certificate.bag;
    const ownName = friendlyName !== undefined && !distinguishedName.test(friendlyName) && !taken.has(friendlyName);
    return ownName && localKeyId === undefined && !trusted && !leaves.has(certificate)
      ? [[certificate.bag, trustedEntry(certificate, friendlyName)]]
      : [];
  });
  return new Map(named);
}

function trustedEntry({ bag, certificate }: Pkcs12Certificate, alias: string): Entry {
  const { creationDate } = bag;
  return { kind: 'trustedCertEntry', alias, ...(creationDate && { creationDate }), certificate };
}

/** Names for bags without one: 1, 2, … in the order of the file, as Java does, but never one that another bag has. */
class Aliases {
  readonly #taken: ReadonlySet<string>;
  readonly #given = new Map<Bag, string>();
  #last = 0;

  constructor(bags: readonly Bag[]) {
    this.#taken = new Set(bags.flatMap(({ friendlyName }) => friendlyName ?? []));
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
