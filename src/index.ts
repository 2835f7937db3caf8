/**
 * jks2pem reads Java keystores and writes PEM files for Postfix and other servers.
 *
 * - To make the files of a server in one call: {@link convert} (private key and chain), {@link convertTrusted} (CA file).
 * - To read a keystore: {@link loadKeyStore} opens JKS, JCEKS, PKCS#12, BKS, UBER and BCFKS; {@link detectStoreType} only determines
 *   the type.
 * - To build a chain: {@link parseCertificate}, {@link readCertificateFile} and {@link downloadCertificates} provide certificates;
 *   {@link buildCertificationPath} chooses among them; {@link examineCertificationPath} also accepts a leaf with problems and lists them.
 * - To write and read PEM: {@link encodePem}, {@link decodePem}, {@link toBundle}.
 * - To check an existing installation: {@link examinePostfix} checks a configuration, {@link probeServer} a running server.
 *
 * Guarantees:
 *
 * - Nothing is returned before the integrity check of the keystore has passed. If no password was given, or the keystore cannot be
 *   checked, a warning says so.
 * - DER is returned exactly as it was stored, except for keys that OpenSSL 3.0 does not load: conversions complete RSA keys without
 *   primes, and PEM contains Ed25519, Ed448, X25519 and X448 keys of PKCS#8 version 2 as version 1.
 * - The chosen chain does not depend on the order of the candidates, except with the preference `stored`.
 * - Work and memory are limited ({@link defaultLimits}).
 * - Failures are subclasses of {@link Jks2PemError} with a stable `code`. A caller's mistake is a TypeError or RangeError.
 * - No message contains a password or a byte of a key.
 * - None of these functions reads files or the environment. Only {@link downloadCertificates} and {@link probeServer} use the network.
 *   Only a conversion reads the clock, and only without the option `now`.
 * @module
 */
export type { FetchedIssuer, IssuerSource } from './aia/complete-path.js';
export { type DownloadOptions, downloadCertificates } from './aia/download.js';
export type { TrustedEntry } from './convert/choose-entries.js';
export type { LeafOrigin } from './convert/choose-leaf.js';
export type {
  ChainOptions,
  ConversionOptions,
  KeyChoiceOptions,
  KeyWritingOptions,
} from './convert/conversion-options.js';
export {
  type ConversionResult,
  type ConvertedGroup,
  type ConvertedKey,
  convert,
  convertKeys,
  type KeyConversionResult,
  type StoreSummary,
  wipeResult as wipe,
} from './convert/convert.js';
export { type ChainConversionResult, convertChain } from './convert/convert-chain.js';
export {
  convertTrusted,
  type TrustedConversionOptions,
  type TrustedConversionResult,
} from './convert/convert-trusted.js';
export type { ServedChain } from './convert/served-chain.js';
export {
  type ReadTlsOptions,
  readTlsOptions,
  type TlsOptions,
  type TrustingTlsOptions,
  tlsOptions,
} from './convert/tls-options.js';
export { toKeyObject } from './crypto/key/key-object.js';
export type { PrivateKey } from './crypto/key/private-key.js';
export type { SecretKey } from './crypto/key/secret-key.js';
export {
  EntryAmbiguousError,
  type EntryChoice,
  EntryNotFoundError,
  EntryTypeError,
  type ErrorCode,
  FetchError,
  HookFailedError,
  Jks2PemError,
  KeyMismatchError,
  KeyUnrecoverableError,
  LimitExceededError,
  MalformedError,
  OutputError,
  PassphraseRequiredError,
  PathNotFoundError,
  PostfixError,
  ProbeError,
  StoreIntegrityError,
  StoreMalformedError,
  StoreUnsupportedError,
} from './errors.js';
export { detectStoreType } from './keystore/detect/detect.js';
export { type LoadOptions, loadKeyStore } from './keystore/load.js';
export type {
  Entry,
  KeyStore,
  PrivateKeyEntry,
  PublicKeyEntry,
  SecretKeyEntry,
  StoreType,
  TrustedCertificateEntry,
} from './keystore/types.js';
export { defaultLimits, type Limits } from './limits.js';
export { toBundle } from './pem/bundle.js';
export { decodePem, type PemBlock } from './pem/decode.js';
export { encodePem } from './pem/encode.js';
export { toCertificateFile } from './pem/encode-certificates.js';
export type { KeyFormat } from './pem/encode-key.js';
export { readCertificateFile } from './pem/read-certificates.js';
export { examinePostfix } from './postfix/examine-postfix.js';
export type { Finding, FixPlace } from './postfix/finding.js';
export type {
  ExaminationOptions,
  Platform,
  PostfixFile,
  PostfixInstallation,
} from './postfix/installation/installation.js';
export type { ProbeFinding, ProbeRule } from './probe/finding.js';
export type { ChainVerification } from './probe/presented-chain.js';
export type { ProbeOptions } from './probe/probe-options.js';
export type { ClientCertificateResult, PresentedChain, ProbeResult } from './probe/probe-result.js';
export { probeServer } from './probe/probe-server.js';
export type { RelayAttempt, RelayOutcome } from './probe/relay-test.js';
export type { ServerAddress } from './probe/server-address.js';
export type { Severity, Warning, WarningCode } from './warnings.js';
export type { Certificate, PublicKeySummary, SubjectAltName } from './x509/certificate.js';
export { parseCertificate } from './x509/parse-certificate.js';
export { buildCertificationPath, examineCertificationPath } from './x509/path/build-certification-path.js';
export type {
  CertificationPath,
  CertificationPathOptions,
  ExaminedPath,
  MissingIssuer,
  PathPreference,
  PathPurpose,
  RejectedCertificate,
} from './x509/path/certification-path-types.js';
export { builtInRoots } from './x509/roots.js';
