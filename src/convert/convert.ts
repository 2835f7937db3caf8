import {
  anObject,
  aResult,
  arrayOf,
  checkArgument,
  checkOptions,
  type Expectations,
  someBytes,
} from '../bytes/check-arguments.js';
import { concat } from '../bytes/concat.js';
import { hideFromLogs } from '../bytes/hide-from-logs.js';
import { wipe } from '../bytes/wipe.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { EntryAmbiguousError, Jks2PemError, PassphraseRequiredError } from '../errors.js';
import { quoted } from '../keystore/entry/messages.js';
import { type LoadOptions, loadKeyStore } from '../keystore/load.js';
import type { KeyStore, PrivateKeyEntry, StoreType } from '../keystore/types.js';
import { toBundleWith } from '../pem/bundle.js';
import { encodeKey } from '../pem/encode-key.js';
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
import { openPrivateKey } from './open-private-key.js';
import { type ChainContext, chainContext, leafOfKey, type ServedChain, servedChain } from './served-chain.js';

/** Two of the keys to convert have the same algorithm, and therefore cannot be in the same file. */
export class SameAlgorithmError extends EntryAmbiguousError {}

/** A private key, and its encoding. Overwrite both after use. */
export interface ConvertedKey {
  readonly alias: string;
  readonly key: PrivateKey;
  /** The key as a PEM block in the requested format. */
  readonly keyPem: Uint8Array;
}

/** One private key, and the certificate chain that is sent with it. */
export interface ConvertedGroup extends ConvertedKey, ServedChain {}

/** Type, integrity and warnings of the converted keystore. */
export interface StoreSummary {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  readonly warnings: readonly Warning[];
}

/** The result of {@link convert}. */
export interface ConversionResult extends StoreSummary {
  readonly groups: readonly ConvertedGroup[];
  /** The file for a server: key, leaf and issuers of every group. Without `encryptKey`, the keys are not encrypted: overwrite it after use. */
  readonly pem: Uint8Array;
  /** `pem` as a string, which cannot be overwritten. It is created when this property is read. */
  readonly pemText: string;
}

/** The result of {@link convertKeys}. */
export interface KeyConversionResult extends StoreSummary {
  readonly keys: readonly ConvertedKey[];
  /** The keys as one file. Overwrite it after use. */
  readonly pem: Uint8Array;
}

/**
 * Converts a keystore to the bundle that a server needs: the private key, its certificate, and the certificates of its issuers, without the
 * root. The file system is not used.
 * @param bytes a keystore of any type
 * @throws {PassphraseRequiredError} if a password is needed and none was given
 * @throws {StoreIntegrityError} if the store password is wrong, or the file was changed
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not supported
 * @throws {StoreMalformedError} if the file is damaged
 * @throws {LimitExceededError} if the file needs more work or memory than the limits allow
 * @throws {EntryNotFoundError} if there is no private key, or none with a given alias
 * @throws {EntryAmbiguousError} if several private keys could be meant, or two of the chosen keys have the same algorithm, since a server
 *   uses one key of each algorithm
 * @throws {EntryTypeError} if an alias is that of another kind of entry
 * @throws {KeyUnrecoverableError} if no password opens the key
 * @throws {KeyMismatchError} if the key does not belong to its certificate, and no other certificate belongs to it
 * @throws {PathNotFoundError} if the entry has no certificate, or only that of an issuer, and no other certificate belongs to the key
 * @throws {TypeError} if an argument or an option has a wrong type, or an option does not exist
 * @throws {RangeError} if a limit does not exist, or is not a positive integer
 * @see RFC 8446 4.4.2, RFC 5280 6.1
 * @example
 * const { pem, warnings } = await convert(await readFile('mail.jks'), { storePass: 'changeit' });
 * await writeFile('mail.pem', pem, { mode: 0o600 });
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
  return hideFromLogs(withText, ['pem', 'pemText']);
}

/** The argument that `tlsOptions` and `wipe` expect. */
export const aConversionResult = aResult('a result of convert()', { groups: arrayOf(anObject), pem: someBytes });

/**
 * Overwrites all keys of a result, in all their encodings. Strings that were created from them cannot be overwritten.
 * @throws {TypeError} if the argument is not a result of {@link convert}
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
 * Converts only the private keys of a keystore. Certificates are not needed, and are not compared with the keys.
 * @param bytes a keystore of any type
 * @throws {PassphraseRequiredError} if a password is needed and none was given
 * @throws {StoreIntegrityError} if the store password is wrong, or the file was changed
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not supported
 * @throws {StoreMalformedError} if the file is damaged
 * @throws {LimitExceededError} if the file needs more work or memory than the limits allow
 * @throws {EntryNotFoundError} if there is no private key, or none with a given alias
 * @throws {EntryAmbiguousError} if several private keys could be meant, or two of the chosen keys have the same algorithm
 * @throws {EntryTypeError} if an alias is that of another kind of entry
 * @throws {KeyUnrecoverableError} if no password opens the key
 * @throws {TypeError} if an argument or an option has a wrong type, or an option does not exist
 * @throws {RangeError} if a limit does not exist, or is not a positive integer
 * @example
 * const { pem } = await convertKeys(await readFile('mail.jks'), { storePass: 'changeit', keyFormat: 'traditional' });
 * await writeFile('mail.key', pem, { mode: 0o600 });
 */
export async function convertKeys(
  bytes: Uint8Array,
  options: KeyChoiceOptions & KeyWritingOptions = {},
): Promise<KeyConversionResult> {
  checkCall('convertKeys', bytes, options, { ...keyChoiceExpectations, ...keyWritingExpectations });
  return convertStore(bytes, options, async (store, warnings) => {
    const entries = choosePrivateKeys(store, options.aliases ?? []);
    const keys = await convertEach(entries, async (entry): Promise<ConvertedKey> => {
      const key = await openPrivateKey(entry, options.keyPasses ?? [], warnings);
      return withKey({ alias: entry.alias }, key, await encodeKey(key, options));
    });
    requireDifferentAlgorithms(keys);
    // The keys are copied with concat, because joined() would overwrite them, and they belong to the result.
    return hideFromLogs({ keys, pem: concat(...keys.map(({ keyPem }) => keyPem)) }, ['pem']);
  });
}

/** Overwrites the keys of a result, but not its `pem`. */
export function wipeKeys(keys: readonly ConvertedKey[]): void {
  for (const { key, keyPem } of keys) wipe(key.pkcs8, keyPem);
}

/**
 * Checks the arguments of a conversion.
 * @throws {TypeError} if one is not valid
 */
export function checkCall(caller: string, bytes: unknown, options: unknown, expectations: Expectations): void {
  checkArgument(caller, 'bytes', bytes, someBytes);
  checkOptions(caller, options, expectations);
}

/** Loads a keystore and converts it. If the conversion fails, the error contains the warnings so far, because they may explain it. */
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

/**
 * Checks that no part of the keystore was skipped.
 * @throws {PassphraseRequiredError} if a part was skipped because there is no password for it
 */
export function requireReadable({ type, warnings }: KeyStore): void {
  if (warnings.some(({ code }) => code === 'WARN_ENCRYPTED_PART_SKIPPED'))
    throw new PassphraseRequiredError(`a password is needed: a part of this ${type} keystore is encrypted`);
}

/** Converts entries one after another. If one fails, the keys converted before are overwritten. */
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

/** Converts one private key, and builds its chain. */
export async function convertEntry(
  entry: PrivateKeyEntry,
  options: ConversionOptions,
  context: ChainContext,
): Promise<ConvertedGroup> {
  const key = await openPrivateKey(entry, options.keyPasses ?? [], context.warnings);
  try {
    const chain = await servedChain(leafOfKey(key, entry, context), entry, context);
    return withKey(chain, key, await encodeKey(key, options));
  } catch (error) {
    wipe(key.pkcs8);
    throw error;
  }
}

/** Adds a key and its PEM block to an object, and hides the PEM block from logs. {@link PrivateKey} hides its bytes itself. */
function withKey<T extends object>(object: T, key: PrivateKey, keyPem: Uint8Array): T & Omit<ConvertedKey, 'alias'> {
  return hideFromLogs(Object.assign(object, { key, keyPem }), ['keyPem']);
}

/** Joins several pieces, and overwrites them. A single piece is returned as it is. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = pieces;
  if (only !== undefined && others.length === 0) return only;
  const whole = concat(...pieces);
  wipe(...pieces);
  return whole;
}

/**
 * Checks that the keys have different algorithms. With two keys of the same algorithm in a file, Postfix replies 454 to STARTTLS.
 * @throws {SameAlgorithmError} if two keys have the same algorithm, after overwriting all keys
 */
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
