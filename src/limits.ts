import { LimitExceededError, type PathInFile, StoreMalformedError } from './errors.js';
import type { Warning } from './warnings.js';

/** Limits on work and memory, which protect against hostile files. Each can be changed; {@link defaultLimits} contains the defaults. */
export interface Limits {
  /** Size of a keystore file in bytes. */
  readonly fileBytes: number;
  /** Number of entries of a keystore, and of bags in a PKCS#12 file. */
  readonly entries: number;
  /** Number of certificates in the chain of one entry. */
  readonly chainLength: number;
  /**
   * Number of certificates in the chains of all keys of a PKCS#12 file together. The file stores no chains; they are built from its
   * certificates.
   */
  readonly chainCertificates: number;
  /** Depth of nested ASN.1 elements. */
  readonly asn1Depth: number;
  /** Depth of nested SafeContents in a PKCS#12 file. */
  readonly safeContentsDepth: number;
  /** Iteration count of one key derivation (PKCS#12, JCEKS, PBKDF2); for scrypt, N · r · p. */
  readonly iterations: number;
  /** Iteration count of one key derivation in a BKS keystore. */
  readonly bksIterations: number;
  /** Iteration count of one key derivation in an UBER keystore. */
  readonly uberIterations: number;
  /**
   * Number of hash computations of all key derivations together while a keystore is loaded. For each key that is decrypted on request later,
   * the same number is allowed.
   */
  readonly totalIterations: number;
  /** Memory of one scrypt derivation in bytes: 128 · N · r. */
  readonly scryptMemory: number;
  /** Value of each of the scrypt parameters r and p. */
  readonly scryptFactor: number;
  /** Length of a salt in bytes. */
  readonly saltBytes: number;
  /** Length of a derived key in bytes. */
  readonly derivedKeyBytes: number;
  /** Number of objects in a Java serialization stream. */
  readonly serializedObjects: number;
  /** Depth of nested objects in a Java serialization stream. */
  readonly serializedDepth: number;
  /** Number of signatures verified while one certification path is built. A signature by a large key counts as several. */
  readonly pathSignatures: number;
  /** Number of attempts to add an issuer to a path while one certification path is built. */
  readonly pathNodes: number;
  /** Number of certificates in one certification path, including the trust anchor. */
  readonly pathLength: number;
  /** Number of comparisons of a name with a name constraint while one certification path is built. */
  readonly nameComparisons: number;
}

/**
 * The default limits. `iterations` is the maximum of Java (`keystore.pkcs12.*IterationCount`: 5,000,000). `bksIterations` and
 * `uberIterations` are the maxima of Bouncy Castle (BcKeyStoreSpi). The other values are far above those of real files.
 */
export const defaultLimits: Limits = Object.freeze({
  fileBytes: 64 * 2 ** 20,
  entries: 100_000,
  chainLength: 1_000,
  chainCertificates: 1_000_000,
  asn1Depth: 128,
  safeContentsDepth: 8,
  iterations: 5_000_000,
  bksIterations: 2 ** 20,
  uberIterations: 65_536,
  totalIterations: 20_000_000,
  scryptMemory: 256 * 2 ** 20,
  scryptFactor: 64,
  saltBytes: 1_024,
  derivedKeyBytes: 1_024,
  serializedObjects: 1_000,
  serializedDepth: 16,
  pathSignatures: 1_000,
  pathNodes: 10_000,
  pathLength: 20,
  nameComparisons: 250_000,
});

/**
 * Returns the caller's limits, completed with the defaults.
 * @throws {RangeError} for an unknown name, or for a value that is not a positive integer
 */
export function withDefaults(limits?: Partial<Limits>): Limits {
  if (limits === undefined) return defaultLimits;
  const merged: Record<keyof Limits, number> = { ...defaultLimits };
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    if (!Object.hasOwn(defaultLimits, name)) throw new RangeError(`there is no limit ${name}`);
    const value = limits[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`limit ${name} must be a positive integer`);
    merged[name] = value;
  }
  return merged;
}

/**
 * Throws if a value found in a file exceeds its limit.
 * @throws {LimitExceededError} if `found` exceeds the limit
 */
export function requireWithin(limits: Limits, limit: keyof Limits, found: number, where?: PathInFile): void {
  if (found > limits[limit]) throw new LimitExceededError(limit, found, limits[limit], where?.toString());
}

/**
 * Maximum number of warnings for one keystore. A hostile file can contain millions of unreadable certificates of seven bytes each, and a
 * warning takes far more memory than seven bytes.
 */
const maximumWarnings = 10_000;

/**
 * Throws if no further warning may be added to those of a keystore. Call it before adding one.
 * @throws {StoreMalformedError} if there are already ten thousand warnings
 */
export function requireFewWarnings(warnings: readonly Warning[], path: PathInFile): void {
  if (warnings.length >= maximumWarnings)
    throw new StoreMalformedError(String(path), `more than ${maximumWarnings} parts cannot be read`, 0);
}

/**
 * Bounds on the data that a probed mail server may send, so that a hostile server cannot use up memory. Real servers stay far below them.
 */
export const replyLimits = Object.freeze({
  /** Bytes of one line: RFC 5321 4.5.3.1.5 allows 512, some servers write more. */
  lineBytes: 4_096,
  /** Lines of one reply. */
  replyLines: 200,
  /** Bytes of all replies of one connection. */
  totalBytes: 256 * 1_024,
});

/** Maximum number of bytes of a TLS handshake that are recorded. OpenSSL accepts chains of up to 100 KiB (SSL_CTX_set_max_cert_list(3)). */
export const handshakeBytes = 512 * 1_024;

/** Bounds on the download of missing issuers. The caller of `downloadCertificates` can change those of one download. */
export const downloadLimits = Object.freeze({
  /** Bytes of an answer. An issuer's certificate has a few thousand. */
  bytes: 256 * 1_024,
  redirects: 3,
  /** Timeout of a download, including all redirects. */
  milliseconds: 10_000,
  /** Maximum number of downloads for one certificate chain. No real chain lacks that many certificates. */
  downloads: 8,
});

/** Maximum timeout of a connection or a download in seconds. A larger number is a mistake, such as a time in milliseconds. */
export const longestTimeout = 3_600;
