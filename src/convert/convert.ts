import {
  anObject,
  aResult,
  arrayOf,
  checkArgument,
  checkOptions,
  type Expectations,
  someBytes,
} from '../bytes/caller-check.js';
import { concat } from '../bytes/concat.js';
import { conceal } from '../bytes/conceal.js';
import { wipe } from '../bytes/wipe.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { EntryAmbiguousError, Jks2PemError, PassphraseRequiredError } from '../errors.js';
import { quoted } from '../keystore/entry/messages.js';
import { type LoadOptions, loadKeyStore } from '../keystore/load.js';
import type { KeyStore, PrivateKeyEntry, StoreType } from '../keystore/types.js';
import { toBundleWith } from '../pem/bundle.js';
import { encodeKey } from '../pem/key.js';
import type { Warning } from '../warnings.js';
import { choosePrivateKeys } from './choose-entries.js';
import {
  type ConversionOptions,
  chainExpectations,
  type KeyChoiceOptions,
  type KeyWritingOptions,
  keyChoiceExpectations,
  keyWritingExpectations,
} from './conversion-options.js';
import { openKey } from './open-key.js';
import { type ChainContext, chainContext, leafOfKey, type ServedChain, servedChain } from './served-chain.js';

/** Two of the chosen keys have the same algorithm. */
export class SameAlgorithmError extends EntryAmbiguousError {}

/** A private key as it is written. Overwrite both forms when done. */
export interface ConvertedKey {
  readonly alias: string;
  readonly key: PrivateKey;
  /** The key as a PEM block in the requested form. */
  readonly keyPem: Uint8Array;
}

/** One private key and the certificate chain sent with it. */
export interface ConvertedGroup extends ConvertedKey, ServedChain {}

/** The type, integrity and warnings of the converted keystore. */
export interface StoreSummary {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  readonly warnings: readonly Warning[];
}

/** The result of {@link convert}. */
export interface ConversionResult extends StoreSummary {
  readonly groups: readonly ConvertedGroup[];
  /** The file for a server: key, leaf and issuers of every group. Holds unencrypted keys: overwrite it when done. */
  readonly pem: Uint8Array;
  /** `pem` as a string, which cannot be overwritten; made when it is read. */
  readonly pemText: string;
}

/** The result of {@link convertKeys}. */
export interface KeyConversionResult extends StoreSummary {
  readonly keys: readonly ConvertedKey[];
  /** The keys as one file. Overwrite it when done. */
  readonly pem: Uint8Array;
}

/**
 * Converts a keystore to the bundle that a server needs, without a file system: private key, its certificate, and the chain to a root.
 * @param bytes a keystore of any type
 * @throws {Jks2PemError} by its code; its `warnings` are those that came before
 * @throws {EntryAmbiguousError} if two of the chosen keys have the same algorithm, since a server takes one key of each
 */
export async function convert(bytes: Uint8Array, options: ConversionOptions = {}): Promise<ConversionResult> {
  checkCall('convert', bytes, options, { ...chainExpectations, ...keyWritingExpectations });
  const result = await convertStore(bytes, options, async (store, warnings) => {
    const entries = choosePrivateKeys(store, options.aliases ?? []);
    const context = await chainContext(store, options, warnings);
    const groups = await convertEach(entries, (entry) => convertEntry(entry, options, context));
    requireDifferentAlgorithms(groups);
    return { groups, pem: joined(groups.map((group) => toBundleWith(group.keyPem, group.path))) };
  });
  const withText = {
    ...result,
    get pemText(): string {
      return new TextDecoder().decode(this.pem);
    },
  };
  return conceal(withText, ['pem', 'pemText']);
}

/** What `tlsOptions` and `wipe` take. */
export const aConversionResult = aResult('a result of convert()', { groups: arrayOf(anObject), pem: someBytes });

/**
 * Overwrites every key of a result, in all its forms. Strings that were made of them cannot be overwritten.
 * @throws {TypeError} if the argument is no result of {@link convert}
 * @example
 * const result = await convert(bytes, { storePass });
 * try { await writeFile('mail.pem', result.pem, { mode: 0o600 }); } finally { wipe(result); }
 */
export function wipeResult(result: ConversionResult): void {
  checkArgument('wipe', 'result', result, aConversionResult);
  wipeKeys(result.groups);
  wipe(result.pem);
}

/**
 * Converts the private keys of a keystore and nothing else: no certificate is needed, and none is compared with a key.
 * @throws {Jks2PemError} by its code; its `warnings` are those that came before
 */
export async function convertKeys(
  bytes: Uint8Array,
  options: KeyChoiceOptions & KeyWritingOptions = {},
): Promise<KeyConversionResult> {
  checkCall('convertKeys', bytes, options, { ...keyChoiceExpectations, ...keyWritingExpectations });
  return convertStore(bytes, options, async (store, warnings) => {
    const entries = choosePrivateKeys(store, options.aliases ?? []);
    const keys = await convertEach(entries, async (entry): Promise<ConvertedKey> => {
      const key = await openKey(entry, options.keyPasses ?? [], warnings);
      return withKey({ alias: entry.alias }, key, await encodeKey(key, options));
    });
    requireDifferentAlgorithms(keys);
    // Joined pieces are overwritten, and these belong to the result.
    return conceal({ keys, pem: concat(...keys.map(({ keyPem }) => keyPem)) }, ['pem']);
  });
}

/** Overwrites the keys of a result; `pem` is not among them. */
export function wipeKeys(keys: readonly ConvertedKey[]): void {
  for (const { key, keyPem } of keys) wipe(key.pkcs8, keyPem);
}

/** @throws {TypeError} if a caller's mistake is in the arguments of a conversion */
export function checkCall(caller: string, bytes: unknown, options: unknown, expectations: Expectations): void {
  checkArgument(caller, 'bytes', bytes, someBytes);
  checkOptions(caller, options, expectations);
}

/** Loads a keystore and converts it. A failure carries the warnings that came before, because they may explain it. */
export async function convertStore<T>(
  bytes: Uint8Array,
  options: LoadOptions,
  work: (store: KeyStore, warnings: Warning[]) => Promise<T>,
): Promise<T & StoreSummary> {
  const { storePass, type, limits } = options;
  const store = await loadKeyStore(bytes, {
    ...(storePass !== undefined && { storePass }),
    ...(type !== undefined && { type }),
    ...(limits !== undefined && { limits }),
  });
  const warnings = [...store.warnings];
  try {
    requireReadable(store);
    const result = await work(store, warnings);
    // Opening a key can add a warning about its password.
    const known = new Set(warnings);
    for (const warning of store.warnings) if (!known.has(warning)) warnings.push(warning);
    return { storeType: store.type, integrity: store.integrity, warnings, ...result };
  } catch (error) {
    if (error instanceof Jks2PemError) error.warnings ??= warnings;
    throw error;
  }
}

/** @throws {PassphraseRequiredError} if a part of the keystore was left out because there is no password for it */
function requireReadable({ type, warnings }: KeyStore): void {
  if (warnings.some(({ code }) => code === 'WARN_ENCRYPTED_PART_SKIPPED'))
    throw new PassphraseRequiredError(`a password is needed: a part of this ${type} keystore is encrypted`);
}

/** Converts entries one after another; if one fails, the keys of those before it are overwritten. */
export async function convertEach<T extends ConvertedKey>(
  entries: readonly PrivateKeyEntry[],
  convertOne: (entry: PrivateKeyEntry) => Promise<T>,
): Promise<T[]> {
  const converted: T[] = [];
  try {
    for (const entry of entries) converted.push(await convertOne(entry));
    return converted;
  } catch (error) {
    wipeKeys(converted);
    throw error;
  }
}

/** Converts one private key and its chain. */
export async function convertEntry(
  entry: PrivateKeyEntry,
  options: ConversionOptions,
  context: ChainContext,
): Promise<ConvertedGroup> {
  const key = await openKey(entry, options.keyPasses ?? [], context.warnings);
  try {
    const chain = await servedChain(leafOfKey(key, entry, context), entry, context);
    return withKey(chain, key, await encodeKey(key, options));
  } catch (error) {
    wipe(key.pkcs8);
    throw error;
  }
}

/** Adds a key to an object, hidden from logs. */
function withKey<T extends object>(object: T, key: PrivateKey, keyPem: Uint8Array): T & Omit<ConvertedKey, 'alias'> {
  return conceal(Object.assign(object, { key, keyPem }), ['keyPem']);
}

/** One piece of all; they are overwritten if there are several. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = pieces;
  // The usual case, which needs no second copy.
  if (only !== undefined && others.length === 0) return only;
  const whole = concat(...pieces);
  wipe(...pieces);
  return whole;
}

/** Postfix answers 454 to two groups of one algorithm, and a client could not choose between them. */
function requireDifferentAlgorithms(keys: readonly ConvertedKey[]): void {
  const first = new Map<string, string>();
  for (const { alias, key } of keys) {
    const other = first.get(key.algorithm);
    if (other !== undefined) {
      wipeKeys(keys);
      throw new SameAlgorithmError(
        `${quoted(other)} and ${quoted(alias)} both hold ${key.algorithm} keys; one file takes one key of each algorithm`,
        [other, alias],
      );
    }
    first.set(key.algorithm, alias);
  }
}
