import { EntryNotFoundError } from '../errors.js';
import { certificatesOf } from '../keystore/entry/entry-certificates.js';
import { TrustedCertificates } from '../keystore/entry/trusted-certificates.js';
import { createKeyStore } from '../keystore/key-store.js';
import { type LoadOptions, loadContents } from '../keystore/load.js';
import type { StoreContents } from '../keystore/reader.js';
import type { Entry, KeyStore, StoreType } from '../keystore/types.js';
import { encodePemPieces, encodePemStrings } from '../pem/encode.js';
import type { Warning } from '../warnings.js';
import type { Certificate } from '../x509/certificate.js';

/** What {@link convertTrusted} gives. */
export interface TrustedConversionResult {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  /** Each trusted certificate once, ordered by alias. */
  readonly certificates: readonly Certificate[];
  /** The certificates as one CA file. */
  readonly pem: Uint8Array;
  readonly warnings: readonly Warning[];
}

/**
 * A truststore in, one CA file out: every trusted certificate, no key.
 * @throws {Jks2PemError} whatever stops it, by its code
 */
export async function convertTrusted(bytes: Uint8Array, options: LoadOptions = {}): Promise<TrustedConversionResult> {
  const conversion = await TrustedConversion.of(bytes, options);
  const { storeType, integrity, warnings, pem } = conversion;
  return {
    storeType,
    integrity,
    pem,
    warnings,
    get certificates() {
      return conversion.certificates;
    },
  };
}

/** The same, but that everything is made when somebody asks: there may be thousands of certificates, and for a file their bytes are enough. */
export class TrustedConversion implements TrustedConversionResult {
  readonly storeType: StoreType;
  readonly integrity: KeyStore['integrity'];
  readonly warnings: readonly Warning[];
  readonly #trusted: TrustedCertificates;
  #certificates: readonly Certificate[] | undefined;
  #pem: Uint8Array | undefined;

  private constructor(private readonly contents: StoreContents) {
    const store = createKeyStore(contents);
    this.storeType = store.type;
    this.integrity = store.integrity;
    this.warnings = store.warnings;
    this.#trusted = new TrustedCertificates(contents.entries);
    if (this.count === 0) {
      const message = `the store has no trusted certificate; it holds ${store.size} other entries`;
      throw new EntryNotFoundError(message, undefined, store.aliases());
    }
  }

  /** @throws {Jks2PemError} whatever stops it, by its code */
  static async of(bytes: Uint8Array, options: LoadOptions): Promise<TrustedConversion> {
    return new TrustedConversion(await loadContents(bytes, options));
  }

  /** Of certificates. */
  get count(): number {
    return this.#trusted.indices.length;
  }

  get certificates(): readonly Certificate[] {
    const { entries } = this.contents;
    return (this.#certificates ??= this.#trusted.indices.flatMap((index) =>
      certificatesOf(entries.at(index) as Entry),
    ));
  }

  get pem(): Uint8Array {
    return (this.#pem ??= encodePemStrings('CERTIFICATE', this.#trusted.der));
  }

  /** Hands over the file piece by piece, so that it is not in memory as a whole; each is overwritten by the next one. */
  writePem(take: (piece: Uint8Array) => void): void {
    encodePemPieces('CERTIFICATE', this.#trusted.der, take);
  }
}
