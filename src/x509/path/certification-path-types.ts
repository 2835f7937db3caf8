import type { Limits } from '../../limits.js';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../certificate.js';
import type { CandidateIndex } from './candidate-index.js';

/** Selects which of several possible chains a server should send. */
export type PathPreference = 'compatible' | 'shortest' | 'stored';

/** The purpose that the extended key usages in the path must allow. `any`: they are not checked. */
export type PathPurpose = 'serverAuth' | 'clientAuth' | 'any';

/** Options of {@link buildCertificationPath} and {@link examineCertificationPath}. */
export interface CertificationPathOptions {
  /** The time at which the path must be valid. */
  readonly now: Date;
  /** Certificates that may become part of the path, in any order; duplicates and unrelated certificates are allowed. */
  readonly candidates?: Iterable<Certificate>;
  /** The certificates at which a path may end. Any certificate may be an anchor, self-signed or not. */
  readonly trustAnchors?: Iterable<Certificate>;
  /**
   * `compatible` (default): the longest chain, which clients that trust only an older root can verify too. `shortest`: the chain with the
   * fewest certificates up to a trust anchor. `stored`: the candidates in their order, as long as each certifies the one before it.
   */
  readonly preference?: PathPreference;
  /** Default: `serverAuth`. */
  readonly purpose?: PathPurpose;
  /** Limits on the search; see {@link defaultLimits}. */
  readonly limits?: Partial<Limits>;
}

/** Options of the path builder, including those that are internal to this library. */
export interface PathRequest extends CertificationPathOptions {
  /** Roots that are only in the keystore. A path ends at one of them if it reaches no trust anchor. */
  readonly storeAnchors?: Iterable<Certificate>;
  /** For `stored`: the chain of the keystore entry, leaf first. Default: the candidates in their order. */
  readonly stored?: readonly Certificate[];
  /**
   * The index of `candidates`, `stored`, `trustAnchors` and `storeAnchors`, for callers that build many paths from the same certificates.
   * Default: a new index.
   */
  readonly index?: CandidateIndex;
}

/** The chain that a server sends, and the candidates that are not part of it. */
export interface CertificationPath {
  /** The certificates that the server sends: leaf first, each certified by the next one, without a self-signed root above the leaf. */
  readonly certificates: readonly Certificate[];
  /**
   * The anchor that the chain reaches; unset if it reaches none. It can be the leaf, and it is not always the issuer of the last
   * certificate: if the chain is `leaf, issuer, cross certificate of a root`, and that root is known but the issuer of the cross
   * certificate is not, the anchor is that root.
   */
  readonly anchor?: Certificate;
  /** All candidates that are neither in the chain nor its anchor, each with the reason. */
  readonly rejected: readonly RejectedCertificate[];
}

/** A candidate that is not part of the chain. */
export interface RejectedCertificate {
  readonly certificate: Certificate;
  readonly reason: string;
}

/** The chain that the preference selects, and its problems. */
export interface ExaminedPath extends CertificationPath {
  /**
   * The problems of the leaf, then of the end of the chain, then of each certificate. Their codes are `WARN_CERTIFICATE_…`,
   * `WARN_LEAF_SELF_SIGNED`, `WARN_CHAIN_INCOMPLETE`, `WARN_ANCHOR_UNKNOWN`, `WARN_SIGNATURE_…` and `WARN_KEY_WEAK`.
   */
  readonly problems: readonly Warning[];
  /** Set if the chain reaches no anchor. */
  readonly missingIssuer?: MissingIssuer;
}

/** The missing issuer of the last certificate of a chain. */
export interface MissingIssuer {
  /** The last certificate of the chain. */
  readonly certificate: Certificate;
  /** Name of the missing issuer (RFC 4514). */
  readonly issuer: string;
  /** Why no candidate can be that issuer: the problem of the best candidate, or a statement that there is no candidate. */
  readonly reason: string;
  /**
   * The http and https URLs in the certificate's caIssuers field (RFC 5280 4.2.2.1), from which the issuer's certificate can be downloaded.
   */
  readonly urls: readonly string[];
}
