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
} from '../bytes/caller-check.js';
import { type LoadOptions, loadExpectations } from '../keystore/load.js';
import type { KeyFormat } from '../pem/key.js';
import type { Certificate } from '../x509/certificate.js';
import type { PathPreference, PathPurpose } from '../x509/path/certification-path.js';

/** Which private keys are converted. */
export interface KeyChoiceOptions extends LoadOptions {
  /**
   * Entries to convert, a group each, in this order: aliases, or `sha256:HEX` of their certificates (at least eight digits).
   * The only private key if not given.
   */
  readonly aliases?: readonly string[];
  /** Passwords of keys that do not open with the store password, tried in this order. */
  readonly keyPasses?: readonly string[];
}

/** Which certificate chain is served for a key. */
export interface ChainOptions extends KeyChoiceOptions {
  /** The instant for which dates are judged; the present if not given. */
  readonly now?: Date;
  /** Certificates that the keystore lacks; the leaf may be among them. */
  readonly addedCertificates?: Iterable<Certificate>;
  /** Roots that the clients know. Node's own roots and the self-signed CA certificates of the keystore if not given. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** `compatible` if not given. */
  readonly preference?: PathPreference;
  /** `serverAuth` if not given. */
  readonly purpose?: PathPurpose;
  /** Warns of certificates with fewer days left. If not given: less than a quarter of their lifetime, 21 days at most. */
  readonly days?: number;
  /** Downloads a missing issuer from the URL in a certificate. Nothing is downloaded if not given. */
  readonly issuerSource?: IssuerSource;
  /** Sends the root as well if it is known, as TLSA records with usage 2 need it (RFC 7671 5.2). */
  readonly includeRoot?: boolean;
}

/** How private keys are written. */
export interface KeyWritingOptions {
  /** `pkcs8` if not given. */
  readonly keyFormat?: KeyFormat;
  /** Password to encrypt the keys with (PBES2 with PBKDF2 and AES-256). They are not encrypted if not given, as servers need them. */
  readonly encryptKey?: string;
}

/** What these options must be. */
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
