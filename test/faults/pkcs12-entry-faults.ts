import { faultsIn } from './fault.js';

const likely = ['keystore/pkcs12.', 'keystore/issuer', 'limits', 'keystore/pkcs12-h'];

/** What PKCS#12 makes of its bags: which are entries, which certificate is whose, and which are its issuers. */
export const pkcs12EntryFaults = faultsIn('keystore', likely, [
  [
    'pkcs12/entries.ts',
    'a name is given that a later bag has',
    'while (this.#taken.has(String(this.#last)));',
    'while (false);',
  ],
  [
    'pkcs12/entries.ts',
    'a certificate that Java trusts is no entry',
    'if (certificate && bag.trusted)',
    'if (certificate && !bag.trusted)',
  ],
  ['pkcs12/entries.ts', 'names that Java made up are entries', '&& !distinguishedName.test(friendlyName)', ''],
  ['pkcs12/entries.ts', 'the leaf of a key is an entry, too', '&& !leaves.has(certificate)', ''],
  [
    'pkcs12/entries.ts',
    'certificates without a key are lost',
    'looseCertificates: found.map(({ certificate }) => certificate),',
    'looseCertificates: [],',
  ],
  ['pkcs12/entries.ts', 'keys stay open when the store is refused', 'for (const key of keys.values()) key.wipe();', ''],
  [
    'pkcs12/pairing.ts',
    'ids go before the public key',
    'const fitting = bits && ',
    'const fitting = this.#first(names) ?? ',
  ],
  [
    'pkcs12/pairing.ts',
    'names are compared with regard to case',
    'nameMark + friendlyName.toLowerCase()',
    'nameMark + friendlyName',
  ],
  [
    'pkcs12/pairing.ts',
    'trusted certificates come first',
    "    for (const certificate of own) this.#add(certificate, ['', keyBits(certificate)]);\n    for (const certificate of trusted) this.#add(certificate, [keyBits(certificate)]);",
    "    for (const certificate of trusted) this.#add(certificate, [keyBits(certificate)]);\n    for (const certificate of own) this.#add(certificate, ['', keyBits(certificate)]);",
  ],
  [
    'pkcs12/pairing.ts',
    'the last certificate of a description counts',
    'if (!this.#byDescription.has(description)) this.#byDescription',
    'this.#byDescription',
  ],
  [
    'pkcs12/pairing.ts',
    'any certificate will do for a key that is alone',
    'return leaves.length === 1 ? leaves[0] : undefined;',
    'return leaves[0];',
  ],
  ['entry/issuer-index.ts', 'a chain goes on above its root', '!last.selfIssued && chain.size', 'chain.size'],
  [
    'entry/issuer-index.ts',
    'a chain may be one too long',
    'chain.size < this.limits.chainLength',
    'chain.size <= this.limits.chainLength',
  ],
  [
    'entry/issuer-index.ts',
    'a chain runs in circles',
    'if (issuer === undefined || chain.has(issuer)) break;',
    'if (issuer === undefined) break;',
  ],
  [
    'entry/issuer-index.ts',
    'key identifiers are passed over',
    'if (identifier === undefined) return index.get(name);',
    'return index.get(name);',
  ],
  [
    'entry/issuer-index.ts',
    'the last of several issuers counts',
    'if (!index.has(key)) index.set(key, certificate);',
    'index.set(key, certificate);',
  ],
  [
    'entry/issuer-index.ts',
    'all chains together have no limit',
    'this.#linedUp += chain.length;',
    'this.#linedUp = chain.length;',
  ],
]);
