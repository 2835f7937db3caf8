import { wipe } from '../bytes/wipe.js';
import { ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import type { PrivateKeyEntry } from '../keystore/types.js';
import { toCertificateFile } from '../pem/encode-certificates.js';
import { choosePrivateKeys } from './choose-entries.js';
import type { Leaf } from './choose-leaf.js';
import { type ChainOptions, chainExpectations } from './conversion-options.js';
import { checkCall, convertStore, type StoreSummary } from './convert.js';
import { openPrivateKey } from './open-private-key.js';
import {
  type ChainContext,
  chainContext,
  leafOfEntry,
  leafOfKey,
  type ServedChain,
  servedChain,
} from './served-chain.js';

/** The result of {@link convertChain}. */
export interface ChainConversionResult extends StoreSummary {
  readonly chains: readonly ServedChain[];
  /** The certificates of all chains as one file, each leaf first. certbot calls such a file `fullchain.pem`. */
  readonly pem: Uint8Array;
}

/**
 * Converts only the certificate chain of a private key. The key is decrypted only if its entry has no certificate, to find its certificate
 * among the others. If the key is not decrypted and the certificates are not encrypted, no password is needed; without a password, the
 * result contains `WARN_INTEGRITY_NOT_CHECKED`.
 * @param bytes a keystore of any type
 * @throws {PassphraseRequiredError} if a password is needed and none was given
 * @throws {StoreIntegrityError} if the store password is wrong, or the file was changed
 * @throws {StoreUnsupportedError} if the bytes are not a keystore, or use an algorithm that is not supported
 * @throws {StoreMalformedError} if the file is damaged
 * @throws {LimitExceededError} if the file needs more work or memory than the limits allow
 * @throws {EntryNotFoundError} if there is no private key, or none with a given alias
 * @throws {EntryAmbiguousError} if several private keys could be meant
 * @throws {EntryTypeError} if an alias is that of another kind of entry
 * @throws {KeyUnrecoverableError} if the entry has no certificate, and no password opens the key
 * @throws {PathNotFoundError} if the entry has no certificate, and no other certificate belongs to the key
 * @throws {TypeError} if an argument or an option has a wrong type, or an option does not exist
 * @throws {RangeError} if a limit does not exist, or is not a positive integer
 * @see RFC 8446 4.4.2
 * @example
 * const { pem } = await convertChain(await readFile('mail.jks'));
 * await writeFile('fullchain.pem', pem);
 */
export async function convertChain(bytes: Uint8Array, options: ChainOptions = {}): Promise<ChainConversionResult> {
  checkCall('convertChain', bytes, options, chainExpectations);
  return convertStore(bytes, options, async (store, warnings) => {
    const entries = choosePrivateKeys(store, options.aliases ?? []);
    const context = await chainContext(store, options, warnings);
    const chains: ServedChain[] = [];
    for (const entry of entries) chains.push(await servedChain(await leafOf(entry, context), entry, context));
    return { chains, pem: toCertificateFile(chains.flatMap(({ path }) => path.certificates)) };
  });
}

async function leafOf(entry: PrivateKeyEntry, context: ChainContext): Promise<Leaf> {
  const own = ownCertificate(entry);
  if (own) return leafOfEntry(own, context);
  const key = await openPrivateKey(entry, context.options.keyPasses ?? [], context.warnings);
  try {
    return leafOfKey(key, entry, context);
  } finally {
    wipe(key.pkcs8);
  }
}
