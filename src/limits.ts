import { LimitExceededError, StoreMalformedError } from './errors.js';
import type { Warning } from './warnings.js';

/** Bounds on work and size, against hostile files. Each can be changed; {@link defaultLimits} has the defaults. */
export interface Limits {
  /** Bytes of a keystore file. */
  readonly fileBytes: number;
  /** Entries of a store, and bags of a PKCS#12 file. */
  readonly entries: number;
  /** Certificates in the chain of one entry. */
  readonly chainLength: number;
  /** Certificates in the chains of all keys of a PKCS#12 file together. The file holds no chains; they are built from its certificates. */
  readonly chainCertificates: number;
  /** Nesting of ASN.1 elements. */
  readonly asn1Depth: number;
  /** Nesting of PKCS#12 SafeContents. */
  readonly safeContentsDepth: number;
  /** Iterations of one key derivation (PKCS#12, JCEKS, PBKDF2). */
  readonly iterations: number;
  /** Iterations of a BKS derivation. */
  readonly bksIterations: number;
  /** Iterations of an UBER derivation. */
  readonly uberIterations: number;
  /** Hash computations of all derivations of one store together. */
  readonly totalIterations: number;
  /** Bytes of memory for scrypt, 128 · N · r. */
  readonly scryptMemory: number;
  /** scrypt's r and p, each. */
  readonly scryptFactor: number;
  /** Bytes of a salt. */
  readonly saltBytes: number;
  /** Bytes of a derived key. */
  readonly derivedKeyBytes: number;
  /** Objects in a Java serialization stream. */
  readonly serializedObjects: number;
  /** Nesting of a Java serialization stream. */
  readonly serializedDepth: number;
  /** Signatures checked while building one certification path; a signature by a slow key counts as several. */
  readonly pathSignatures: number;
  /** Steps of the search for one certification path. */
  readonly pathNodes: number;
  /** Certificates in one certification path, anchor included. */
  readonly pathLength: number;
  /** Comparisons of a name with a name constraint while building one certification path. */
  readonly nameComparisons: number;
}

/**
 * The default of each limit. Iteration counts are the bounds of Java (`keystore.pkcs12.*IterationCount`: 5,000,000) and of Bouncy Castle
 * (BcKeyStoreSpi: 2^20 and 65,536); the other values are well above those of real files.
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
 * Merges the caller's limits into the defaults.
 * @throws {RangeError} for an unknown name, or a value that is not a positive integer
 */
export function withDefaults(limits?: Partial<Limits>): Limits {
  if (limits === undefined) return defaultLimits;
  const merged: Record<keyof Limits, number> = { ...defaultLimits };
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!Object.hasOwn(defaultLimits, name)) throw new RangeError(`there is no limit ${name}`);
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`limit ${name} must be a positive integer`);
    merged[name] = value;
  }
  return merged;
}

/**
 * Compares a value of the file with a limit.
 * @throws {LimitExceededError} if `found` is above the limit
 */
export function requireWithin(limits: Limits, limit: keyof Limits, found: number, where?: string): void {
  if (found > limits[limit]) throw new LimitExceededError(limit, found, limits[limit], where);
}

/**
 * Warnings per keystore. A hostile file can hold millions of unreadable certificates of seven bytes each; their warnings
 * would take far more memory than the file.
 */
const maximumWarnings = 10_000;

/**
 * Bounds the warnings of a keystore; called before one is added.
 * @throws {StoreMalformedError} if there are ten thousand warnings already
 */
export function requireFewWarnings(warnings: readonly Warning[], path: string): void {
  if (warnings.length >= maximumWarnings)
    throw new StoreMalformedError(path, `more than ${maximumWarnings} parts cannot be read`, 0);
}

/** Bounds on what a probed mail server may send, far above what real servers do, so that a hostile one cannot use up memory or time. */
export const replyLimits = Object.freeze({
  /** Bytes of one line: RFC 5321 4.5.3.1.5 allows 512, some servers write more. */
  lineBytes: 4_096,
  /** Lines of one reply. */
  replyLines: 200,
  /** Bytes of all replies of one connection. */
  totalBytes: 256 * 1_024,
});

/** Bytes of a TLS handshake that are recorded: OpenSSL accepts chains of up to 100 KiB (SSL_CTX_set_max_cert_list(3)). */
export const handshakeBytes = 512 * 1_024;

/** Bounds on the download of missing issuers. The caller of `downloadCertificates` can change those of one download. */
export const downloadLimits = Object.freeze({
  /** Bytes of an answer. An issuer's certificate has a few thousand. */
  bytes: 256 * 1_024,
  redirects: 3,
  /** For all redirects together. */
  milliseconds: 10_000,
  /** Downloads for one certificate chain, which is more than any real chain lacks. */
  downloads: 8,
});

/** Seconds that a connection may be given. Longer waits are mistakes, such as milliseconds. */
export const longestTimeout = 3_600;
