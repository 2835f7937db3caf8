import { completePath, type FetchedIssuer } from '../aia/complete-path.js';
import { fitsPublicKey } from '../crypto/key/key-fits-certificate.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { KeyMismatchError, PathNotFoundError } from '../errors.js';
import { chainFromLeaf, ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import { quoted } from '../keystore/entry/messages.js';
import type { KeyStore, PrivateKeyEntry } from '../keystore/types.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { quotedCertificate } from '../x509/display-name.js';
import { withParts } from '../x509/parse-certificate.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import type { ExaminedPath, PathPreference } from '../x509/path/certification-path-types.js';
import { certificatesWithRoot } from '../x509/path/root-in-chain.js';
import { chooseLeaf, findLeaf, type Leaf, type LeafOrigin } from './choose-leaf.js';
import type { ChainOptions } from './conversion-options.js';
import { expiryWarnings } from './expiry-warnings.js';
import { type Anchors, anchorsFor } from './trust-anchors.js';

/** Values that all entries of one conversion share. */
export interface ChainContext {
  readonly store: KeyStore;
  readonly now: Date;
  readonly added: readonly Certificate[];
  readonly anchors: Anchors;
  readonly options: ChainOptions;
  readonly warnings: Warning[];
}

/** The certificates that a server sends for a key. */
export interface ServedChain {
  readonly alias: string;
  readonly path: ExaminedPath;
  /** Where the leaf was found. */
  readonly leafFrom: LeafOrigin;
  /** Why the entry's own certificate is not the leaf; unset if it is the leaf, or if the entry has none. */
  readonly leafNote?: string;
  /** The certificates of the path that were downloaded, with their URLs. */
  readonly fetched: readonly FetchedIssuer[];
  /** Returns the chain for another preference, without downloads and without the root. It is computed on each call. */
  alternative(preference: PathPreference): ExaminedPath;
}

/**
 * Collects the values from which the chains of a keystore's keys are built.
 * @param warnings receives the warnings about the chains
 */
export async function chainContext(store: KeyStore, given: ChainOptions, warnings: Warning[]): Promise<ChainContext> {
  const now = given.now ?? new Date();
  const anchors = await anchorsFor(store, given.trustAnchors);
  return { store, now, added: [...(given.addedCertificates ?? [])], anchors, options: given, warnings };
}

/** Builds the chain of a leaf. With the option `issuerSource`, missing issuers are downloaded. Adds the problems of the chain to the warnings. */
export async function servedChain(leaf: Leaf, entry: PrivateKeyEntry, context: ChainContext): Promise<ServedChain> {
  const { options, store, now, added, warnings, anchors } = context;
  const { alias } = entry;
  const { preference: _, purpose, limits, issuerSource } = options;
  const common = { now, ...(purpose && { purpose }), ...(limits && { limits }), ...anchors };
  const requestFor = (preference: PathPreference) => ({
    ...common,
    preference,
    candidates: [...store.certificates, ...added],
    // This gives the order of the stored chain; its certificates are among the candidates already.
    ...(preference === 'stored' && { stored: chainFromLeaf(entry) }),
  });
  const request = requestFor(options.preference ?? 'compatible');
  const { path, fetched, failures } = issuerSource
    ? await completePath(leaf.certificate, request, issuerSource)
    : { path: examinePath(leaf.certificate, request), fetched: [], failures: [] };
  const { days } = options;
  const expiry = expiryWarnings(path.certificates, { now, ...(days !== undefined && { days }) });
  for (const problem of [...failures, ...path.problems, ...expiry]) warnings.push({ ...problem, alias });
  const chain = {
    alias,
    path: options.includeRoot ? { ...path, certificates: certificatesWithRoot(path) } : path,
    leafFrom: leaf.from,
    ...(leaf.note !== undefined && { leafNote: leaf.note }),
    fetched,
  };
  const alternative = (preference: PathPreference) => examinePath(leaf.certificate, requestFor(preference));
  // Not enumerable, because structuredClone() and postMessage() would throw for a function.
  return Object.defineProperty(chain, 'alternative', { value: alternative }) as ServedChain;
}

/**
 * Returns the certificate of a key; see {@link chooseLeaf}.
 * @throws {KeyMismatchError} if the entry's own certificate does not belong to the key, and no other one does
 * @throws {PathNotFoundError} if the entry has no certificate, or only that of an issuer, and no other certificate belongs to the key
 */
export function leafOfKey(key: PrivateKey, entry: PrivateKeyEntry, context: ChainContext): Leaf {
  const { alias } = entry;
  const own = ownCertificate(entry);
  const fits = own && fitsPublicKey(key, withParts(own).parts.subjectPublicKeyInfo.raw);
  if (own && fits !== false) {
    if (fits === undefined) {
      const message = `this Node cannot check whether the ${key.algorithm} key belongs to its certificate`;
      context.warnings.push({ code: 'WARN_KEY_NOT_COMPARABLE', message, alias });
    }
    return leafOfEntry(own, context);
  }
  const found = findLeaf(key, searchOf(context));
  // findLeaf may have used a public key that is stored beside the private numbers. The numbers themselves must belong to the certificate.
  if (found && fitsPublicKey(key, withParts(found.certificate).parts.subjectPublicKeyInfo.raw) !== false) return found;
  // An issuer in place of the leaf means that the leaf is missing, not that the key is wrong.
  if (own && !withParts(own).extensions.basicConstraints?.ca)
    throw new KeyMismatchError(
      `entry ${quoted(alias)}: the private key does not belong to ${quotedCertificate(own)}`,
      alias,
    );
  const what = own ? `only the certificate of an issuer, ${quotedCertificate(own)}` : 'no certificate';
  throw new PathNotFoundError(
    `entry ${quoted(alias)} has a private key but ${what}; no other certificate belongs to the key`,
    context.store.certificates.length + context.added.length,
  );
}

/** Returns the certificate to serve for an entry: its own, or another one; see {@link chooseLeaf}. */
export function leafOfEntry(own: Certificate, context: ChainContext): Leaf {
  // The preference `stored` serves the entry's own chain, which begins with its own certificate.
  return context.options.preference === 'stored'
    ? { certificate: own, from: 'entry' }
    : chooseLeaf(own, searchOf(context));
}

function searchOf({ store, now, added, options: { purpose } }: ChainContext) {
  return { now, certificates: store.certificates, added, ...(purpose && { purpose }) };
}
