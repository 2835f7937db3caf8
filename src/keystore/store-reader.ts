import type { Limits } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** Options of a {@link StoreReader}. */
export interface ReaderOptions {
  /** As in {@link LoadOptions}. */
  readonly storePass?: string;
  readonly limits: Limits;
}

/** The result of a {@link StoreReader}; {@link createKeyStore} creates a KeyStore from it. */
export interface StoreContents {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  /** The entries in file order. */
  readonly entries: readonly Entry[];
  /** Certificates that `KeyStore.certificates` contains in addition to those of the entries. {@link createKeyStore} removes duplicates. */
  readonly looseCertificates?: readonly Certificate[];
  /** Warnings about the keystore. Opening a key later can add more to this array. */
  readonly warnings: Warning[];
}

/**
 * Reads one format. The bytes may be malformed, or have another format: their type was detected from their beginning, or given by the
 * caller.
 */
export type StoreReader = (bytes: Uint8Array, options: ReaderOptions) => Promise<StoreContents>;
