import type { Limits } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** What the reader of every format gets. */
export interface ReaderOptions {
  /** Without it the reader returns what is readable without a password. */
  readonly storePass?: string;
  readonly limits: Limits;
}

/** What the reader of a format returns; {@link createKeyStore} makes a KeyStore from it. */
export interface StoreContents {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  /** In file order. */
  readonly entries: readonly Entry[];
  /** Certificates that belong to no entry. */
  readonly looseCertificates?: readonly Certificate[];
  /** Opening a key later can add to them. */
  readonly warnings: Warning[];
}

/** Reads one format. The caller has checked only how the bytes begin. */
export type StoreReader = (bytes: Uint8Array, options: ReaderOptions) => Promise<StoreContents>;
