import type { Severity } from '../../warnings.js';
import type { RecordedHook } from '../renew/renewal-record.js';

/** What `status` found out about one keystore of the configuration. */
export interface KeystoreStatus {
  readonly name: string;
  readonly keystore: string;
  /** The host names of its certificates. */
  readonly hostNames: readonly string[];
  /** Until the first of its certificates expires; undefined if it cannot be converted. */
  readonly daysLeft: number | undefined;
  readonly outputs: readonly OutputStatus[];
  /** Problems of the keystore; those of an output are with it. */
  readonly findings: readonly StatusFinding[];
}

export interface OutputStatus {
  readonly path: string;
  /** How it compares with the keystore. `unknown`: one of the two cannot be read. */
  readonly state: 'current' | 'older' | 'different' | 'missing' | 'unknown';
  readonly daysLeft: number | undefined;
  /** Of the file with the key, otherwise of the first file. */
  readonly mode: string | undefined;
  readonly owner: string | undefined;
  readonly lastChange: Date | undefined;
  /** The last run of its hook. */
  readonly hook: RecordedHook | undefined;
  /** Whether the server presents this file; undefined if it was not asked. */
  readonly served: boolean | undefined;
  readonly findings: readonly StatusFinding[];
}

type StatusCode =
  | 'KEYSTORE_UNUSABLE'
  | 'KEYSTORE_REFUSED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_EXPIRES'
  | 'OUTPUT_MISSING'
  | 'OUTPUT_OLDER'
  | 'OUTPUT_DIFFERS'
  | 'OUTPUT_UNREADABLE'
  | 'FILE_MODE'
  | 'FILE_OWNER'
  | 'HOOK_FAILED'
  | 'RECORD_DAMAGED'
  | 'SERVER_DIFFERS'
  | 'SERVER_UNREACHABLE';

/** A problem, and what to do about it. */
export interface StatusFinding {
  readonly code: StatusCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
}

/** All problems of a keystore and its outputs. */
export function findingsOf({ findings, outputs }: KeystoreStatus): StatusFinding[] {
  return [...findings, ...outputs.flatMap((output) => output.findings)];
}
