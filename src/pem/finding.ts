import type { Severity } from '../warnings.js';

/** A problem of an installed PEM file. */
export interface PemFinding {
  readonly code: PemFindingCode;
  /**
   * `error`: servers or clients fail because of it, others can read the key or change the file, or the file differs from what it should
   * contain.
   */
  readonly severity: Severity;
  readonly message: string;
}

/** The codes of all findings. The option `--allow` of `verify` accepts them. */
export const pemFindingCodes = [
  'PEM_MALFORMED',
  'PEM_EMPTY',
  'KEY_MISSING',
  'KEY_ENCRYPTED',
  'KEY_UNREADABLE',
  'KEY_MISMATCH',
  'KEY_NOT_COMPARABLE',
  'KEY_WEAK',
  'KEY_REPEATED',
  'CERTIFICATE_MISSING',
  'CERTIFICATE_UNREADABLE',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_UNUSABLE',
  'ORDER',
  'CHAIN_INCOMPLETE',
  'CHAIN_EXCESS',
  'ANCHOR_UNKNOWN',
  'SIGNATURE_WEAK',
  'SIGNATURE_NOT_CHECKED',
  'LEAF_SELF_SIGNED',
  'EXPIRES_SOON',
  'HOST_NAME',
  'FILE_MODE',
  'FILE_OWNER',
  'FILES_DIFFER',
  'KEYSTORE_DIFFERS',
  'TLSA_MISMATCH',
] as const;

/** One of the codes of findings. */
export type PemFindingCode = (typeof pemFindingCodes)[number];
