import type { Limits } from '../limits.js';
import type { Certificate } from './certificate.js';

/** Which of several possible lines a server should send. */
export type PathPreference = 'compatible' | 'shortest' | 'stored';

/** The extended key usage that the path must allow. */
export type PathPurpose = 'serverAuth' | 'clientAuth' | 'any';

export interface CertificationPathOptions {
  /** The instant at which the path must be valid. */
  readonly now: Date;
  /** Certificates that may become part of the path: any order, duplicates and strangers welcome. */
  readonly candidates?: Iterable<Certificate>;
  /** Where a path may end. Any certificate may be an anchor, self-signed or not. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** `compatible` unless said otherwise. */
  readonly preference?: PathPreference;
  /** `serverAuth` unless said otherwise. */
  readonly purpose?: PathPurpose;
  readonly limits?: Partial<Limits>;
}

/** The line a server sends, and what became of everything else. */
export interface CertificationPath {
  /** What the server sends: leaf first, each certified by the next, the anchor left out. */
  readonly certificates: readonly Certificate[];
  /** The root it ends at, if one is known. */
  readonly anchor?: Certificate;
  /** Every candidate not used, and why. */
  readonly rejected: readonly RejectedCertificate[];
}

export interface RejectedCertificate {
  readonly certificate: Certificate;
  readonly reason: string;
}
