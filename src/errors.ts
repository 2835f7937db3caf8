import type { Warning } from './warnings.js';

/** The closed set of codes by which a caller tells failures apart. */
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

/** The base class of every failure of this library. No message contains a password or a byte of a key. */
export abstract class Jks2PemError extends Error {
  abstract readonly code: ErrorCode;
  /** Warnings from before the failure, which may explain it. */
  warnings?: readonly Warning[];
  /** The name of the class, `StoreMalformedError` for `ERR_STORE_MALFORMED`, also after a minifier renamed the class. */
  override get name(): string {
    const words = this.code.slice('ERR_'.length).toLowerCase().split('_');
    return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Error`;
  }
}

/** A keystore does not follow its format. `path` is the place in its structure, `offset` the place in its bytes. */
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

/** National algorithm families by the arc of their object identifiers. Neither Java nor OpenSSL provides them without an extension. */
const algorithmFamilies: readonly (readonly [arc: string, family: string])[] = [
  ['1.2.643.', 'GOST'],
  ['1.2.804.2.1.1.1.', 'DSTU, Ukraine'],
  ['1.2.156.10197.', 'ShangMi, China'],
];

/** The file uses something that is not supported. `oid` is the algorithm, if the file names one. */
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

/** A password is needed and none was given. */
export class PassphraseRequiredError extends Jks2PemError {
  readonly code = 'ERR_PASSPHRASE_REQUIRED';
}

/** No entry has this alias. */
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

/** Several entries fit, and none was chosen. */
export class EntryAmbiguousError extends Jks2PemError {
  readonly code = 'ERR_ENTRY_AMBIGUOUS';
  constructor(
    message: string,
    readonly available: readonly string[],
    /** The entries to choose from; pass a `name` in the option `aliases`. */
    readonly choices: readonly EntryChoice[] = [],
  ) {
    super(message);
  }
}

/** A private key that can be chosen. */
export interface EntryChoice {
  /** The alias, or `sha256:HEX` of the certificate if several keys share the alias. */
  readonly name: string;
  readonly alias: string;
  /** Subject of the entry's own certificate, if it has one. */
  readonly subject?: string | undefined;
  /** End of validity of that certificate. */
  readonly notAfter?: Date | undefined;
}

/** The entry has another kind than the operation needs. */
export class EntryTypeError extends Jks2PemError {
  readonly code = 'ERR_ENTRY_TYPE';
}

/** The password does not decrypt the key of this entry. */
export class KeyUnrecoverableError extends Jks2PemError {
  readonly code = 'ERR_KEY_UNRECOVERABLE';
  constructor(
    message: string,
    readonly alias: string,
  ) {
    super(message);
  }
}

/** The private key does not belong to the first certificate of its chain. */
export class KeyMismatchError extends Jks2PemError {
  readonly code = 'ERR_KEY_MISMATCH';
  constructor(
    message: string,
    readonly alias: string,
  ) {
    super(message);
  }
}

/** No certification path can be built. `reason` names the certificate that failed and why; `candidates` counts the certificates tried. */
export class PathNotFoundError extends Jks2PemError {
  readonly code = 'ERR_PATH_NOT_FOUND';
  constructor(
    readonly reason: string,
    readonly candidates: number,
  ) {
    super(reason);
  }
}

/** The file needs more work or memory than {@link Limits} allow. It is refused before that work is done. */
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

/** A file could not be read or replaced. An existing file is unchanged. */
export class OutputError extends Jks2PemError {
  readonly code = 'ERR_OUTPUT';
  /** What the user can do about it. */
  readonly hint: string | undefined;
  constructor(message: string, { cause, hint }: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }
}

/** The deploy hook failed, was stopped, or could not be started. */
export class HookFailedError extends Jks2PemError {
  readonly code = 'ERR_HOOK_FAILED';
  /** What the user can do about it. */
  readonly hint: string | undefined;
  /** `stopped`: jks2pem ended the hook after a signal or the timeout. */
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

/** A server could not be examined. */
export class ProbeError extends Jks2PemError {
  readonly code = 'ERR_PROBE';
}

/**
 * PEM, a certificate or a CMS file does not follow its format (a keystore: {@link StoreMalformedError}). `path` says where in the
 * structure, `offset` where in the bytes.
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

/** The certificate of an issuer could not be downloaded. */
export class FetchError extends Jks2PemError {
  readonly code = 'ERR_FETCH';
}

/** There is no Postfix, or its configuration cannot be read. */
export class PostfixError extends Jks2PemError {
  readonly code = 'ERR_POSTFIX';
}
