import type { IterationBudget } from '../crypto/iteration-budget.js';
import type { Password } from '../crypto/password.js';
import type { Certificate } from '../x509/certificate.js';
import { IssuerIndex } from './issuer-index.js';
import type { Bag } from './pkcs12-bag.js';
import { type Pkcs12Certificate, readCertificateBag } from './pkcs12-certificate.js';
import { openKeysAtLoad, Pkcs12Key } from './pkcs12-key.js';
import { Pkcs12Oid } from './pkcs12-oids.js';
import { CertificateFinder } from './pkcs12-pairing.js';
import { readSecretBag } from './pkcs12-secret.js';
import type { Entry, Warning } from './types.js';

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
  // A truststore needs neither of the two.
  const finder = new CertificateFinder(keys.size > 0 ? found : []);
  const issuers = new IssuerIndex(found.map(({ certificate }) => certificate));
  const entryOf = (bag: Bag): Entry | undefined => {
    const key = keys.get(bag);
    if (key === undefined) return others.get(bag);
    const leaf = finder.find(key, keys.size === 1);
    return key.entry(leaf ? issuers.chain(leaf.certificate, limits.chainLength) : [], storePass);
  };
  return {
    entries: bags.map(entryOf).filter((entry) => entry !== undefined),
    looseCertificates: found.map(({ certificate }) => certificate),
  };
}

function trustedEntry({ bag, certificate }: Pkcs12Certificate, alias: string): Entry {
  const { creationDate } = bag;
  return { kind: 'trustedCertEntry', alias, ...(creationDate && { creationDate }), certificate };
}

/** Names for bags without one: 1, 2, … in the order of the file, as Java does, but never one that another bag has. */
class Aliases {
  readonly #taken: ReadonlySet<string>;
  #last = 0;

  constructor(bags: readonly Bag[]) {
    this.#taken = new Set(bags.flatMap(({ friendlyName }) => friendlyName ?? []));
  }

  of({ friendlyName }: Bag): string {
    if (friendlyName !== undefined) return friendlyName;
    do this.#last++;
    while (this.#taken.has(String(this.#last)));
    return String(this.#last);
  }
}
