import { completePath, type FetchedIssuer, type IssuerSource } from '../aia/complete-path.js';
import { concat } from '../bytes/concat.js';
import { conceal } from '../bytes/conceal.js';
import { wipe } from '../bytes/wipe.js';
import { completedKey } from '../crypto/key/complete-key.js';
import { fitsPublicKey } from '../crypto/key/key-pair.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import {
  EntryAmbiguousError,
  Jks2PemError,
  KeyMismatchError,
  KeyUnrecoverableError,
  PassphraseRequiredError,
  PathNotFoundError,
} from '../errors.js';
import { quoted } from '../keystore/entry/messages.js';
import { type LoadOptions, loadKeyStore } from '../keystore/load.js';
import type { KeyStore, PrivateKeyEntry, StoreType } from '../keystore/types.js';
import { toBundleWith } from '../pem/bundle.js';
import { encodeKey, type KeyFormat } from '../pem/key.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';
import { withParts } from '../x509/parse-certificate.js';
import { examinePath } from '../x509/path/build-certification-path.js';
import type { ExaminedPath, PathPreference, PathPurpose } from '../x509/path/certification-path.js';
import { certificatesWithRoot } from '../x509/path/chain-with-root.js';
import { type Anchors, anchorsFor } from './anchors.js';
import { choosePrivateKeys } from './choose-entries.js';
import { expiryWarnings } from './expiry-warnings.js';
import { chooseLeaf, findLeaf, type Leaf, type LeafOrigin } from './leaf.js';

/** Options of {@link convert}. */
export interface ConversionOptions extends LoadOptions {
  /** The instant for which dates are judged; the present if not given. */
  readonly now?: Date;
  /**
   * Entries to convert, a group each, in this order: aliases, or `sha256:HEX` of their certificates (at least eight digits).
   * The only private key if not given.
   */
  readonly aliases?: readonly string[];
  /** Passwords of keys that do not open with the store password, tried in this order. */
  readonly keyPasses?: readonly string[];
  /** Certificates that the keystore lacks; the leaf may be among them. */
  readonly addedCertificates?: Iterable<Certificate>;
  /** Roots that the clients know. Node's own roots and the self-signed CA certificates of the keystore if not given. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** `compatible` if not given. */
  readonly preference?: PathPreference;
  /** `serverAuth` if not given. */
  readonly purpose?: PathPurpose;
  /** Warns of certificates with fewer days left. If not given: less than a quarter of their lifetime, 21 days at most. */
  readonly days?: number;
  /** Downloads a missing issuer from the URL in a certificate. Nothing is downloaded if not given. */
  readonly issuerSource?: IssuerSource;
  /** Sends the root as well if it is known, as TLSA records with usage 2 need it (RFC 7671 5.2). */
  readonly includeRoot?: boolean;
  /** How keys are written; `pkcs8` if not given. */
  readonly keyFormat?: KeyFormat;
  /** Password to encrypt the keys with (PBES2 with PBKDF2 and AES-256). They are not encrypted if not given, as servers need them. */
  readonly encryptKey?: string;
}

/** Two of the chosen keys have the same algorithm. */
export class SameAlgorithmError extends EntryAmbiguousError {}

/** One private key and the certificate chain sent with it. */
export interface ConvertedGroup {
  readonly alias: string;
  readonly key: PrivateKey;
  /** The key as a PEM block in the requested form. Overwrite it when done, like the key. */
  readonly keyPem: Uint8Array;
  readonly path: ExaminedPath;
  /** Where the leaf was found. */
  readonly leafFrom: LeafOrigin;
  /** Why the leaf is not the entry's own certificate, if it is not. */
  readonly leafNote?: string;
  /** Certificates of the path that were downloaded, and their URLs. */
  readonly fetched: readonly FetchedIssuer[];
  /** The chain that another preference would give; computed on each call. */
  alternative(preference: PathPreference): ExaminedPath;
}

/** The result of {@link convert}. */
export interface ConversionResult {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  readonly groups: readonly ConvertedGroup[];
  /** The file for a server: key, leaf and issuers of every group. Holds unencrypted keys: overwrite it when done. */
  readonly pem: Uint8Array;
  /** `pem` as a string, which cannot be overwritten; made when it is read. */
  readonly pemText: string;
  readonly warnings: readonly Warning[];
}

/**
 * Converts a keystore to the bundle that a server needs, without a file system: private key, its certificate, and the chain to a root.
 * @param bytes a keystore of any type
 * @throws {Jks2PemError} by its code; its `warnings` are those that came before
 * @throws {EntryAmbiguousError} if two of the chosen keys have the same algorithm, since a server takes one key of each
 */
export async function convert(bytes: Uint8Array, given: ConversionOptions = {}): Promise<ConversionResult> {
  const options: DatedOptions = { ...given, now: given.now ?? new Date() };
  const store = await loadKeyStore(bytes, options);
  const warnings = [...store.warnings];
  const groups: ConvertedGroup[] = [];
  try {
    const entries = choosePrivateKeys(store, options.aliases ?? []);
    const anchors = await anchorsFor(store, options.trustAnchors);
    for (const entry of entries) groups.push(await convertEntry(entry, { store, anchors, options, warnings }));
    requireDifferentAlgorithms(groups);
  } catch (error) {
    wipeGroups(groups);
    if (error instanceof Jks2PemError) error.warnings = warnings;
    throw error;
  }
  const result = {
    storeType: store.type,
    integrity: store.integrity,
    groups,
    pem: bundleOf(groups),
    get pemText() {
      return new TextDecoder().decode(this.pem);
    },
    warnings,
  };
  return conceal(result, ['pem', 'pemText']);
}

/**
 * Overwrites every key of a result, in all its forms. Strings that were made of them cannot be overwritten.
 * @example
 * const result = await convert(bytes, { storePass });
 * try { await writeFile('mail.pem', result.pem, { mode: 0o600 }); } finally { wipe(result); }
 */
export function wipeResult(result: ConversionResult): void {
  wipeGroups(result.groups);
  wipe(result.pem);
}

/** Overwrites the keys of a result; `pem` is not among them. */
export function wipeGroups(groups: readonly ConvertedGroup[]): void {
  for (const { key, keyPem } of groups) wipe(key.pkcs8, keyPem);
}

function bundleOf(groups: readonly ConvertedGroup[]): Uint8Array {
  const bundles = groups.map((group) => toBundleWith(group.keyPem, group.path));
  const [only, ...others] = bundles;
  // The usual case, which needs no second copy.
  if (only !== undefined && others.length === 0) return only;
  const pem = concat(...bundles);
  wipe(...bundles);
  return pem;
}

type DatedOptions = ConversionOptions & { readonly now: Date };

/** What every entry of one conversion shares. */
interface Context {
  readonly store: KeyStore;
  readonly anchors: Anchors;
  readonly options: DatedOptions;
  readonly warnings: Warning[];
}

async function convertEntry(entry: PrivateKeyEntry, context: Context): Promise<ConvertedGroup> {
  let key = await openKey(entry, context.options.keyPasses ?? []);
  try {
    key = withAllNumbers(key, entry, context.warnings);
    return await convertKey(key, entry, context);
  } catch (error) {
    wipe(key.pkcs8);
    throw error;
  }
}

/** The key itself, or the completed key if it is an RSA key without primes, which OpenSSL does not load. */
function withAllNumbers(
  key: PrivateKey,
  { alias, certificateChain: [own] }: PrivateKeyEntry,
  warnings: Warning[],
): PrivateKey {
  const completed = own && completedKey(key, withParts(own).parts.subjectPublicKeyInfo.raw);
  if (completed === undefined) return key;
  wipe(key.pkcs8);
  const message = `the ${key.algorithm} key was stored without its primes; they were computed, since OpenSSL needs them`;
  warnings.push({ code: 'WARN_KEY_COMPLETED', message, alias });
  return completed;
}

async function convertKey(key: PrivateKey, entry: PrivateKeyEntry, context: Context): Promise<ConvertedGroup> {
  const { options, store, warnings, anchors } = context;
  const { alias, certificateChain } = entry;
  const leaf = leafOf(key, entry, context);
  const candidates = [...store.certificates, ...(options.addedCertificates ?? [])];
  const requestFor = (preference?: PathPreference) => ({
    ...options,
    ...anchors,
    ...(preference && { preference }),
    candidates,
    // All of them are candidates already.
    ...(preference === 'stored' && { stored: certificateChain }),
  });
  const request = requestFor(options.preference);
  const { path, fetched, failures } = options.issuerSource
    ? await completePath(leaf.certificate, request, options.issuerSource)
    : { path: examinePath(leaf.certificate, request), fetched: [], failures: [] };
  const problems = [...failures, ...path.problems, ...expiryWarnings(path.certificates, options)];
  warnings.push(...problems.map((problem) => ({ ...problem, alias })));
  const keyPem = await encodeKey(key, options);
  const group = {
    alias,
    key: conceal({ ...key }, ['pkcs8']),
    keyPem,
    path: options.includeRoot ? { ...path, certificates: certificatesWithRoot(path) } : path,
    leafFrom: leaf.from,
    ...(leaf.note !== undefined && { leafNote: leaf.note }),
    fetched,
  };
  const alternative = (preference: PathPreference) => examinePath(leaf.certificate, requestFor(preference));
  // Not enumerable, because a function cannot be cloned to a worker.
  return Object.defineProperty(conceal(group, ['keyPem']), 'alternative', { value: alternative }) as ConvertedGroup;
}

/** @throws {KeyMismatchError} if the entry's own certificate does not belong to the key and no other one does */
function leafOf(key: PrivateKey, entry: PrivateKeyEntry, { store, options, warnings }: Context): Leaf {
  const { alias, certificateChain } = entry;
  const [own] = certificateChain;
  const search = {
    now: options.now,
    ...(options.purpose && { purpose: options.purpose }),
    certificates: store.certificates,
    ...(options.addedCertificates && { added: options.addedCertificates }),
  };
  const fits = own && fitsPublicKey(key, withParts(own).parts.subjectPublicKeyInfo.raw);
  if (own && fits !== false) {
    if (fits === undefined) {
      const message = `this Node cannot check whether the ${key.algorithm} key belongs to its certificate`;
      warnings.push({ code: 'WARN_KEY_NOT_COMPARABLE', message, alias });
    }
    return options.preference === 'stored' ? { certificate: own, from: 'entry' } : chooseLeaf(own, search);
  }
  const found = findLeaf(key, search);
  // The key states the public half by which it was looked for; its private half has to belong to it, too.
  if (found && fitsPublicKey(key, withParts(found.certificate).parts.subjectPublicKeyInfo.raw) !== false) return found;
  // An issuer at the place of the leaf means that the leaf is missing, not that the key is another one.
  if (own && !withParts(own).extensions.basicConstraints?.ca)
    throw new KeyMismatchError(`entry ${quoted(alias)}: the private key does not belong to ${own.subject}`, alias);
  const what = own ? `only that of an issuer, ${own.subject}` : 'no certificate';
  throw new PathNotFoundError(
    `entry ${quoted(alias)} has a private key but ${what}; no other certificate belongs to the key`,
    search.certificates.length,
  );
}

/** Tries the store password first, because keytool uses it for keys too, then each key password. */
async function openKey(entry: PrivateKeyEntry, keyPasses: readonly string[], failed = 0): Promise<PrivateKey> {
  try {
    return await entry.getPrivateKey(failed === 0 ? undefined : keyPasses[failed - 1]);
  } catch (error) {
    const isWrongPassword = error instanceof KeyUnrecoverableError || error instanceof PassphraseRequiredError;
    if (!isWrongPassword || failed === keyPasses.length) throw error;
    return openKey(entry, keyPasses, failed + 1);
  }
}

/** Postfix answers 454 to two groups of one algorithm, and a client could not choose between them. */
function requireDifferentAlgorithms(groups: readonly ConvertedGroup[]): void {
  const first = new Map<string, string>();
  for (const { alias, key } of groups) {
    const other = first.get(key.algorithm);
    if (other !== undefined)
      throw new SameAlgorithmError(
        `${quoted(other)} and ${quoted(alias)} both hold ${key.algorithm} keys; one file takes one key of each algorithm`,
        [other, alias],
      );
    first.set(key.algorithm, alias);
  }
}
