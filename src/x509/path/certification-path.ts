import type { Limits } from '../../limits.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../certificate.js';

/** Which of several possible lines a server should send. */
export type PathPreference = 'compatible' | 'shortest' | 'stored';

/** The extended key usage that the path must allow. */
export type PathPurpose = 'serverAuth' | 'clientAuth' | 'any';

/** What a path is built from, and how it is chosen. */
export interface CertificationPathOptions {
  /** The instant at which the path must be valid. */
  readonly now: Date;
  /** Certificates that may become part of the path: any order, duplicates and strangers welcome. */
  readonly candidates?: Iterable<Certificate>;
  /** Where a path may end. Any certificate may be an anchor, self-signed or not. */
  readonly trustAnchors?: Iterable<Certificate>;
  /** Roots that nothing but the keystore vouches for: a path may end there if it reaches no trust anchor. */
  readonly storeAnchors?: Iterable<Certificate>;
  /**
   * The entry's own chain, leaf first, for `stored`. If it is left out, the candidates in their order are taken for it;
   * every other preference gives the same answer for every order.
   */
  readonly stored?: readonly Certificate[];
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
  /**
   * The anchor that the line reaches. It may lie below the line's end: of `leaf, issuer, cross certificate of a root` it is
   * the root, if that is known and what signed the cross certificate is not. If the leaf itself is trusted, it is the leaf.
   */
  readonly anchor?: Certificate;
  /** Every candidate not used, and why. */
  readonly rejected: readonly RejectedCertificate[];
}

/** A candidate that has no part in the path. */
export interface RejectedCertificate {
  readonly certificate: Certificate;
  readonly reason: string;
}

/** A line with everything that is wrong with it: what a server sends in the absence of anything better. */
export interface ExaminedPath extends CertificationPath {
  /** Worst first; `WARN_CERTIFICATE_…`, `WARN_CHAIN_INCOMPLETE`, `WARN_ANCHOR_UNKNOWN`, `WARN_SIGNATURE_WEAK`, `WARN_KEY_WEAK`. */
  readonly problems: readonly Warning[];
  /** If no anchor is reached: where the line stops, and why. */
  readonly nearMiss?: NearMiss;
}

/** The edge that is missing above the end of a line. */
export interface NearMiss {
  /** The last certificate of the line. */
  readonly certificate: Certificate;
  /** Name of the issuer that it lacks (RFC 4514). */
  readonly issuer: string;
  /** In words: which certificate would be next and why it is not, or that there is none. */
  readonly reason: string;
  /** Where the last certificate says that certificates of its issuer lie (RFC 5280 4.2.2.1, caIssuers); http and https only. */
  readonly urls: readonly string[];
}
