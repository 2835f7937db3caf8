import type { Limits } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { EntryList } from './entry/entry-list.js';
import type { KeyStore, StoreType, Warning } from './types.js';

/** What every format's reader is given. */
export interface ReaderOptions {
  /** Left out: read what can be read without a password. */
  readonly storePass?: string;
  readonly limits: Limits;
}

/** What a format's reader finds; {@link createKeyStore} makes a KeyStore of it. */
export interface StoreContents {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  /** In the order of the file. */
  readonly entries: EntryList;
  /** Certificates that belong to no entry. */
  readonly looseCertificates?: readonly Certificate[];
  readonly warnings: readonly Warning[];
}

/** Reads one format. Bytes are known to begin like it; everything else is the reader's to check. */
export type StoreReader = (bytes: Uint8Array, options: ReaderOptions) => Promise<StoreContents>;
