import type { Limits } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import type { Entry, KeyStore, StoreType, Warning } from './types.js';

/** Options of the reader of every format. */
export interface ReaderOptions {
  /** Without a password, the reader returns only the unencrypted parts. */
  readonly storePass?: string;
  readonly limits: Limits;
}

/** The result of the reader of every format; {@link createKeyStore} creates a KeyStore from it. */
export interface StoreContents {
  readonly type: StoreType;
  readonly version: number;
  readonly integrity: KeyStore['integrity'];
  /** The entries in file order. */
  readonly entries: readonly Entry[];
  /** Certificates that belong to no entry. */
  readonly looseCertificates?: readonly Certificate[];
  /** Warnings. Opening a key later can add some. */
  readonly warnings: Warning[];
}

/** Reads one format. Only the beginning of the bytes has been checked before. */
export type StoreReader = (bytes: Uint8Array, options: ReaderOptions) => Promise<StoreContents>;
