import { wipe } from '../bytes/wipe.js';
import { ownCertificate } from '../keystore/entry/certificates.js';
import type { PrivateKeyEntry } from '../keystore/types.js';
import { toCertificateFile } from '../pem/bundle.js';
import { choosePrivateKeys } from './choose-entries.js';
import { type ChainOptions, chainExpectations } from './conversion-options.js';
import { checkCall, convertStore, type StoreSummary } from './convert.js';
import type { Leaf } from './leaf.js';
import { openKey } from './open-key.js';
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
  /** The certificates as one file, leaf first. certbot calls such a file `fullchain.pem`. */
  readonly pem: Uint8Array;
}

/**
 * Converts only the certificate chain of a private key. The key is not decrypted, so that no password is needed if the certificates are not
 * encrypted; the result then contains `WARN_INTEGRITY_NOT_CHECKED`. A key is decrypted only if its entry has no certificate, to find its
 * certificate among the others.
 * @throws {Jks2PemError} with a code; its `warnings` are those from before the failure
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
  const key = await openKey(entry, context.options.keyPasses ?? [], context.warnings);
  try {
    return leafOfKey(key, entry, context);
  } finally {
    wipe(key.pkcs8);
  }
}
