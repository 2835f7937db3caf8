import type { IssuerSource } from '../aia/complete-path.js';
import {
  aBoolean,
  aDate,
  aFunction,
  aNumber,
  anIterable,
  aPassword,
  arrayOf,
  aString,
  oneOf,
} from '../bytes/check-arguments.js';
import { type LoadOptions, loadExpectations } from '../keystore/load.js';
import type { KeyFormat } from '../pem/encode-key.js';
import type { Certificate } from '../x509/certificate.js';
import type { PathPreference, PathPurpose } from '../x509/path/certification-path-types.js';

/** Which private keys are converted. */
export interface KeyChoiceOptions extends LoadOptions {
  /**
   * Private keys to convert, in this order: aliases, or `sha256:HEX` with at least the first eight digits of the fingerprint of their
   * certificates. Default: the only private key.
   */
  readonly aliases?: readonly string[];
  /** Passwords for keys that do not open with the store password, in the order in which they are tried. */
  readonly keyPasses?: readonly string[];
}

/** How the certificate chain of a key is chosen. */
export interface ChainOptions extends KeyChoiceOptions {
  /** The time at which certificates must be valid. Default: now. */
  readonly now?: Date;
  /** Certificates that the keystore lacks. The leaf may be one of them. */
  readonly addedCertificates?: Iterable<Certificate>;
  /** Roots that the clients trust. Default: Node's own roots, and the self-signed CA certificates of the keystore. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** Default: `compatible`. */
  readonly preference?: PathPreference;
  /** Default: `serverAuth`. */
  readonly purpose?: PathPurpose;
  /**
   * A certificate causes a warning if fewer days than this are left until it expires. Default: a quarter of its lifetime, at most 21 days.
   */
  readonly days?: number;
  /** Called to download a missing issuer from a URL in the certificate that it issued. Default: nothing is downloaded. */
  readonly issuerSource?: IssuerSource;
  /** Adds the root to the chain, if it is known. A TLSA record of the root with usage 2 requires this (RFC 7671 5.2). */
  readonly includeRoot?: boolean;
}

/** How private keys are written. */
export interface KeyWritingOptions {
  /** Default: `pkcs8`. */
  readonly keyFormat?: KeyFormat;
  /**
   * Password with which the keys are encrypted (PBES2 with PBKDF2 and AES-256). Default: they are not encrypted, because servers need
   * unencrypted keys.
   */
  readonly encryptKey?: string;
}

/** What `checkOptions` requires of the values of these options. */
export const keyChoiceExpectations = { ...loadExpectations, aliases: arrayOf(aString), keyPasses: arrayOf(aPassword) };
export const chainExpectations = {
  ...keyChoiceExpectations,
  now: aDate,
  addedCertificates: anIterable,
  trustAnchors: anIterable,
  preference: oneOf('compatible', 'shortest', 'stored'),
  purpose: oneOf('serverAuth', 'clientAuth', 'any'),
  days: aNumber,
  issuerSource: aFunction,
  includeRoot: aBoolean,
};
export const keyWritingExpectations = { keyFormat: oneOf('pkcs8', 'traditional'), encryptKey: aPassword };

/** Options of {@link convert}. */
export interface ConversionOptions extends ChainOptions, KeyWritingOptions {}
