import type { Limits } from '../../limits.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../certificate.js';

/** Which of several possible chains a server should send. */
export type PathPreference = 'compatible' | 'shortest' | 'stored';

/** The extended key usage that the path must allow. */
export type PathPurpose = 'serverAuth' | 'clientAuth' | 'any';

/** Options of {@link buildCertificationPath} and {@link examineCertificationPath}. */
export interface CertificationPathOptions {
  /** The time at which the path must be valid. */
  readonly now: Date;
  /** Certificates that may become part of the path, in any order; duplicates and unrelated certificates are allowed. */
  readonly candidates?: Iterable<Certificate>;
  /** Where a path may end. Any certificate may be an anchor, self-signed or not. */
  readonly trustAnchors?: Iterable<Certificate>;
  /**
   * `compatible` (default): the longest chain, which also reaches clients that only trust an older root. `shortest`: up to the first
   * known root. `stored`: the candidates in their order, as far as each certifies the one before it.
   */
  readonly preference?: PathPreference;
  /** Default: `serverAuth`. */
  readonly purpose?: PathPurpose;
  /** Bounds on the search, see {@link defaultLimits}. */
  readonly limits?: Partial<Limits>;
}

/** The options of the path builder that only this library uses. */
export interface PathRequest extends CertificationPathOptions {
  /** Roots that are only in the keystore: a path may end there if it reaches no trust anchor. */
  readonly storeAnchors?: Iterable<Certificate>;
  /** For `stored`: the chain of the keystore entry, leaf first. Default: the candidates in their order. */
  readonly stored?: readonly Certificate[];
}

/** The chain that a server sends, and the candidates that are not part of it. */
export interface CertificationPath {
  /** What the server sends: leaf first, each certificate certified by the next one, without the anchor. */
  readonly certificates: readonly Certificate[];
  /**
   * The anchor that the chain reaches; unset if it reaches none. It can be below the end of the chain: for `leaf, issuer, cross
   * certificate of a root` it is that root, if the root is known and the issuer of the cross certificate is not. If the leaf itself is
   * an anchor, it is the leaf.
   */
  readonly anchor?: Certificate;
  /** Every candidate that is not used, with the reason. */
  readonly rejected: readonly RejectedCertificate[];
}

/** A candidate that is not part of the chain. */
export interface RejectedCertificate {
  readonly certificate: Certificate;
  readonly reason: string;
}

/** The best chain, and its problems. */
export interface ExaminedPath extends CertificationPath {
  /** Worst first; `WARN_CERTIFICATE_…`, `WARN_LEAF_SELF_SIGNED`, `WARN_CHAIN_INCOMPLETE`, `WARN_ANCHOR_UNKNOWN`, `WARN_SIGNATURE_…`, `WARN_KEY_WEAK`. */
  readonly problems: readonly Warning[];
  /** Set if the chain reaches no anchor. */
  readonly missingIssuer?: MissingIssuer;
}

/** The issuer that the last certificate of a chain lacks. */
export interface MissingIssuer {
  /** The last certificate of the chain. */
  readonly certificate: Certificate;
  /** Name of its issuer (RFC 4514). */
  readonly issuer: string;
  /** Why no candidate can be that issuer: the fault of the best one, or that there is none. */
  readonly reason: string;
  /** Where the issuer's certificate can be downloaded, according to the certificate (RFC 5280 4.2.2.1, caIssuers): http and https only. */
  readonly urls: readonly string[];
}
