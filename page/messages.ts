/* The messages between the page and its worker. They are plain data, because the browser clones them. */

export type Integrity = 'verified' | 'not-checked' | 'none';
export type ChainPreference = 'compatible' | 'shortest' | 'stored';
export type Layout = 'bundle' | 'certbot';

/** The validity of a certificate today. `soon`: valid, but only for a few days more; see `expiresSoon`. */
export type Validity = 'valid' | 'soon' | 'expired' | 'not-yet';

/** A certificate as the page shows it. */
export interface CertificateView {
  /** The common name; without one, another part of the subject, the whole subject, or an alternative name. */
  readonly title: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly daysLeft: number;
  readonly validity: Validity;
  /** DNS names and addresses: the first hundred. */
  readonly names: readonly string[];
  /** The number of all DNS names and addresses. */
  readonly nameCount: number;
  /** Algorithm and size. */
  readonly key: string;
}

/** An entry of the keystore, with its first certificate. */
export interface EntryView {
  readonly alias: string;
  readonly kind: 'PrivateKeyEntry' | 'trustedCertEntry' | 'SecretKeyEntry' | 'PublicKeyEntry';
  readonly certificate?: CertificateView;
  readonly certificateCount: number;
}

/** A warning. `alias` is set if it concerns one entry. */
export interface WarningView {
  readonly code: string;
  readonly message: string;
  readonly alias?: string;
}

/** The content of the keystore. */
export interface StoreView {
  readonly type: string;
  readonly integrity: Integrity;
  readonly entries: readonly EntryView[];
  readonly hasTrusted: boolean;
  readonly warnings: readonly WarningView[];
}

/** A certificate in the graph, or a missing issuer, of which only the name is known. Other nodes refer to it by its `sha256`. */
export interface NodeView {
  /** Identifies the node: the SHA-256 of the certificate; for a missing issuer, an identifier that is made from its name. */
  readonly sha256: string;
  readonly title: string;
  /** Left out for a missing issuer. */
  readonly certificate?: CertificateView;
  readonly role: 'root' | 'cross' | 'intermediate' | 'leaf' | 'missing';
  /** Whether the keystore contains the certificate. */
  readonly isStored: boolean;
  readonly issuers: readonly string[];
  readonly sameKey: readonly string[];
}

/** A file to save. */
export interface FileView {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly certificateCount: number;
  readonly holdsKey: boolean;
}

/** The result of a conversion. */
export interface ConversionView {
  readonly files: readonly FileView[];
  readonly warnings: readonly WarningView[];
  /** If the leaf is not the certificate of the entry: where it comes from, and why. */
  readonly note?: string;
  /** SHA-256 of what the server sends, leaf first; empty for a truststore. */
  readonly chain: readonly string[];
  /** SHA-256 of the root at which the chain ends, if the root is known. */
  readonly anchor?: string;
  /** The certificates to draw: all of them, or only the chain and its root if there are too many. Empty for a large truststore. */
  readonly graph: readonly NodeView[];
  /** The first of the certificates that are not sent, each with the reason. `rejectedCount` counts all of them. */
  readonly rejected: readonly { readonly title: string; readonly reason: string }[];
  readonly rejectedCount: number;
}

/** A failure, with a code of the library, or `ERR_PAGE` for a fault of the page. */
export interface FailureView {
  readonly code: string;
  readonly message: string;
}

export interface OpenRequest {
  readonly kind: 'open';
  readonly bytes: Uint8Array;
  /** Without a password, only the unencrypted parts are read. */
  readonly password?: string;
}

/** Adds certificates that the keystore lacks, as `--add-cert` does. */
export interface AddRequest {
  readonly kind: 'add';
  /** The name of the file, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ConvertRequest {
  readonly kind: 'convert';
  /** A private key; left out to convert the trusted certificates. */
  readonly alias?: string;
  readonly keyPassword?: string;
  readonly chain: ChainPreference;
  readonly layout: Layout;
}

/** Asks the worker to overwrite its data of the keystore. */
export interface ForgetRequest {
  readonly kind: 'forget';
}

export type Request = OpenRequest | AddRequest | ConvertRequest | ForgetRequest;

export type Reply =
  | { readonly kind: 'store'; readonly store: StoreView }
  | { readonly kind: 'added'; readonly count: number }
  /** The file to add is a keystore. */
  | { readonly kind: 'keystore' }
  | { readonly kind: 'conversion'; readonly conversion: ConversionView }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'failure'; readonly failure: FailureView };

/** The reply has the number of its request, so that the page can ignore a reply for which it no longer waits. */
export interface NumberedRequest {
  readonly number: number;
  readonly request: Request;
}

export interface NumberedReply {
  readonly number: number;
  readonly reply: Reply;
}
