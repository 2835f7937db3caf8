import { completePath, type FetchedIssuer, type IssuerSource } from '../aia/complete-path.js';
import { concat } from '../bytes/concat.js';
import { wipe } from '../bytes/wipe.js';
import { completedKey } from '../crypto/key/complete-key.js';
import { fitsPublicKey } from '../crypto/key/key-pair.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import {
  EntryAmbiguousError,
  KeyMismatchError,
  KeyUnrecoverableError,
  PassphraseRequiredError,
  PathNotFoundError,
} from '../errors.js';
import { choosePrivateKeys } from '../keystore/entry/choose-entry.js';
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

/** What {@link convert} is told. */
export interface ConversionOptions extends LoadOptions {
  /** The instant for which dates are judged. */
  readonly now: Date;
  /** Entries to convert, a group each, in this order; left out, the only private key there is. */
  readonly aliases?: readonly string[];
  /** Passwords of keys that do not open with the store's, tried in this order. */
  readonly keyPasses?: readonly string[];
  /** Certificates for the path that are not in the store. */
  readonly addedCertificates?: Iterable<Certificate>;
  /** Roots that clients know; left out, Node's own list and the self-signed certificates of the store. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** `compatible` unless said otherwise. */
  readonly preference?: PathPreference;
  /** `serverAuth` unless said otherwise. */
  readonly purpose?: PathPurpose;
  /** Where a missing issuer is fetched from when its certificate names a URL; left out, nothing is fetched. */
  readonly issuerSource?: IssuerSource;
  /** Sends the root as well, where it is known: DANE's TLSA `2 x x` wants it (RFC 7671 5.2). */
  readonly includeRoot?: boolean;
  /** How keys are written: `pkcs8` unless said otherwise. */
  readonly keyFormat?: KeyFormat;
  /** Password to encrypt the keys with (PBES2 with PBKDF2 and AES-256); left out, they are in the clear, as servers want them. */
  readonly encryptKey?: string;
}

/** Two of the chosen keys have the same algorithm. */
export class SameAlgorithmError extends EntryAmbiguousError {}

/** One private key and the line of certificates sent with it. */
export interface ConvertedGroup {
  readonly alias: string;
  readonly key: PrivateKey;
  /** The key as a PEM block, in the form that was asked for. Overwrite it when done, like the key. */
  readonly keyPem: Uint8Array;
  readonly path: ExaminedPath;
  /** Certificates of the path that were not at hand, and where they came from. */
  readonly fetched: readonly FetchedIssuer[];
  /** What another preference would have sent, worked out when asked for. */
  alternative(preference: PathPreference): ExaminedPath;
}

/** What {@link convert} gives. */
export interface ConversionResult {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  readonly groups: readonly ConvertedGroup[];
  /** What goes into the file: every group's key, leaf and issuers. Holds keys in the clear: overwrite it when done. */
  readonly pem: Uint8Array;
  readonly warnings: readonly Warning[];
}

/**
 * A keystore in, the bundle a server wants out: the whole line, without a file system.
 * @param bytes a keystore of any type
 * @throws {Jks2PemError} whatever stops it, by its code
 * @throws {EntryAmbiguousError} if two of the chosen keys have the same algorithm, since a server takes one key of each
 */
export async function convert(bytes: Uint8Array, options: ConversionOptions): Promise<ConversionResult> {
  const store = await loadKeyStore(bytes, options);
  const warnings = [...store.warnings];
  const entries = choosePrivateKeys(store, options.aliases ?? []);
  const { certificates } = store;
  const anchors = await anchorsFor(store, options.trustAnchors);
  const groups: ConvertedGroup[] = [];
  try {
    for (const entry of entries) groups.push(await convertEntry(entry, { certificates, anchors, options, warnings }));
    requireDifferentAlgorithms(groups);
  } catch (error) {
    wipeGroups(groups);
    throw error;
  }
  return { storeType: store.type, integrity: store.integrity, groups, pem: bundleOf(groups), warnings };
}

/** Overwrites the keys of what {@link convert} gave; `pem` is for itself. */
export function wipeGroups(groups: readonly ConvertedGroup[]): void {
  for (const { key, keyPem } of groups) wipe(key.pkcs8, keyPem);
}

function bundleOf(groups: readonly ConvertedGroup[]): Uint8Array {
  const bundles = groups.map((group) => toBundleWith(group.keyPem, group.path));
  const [only, ...others] = bundles;
  // Nearly always; there is no need for a second copy then.
  if (only !== undefined && others.length === 0) return only;
  const pem = concat(...bundles);
  wipe(...bundles);
  return pem;
}

/** What every entry of one conversion shares. */
interface Workplace {
  /** All that are in the store. */
  readonly certificates: readonly Certificate[];
  readonly anchors: Anchors;
  readonly options: ConversionOptions;
  readonly warnings: Warning[];
}

async function convertEntry(entry: PrivateKeyEntry, place: Workplace): Promise<ConvertedGroup> {
  const [leaf] = entry.certificateChain;
  if (leaf === undefined) throw new PathNotFoundError(`entry "${entry.alias}" has a key but no certificate for it`, 0);
  let key = await openKey(entry, place.options.keyPasses ?? []);
  try {
    key = withAllNumbers(key, leaf, entry.alias, place.warnings);
    return await convertKey(key, leaf, entry, place);
  } catch (error) {
    wipe(key.pkcs8);
    throw error;
  }
}

/** The key itself, or, of an RSA key that lacks its primes, which OpenSSL does not load, a complete one. */
function withAllNumbers(key: PrivateKey, leaf: Certificate, alias: string, warnings: Warning[]): PrivateKey {
  const completed = completedKey(key, withParts(leaf).parts.subjectPublicKeyInfo.raw);
  if (completed === undefined) return key;
  wipe(key.pkcs8);
  const message = `the ${key.algorithm} key was stored without its primes; they were computed, since OpenSSL needs them`;
  warnings.push({ code: 'WARN_KEY_COMPLETED', message, alias });
  return completed;
}

async function convertKey(
  key: PrivateKey,
  leaf: Certificate,
  { alias, certificateChain }: PrivateKeyEntry,
  { options, certificates, warnings, anchors }: Workplace,
): Promise<ConvertedGroup> {
  const fits = fitsPublicKey(key, withParts(leaf).parts.subjectPublicKeyInfo.raw);
  if (fits === false)
    throw new KeyMismatchError(`entry "${alias}": the private key does not belong to ${leaf.subject}`, alias);
  if (fits === undefined) {
    const message = `whether the ${key.algorithm} key fits its certificate cannot be checked on this Node`;
    warnings.push({ code: 'WARN_KEY_NOT_COMPARABLE', message, alias });
  }
  const candidates = [...certificates, ...(options.addedCertificates ?? [])];
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
    ? await completePath(leaf, request, options.issuerSource)
    : { path: examinePath(leaf, request), fetched: [], failures: [] };
  const alternative = (preference: PathPreference) => examinePath(leaf, requestFor(preference));
  warnings.push(...[...failures, ...path.problems].map((problem) => ({ ...problem, alias })));
  const keyPem = await encodeKey(key, options);
  return {
    alias,
    key,
    keyPem,
    path: options.includeRoot ? { ...path, certificates: certificatesWithRoot(path) } : path,
    fetched,
    alternative,
  };
}

/** The store password first, since keytool gives both the same; then each key password in turn. */
async function openKey(entry: PrivateKeyEntry, keyPasses: readonly string[], failed = 0): Promise<PrivateKey> {
  try {
    return await entry.getPrivateKey(failed === 0 ? undefined : keyPasses[failed - 1]);
  } catch (error) {
    const otherPassword = error instanceof KeyUnrecoverableError || error instanceof PassphraseRequiredError;
    if (!otherPassword || failed === keyPasses.length) throw error;
    return openKey(entry, keyPasses, failed + 1);
  }
}

/** Postfix answers 454 to two groups of one algorithm; a client could not choose between them anyway. */
function requireDifferentAlgorithms(groups: readonly ConvertedGroup[]): void {
  const first = new Map<string, string>();
  for (const { alias, key } of groups) {
    const other = first.get(key.algorithm);
    if (other !== undefined)
      throw new SameAlgorithmError(
        `"${other}" and "${alias}" both hold ${key.algorithm} keys; one file takes one key of each algorithm`,
        [other, alias],
      );
    first.set(key.algorithm, alias);
  }
}
