import type { Severity } from '../../warnings.js';
import type { RecordedHook } from '../renew/renewal-record.js';

/** The result of `status` for one keystore of the configuration. */
export interface KeystoreStatus {
  readonly name: string;
  readonly keystore: string;
  /** The host names of the leaves that the outputs should contain. */
  readonly hostNames: readonly string[];
  /** Number of days until the earliest expiry of these leaves; undefined if there are no leaves, or the keystore cannot be converted. */
  readonly daysLeft: number | undefined;
  readonly outputs: readonly OutputStatus[];
  /** Problems of the keystore itself. The problems of its outputs are in {@link OutputStatus.findings}. */
  readonly findings: readonly StatusFinding[];
}

export interface OutputStatus {
  readonly path: string;
  /** The comparison with the keystore. `older`: has a leaf that expires earlier. `unknown`: the output or the keystore cannot be read. */
  readonly state: 'current' | 'older' | 'different' | 'missing' | 'unknown';
  /** Number of days until the earliest expiry of a leaf in the output; undefined if the output has no leaf or cannot be read. */
  readonly daysLeft: number | undefined;
  /** Mode of the file with the key, or else of the first file. `owner` is that of the same file. */
  readonly mode: string | undefined;
  readonly owner: string | undefined;
  /** The time of the last change by `renew`; if it is not recorded, the modification time of the file. */
  readonly lastChange: Date | undefined;
  /** The last run of the hook of this output. */
  readonly hook: RecordedHook | undefined;
  /** Whether the server presents the certificates of this output; false if it cannot be reached; undefined if no server was to be contacted. */
  readonly served: boolean | undefined;
  readonly findings: readonly StatusFinding[];
}

/** Codes of errors. `--allow` does not accept them, because each means that something does not work. */
export const statusErrors = [
  'KEYSTORE_UNUSABLE',
  'KEYSTORE_REFUSED',
  'CERTIFICATE_EXPIRED',
  'OUTPUT_MISSING',
  'OUTPUT_OLDER',
  'OUTPUT_DIFFERS',
  'OUTPUT_UNREADABLE',
  'FILE_MODE',
  'FILE_OWNER',
  'HOOK_FAILED',
  'SERVER_DIFFERS',
  'SERVER_UNREACHABLE',
] as const;

/** Codes of warnings, which `--allow` removes. */
export const statusWarnings = ['CERTIFICATE_EXPIRES', 'RENEWAL_UNFINISHED', 'RECORD_DAMAGED'] as const;

type StatusCode = (typeof statusErrors)[number] | (typeof statusWarnings)[number];

/** A problem, and what to do about it. */
export interface StatusFinding {
  readonly code: StatusCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
}

/** Returns all problems of a keystore and its outputs. */
export function findingsOf({ findings, outputs }: KeystoreStatus): StatusFinding[] {
  return [...findings, ...outputs.flatMap((output) => output.findings)];
}
