import type { Warning } from './warnings.js';

/** All error codes. A caller distinguishes failures by them; they do not change. */
export type ErrorCode =
  | 'ERR_STORE_MALFORMED'
  | 'ERR_STORE_UNSUPPORTED'
  | 'ERR_STORE_INTEGRITY'
  | 'ERR_PASSPHRASE_REQUIRED'
  | 'ERR_ENTRY_NOT_FOUND'
  | 'ERR_ENTRY_AMBIGUOUS'
  | 'ERR_ENTRY_TYPE'
  | 'ERR_KEY_UNRECOVERABLE'
  | 'ERR_KEY_MISMATCH'
  | 'ERR_PATH_NOT_FOUND'
  | 'ERR_LIMIT_EXCEEDED'
  | 'ERR_OUTPUT'
  | 'ERR_HOOK_FAILED'
  | 'ERR_PROBE'
  | 'ERR_MALFORMED'
  | 'ERR_FETCH'
  | 'ERR_POSTFIX';

/**
 * Base class of all errors that this library throws, except TypeError and RangeError for a caller's mistake. No message contains a password
 * or a byte of a key.
 */
export abstract class Jks2PemError extends Error {
  abstract readonly code: ErrorCode;
  /** Warnings collected before the failure. They may explain it. */
  warnings?: readonly Warning[];
  /**
   * The name of the class, such as `StoreMalformedError` for `ERR_STORE_MALFORMED`. Derived from the code, so that minifying does not
   * change it.
   */
  override get name(): string {
    const words = this.code.slice('ERR_'.length).toLowerCase().split('_');
    return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Error`;
  }
}

/** A part of a file, for messages: `entry 3 "mail", certificate 1`. It is a string, or an object that is formatted only when a message needs it. */
export interface PathInFile {
  toString(): string;
}

/**
 * The keystore does not follow its format. `path` is the part of its structure in which the error was found. `offset` is the byte in the
 * file, or in the decrypted content of this part; 0 if the error concerns the whole part.
 */
export class StoreMalformedError extends Jks2PemError {
  readonly code = 'ERR_STORE_MALFORMED';
  constructor(
    readonly path: string,
    problem: string,
    readonly offset: number,
  ) {
    super(`${path}: ${problem} (at byte ${offset})`);
  }
}

/** National families of algorithms, by the first arcs of their object identifiers. Messages name the family of an unsupported algorithm. */
const algorithmFamilies: readonly (readonly [arc: string, family: string])[] = [
  ['1.2.643.', 'GOST'],
  ['1.2.804.2.1.1.1.', 'DSTU, Ukraine'],
  ['1.2.156.10197.', 'ShangMi, China'],
];

/**
 * The file is of another kind than expected, or needs a feature or an algorithm that this library or this platform does not support. `oid`
 * identifies the algorithm, if the file names one.
 */
export class StoreUnsupportedError extends Jks2PemError {
  readonly code = 'ERR_STORE_UNSUPPORTED';
  constructor(
    readonly what: string,
    readonly oid?: string,
  ) {
    const family = algorithmFamilies.find(([arc]) => oid?.startsWith(arc))?.[1];
    super(oid === undefined ? what : `${what} (${family === undefined ? oid : `${oid}, ${family}`})`);
  }
}

/** The integrity check of the keystore failed: the password is wrong, or the file was changed. */
export class StoreIntegrityError extends Jks2PemError {
  readonly code = 'ERR_STORE_INTEGRITY';
}

/** A password is needed, but none was given. */
export class PassphraseRequiredError extends Jks2PemError {
  readonly code = 'ERR_PASSPHRASE_REQUIRED';
}

/** No entry has the alias `alias`. If `alias` is undefined, no alias was given, and there is no entry of the kind that is needed. */
export class EntryNotFoundError extends Jks2PemError {
  readonly code = 'ERR_ENTRY_NOT_FOUND';
  constructor(
    message: string,
    readonly alias: string | undefined,
    readonly available: readonly string[],
  ) {
    super(message);
  }
}

/** Several private keys match, and the caller did not choose one of them; or two chosen keys have the same algorithm. */
export class EntryAmbiguousError extends Jks2PemError {
  readonly code = 'ERR_ENTRY_AMBIGUOUS';
  constructor(
    message: string,
    readonly available: readonly string[],
    /** The matching entries. Pass the `name` of one in the option `aliases`. */
    readonly choices: readonly EntryChoice[] = [],
  ) {
    super(message);
  }
}

/** A private key that the caller can choose. */
export interface EntryChoice {
  /** The alias, or `sha256:HEX` of the certificate if some of the choices have the same alias. */
  readonly name: string;
  readonly alias: string;
  /** Subject of the certificate stored with the key, if there is one. */
  readonly subject?: string | undefined;
  /** End of the validity of that certificate. */
  readonly notAfter?: Date | undefined;
}

/** The entry is of another kind than the operation needs. */
export class EntryTypeError extends Jks2PemError {
  readonly code = 'ERR_ENTRY_TYPE';
}

/** The password does not decrypt the key of the entry `alias`. */
export class KeyUnrecoverableError extends Jks2PemError {
  readonly code = 'ERR_KEY_UNRECOVERABLE';
  constructor(
    message: string,
    readonly alias: string,
  ) {
    super(message);
  }
}

/** The private key does not belong to the certificate of its entry, and no other certificate belongs to it. */
export class KeyMismatchError extends Jks2PemError {
  readonly code = 'ERR_KEY_MISMATCH';
  constructor(
    message: string,
    readonly alias: string,
  ) {
    super(message);
  }
}

/**
 * No certificate belongs to the private key, or no certification path can be built. `reason` names the entry or the certificate, and says
 * why; `candidates` is the number of certificates that were available.
 */
export class PathNotFoundError extends Jks2PemError {
  readonly code = 'ERR_PATH_NOT_FOUND';
  constructor(
    readonly reason: string,
    readonly candidates: number,
  ) {
    super(reason);
  }
}

/** The file needs more work or memory than {@link Limits} allow: `found` is over the `maximum` of `limit`. Thrown before that work is done. */
export class LimitExceededError extends Jks2PemError {
  readonly code = 'ERR_LIMIT_EXCEEDED';
  constructor(
    readonly limit: string,
    readonly found: number,
    readonly maximum: number,
    where?: string,
  ) {
    super(`${where === undefined ? '' : `${where}: `}${limit} ${found} is over the limit of ${maximum}`);
  }
}

/** An output cannot be written. Existing files are unchanged, unless the message says that new files are in place. */
export class OutputError extends Jks2PemError {
  readonly code = 'ERR_OUTPUT';
  /** Advice for the user, if there is any. */
  readonly hint: string | undefined;
  constructor(message: string, { cause, hint }: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }
}

/** The deploy hook failed, was stopped, or could not be started. */
export class HookFailedError extends Jks2PemError {
  readonly code = 'ERR_HOOK_FAILED';
  /** Advice for the user, if there is any. */
  readonly hint: string | undefined;
  /**
   * `failed`: the hook ended with an error. `stopped`: jks2pem ended the hook after a signal or the timeout. `not started`: the command
   * could not be run.
   */
  readonly reason: 'failed' | 'stopped' | 'not started';
  constructor(
    message: string,
    {
      cause,
      hint,
      reason = 'failed',
    }: {
      readonly cause?: unknown;
      readonly hint?: string | undefined;
      readonly reason?: HookFailedError['reason'];
    } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
    this.reason = reason;
  }
}

/** A mail server could not be examined: it cannot be reached, or does not speak SMTP or TLS as expected. */
export class ProbeError extends Jks2PemError {
  readonly code = 'ERR_PROBE';
}

/**
 * PEM, a certificate or a CMS file does not follow its format; for a keystore, see {@link StoreMalformedError}. `path` is the part of the
 * structure, and `offset` the byte, where the error was found.
 */
export class MalformedError extends Jks2PemError {
  readonly code = 'ERR_MALFORMED';
  constructor(
    readonly path: string,
    problem: string,
    readonly offset: number,
  ) {
    super(`${path}: ${problem} (at byte ${offset})`);
  }
}

/** An issuer's certificate could not be downloaded. */
export class FetchError extends Jks2PemError {
  readonly code = 'ERR_FETCH';
}

/** Postfix is not installed, or its configuration cannot be read. */
export class PostfixError extends Jks2PemError {
  readonly code = 'ERR_POSTFIX';
}
