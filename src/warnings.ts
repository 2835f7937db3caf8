/**
 * A problem that did not stop the operation. `code` does not change between releases; `message` is for people and may change. `alias` is set
 * if the problem concerns one entry.
 */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly alias?: string;
}

/** All warning codes, in the order in which they were added. The commands `convert` and `list` accept them in `--allow`. */
export const warningCodes = [
  'WARN_ALIAS_DUPLICATE',
  'WARN_ALIAS_ENCODING',
  'WARN_CERTIFICATE_UNREADABLE',
  'WARN_CERTIFICATE_TYPE_UNSUPPORTED',
  'WARN_CERTIFICATE_EXPIRED',
  'WARN_CERTIFICATE_NOT_YET_VALID',
  'WARN_CERTIFICATE_UNUSABLE',
  'WARN_CHAIN_INCOMPLETE',
  'WARN_ISSUER_NOT_FETCHED',
  'WARN_ENTRY_UNREADABLE',
  'WARN_BAG_SKIPPED',
  'WARN_INTEGRITY_NOT_CHECKED',
  'WARN_INTEGRITY_WEAK',
  'WARN_PASSWORD_ENCODING',
  'WARN_TRAILING_BYTES',
  'WARN_KEY_WEAK',
  'WARN_KEY_NOT_COMPARABLE',
  'WARN_SIGNATURE_WEAK',
  'WARN_ANCHOR_UNKNOWN',
  'WARN_OUTPUT_READABLE',
  'WARN_PASSWORD_FILE_READABLE',
  'WARN_CERTIFICATE_EXPIRES_SOON',
  'WARN_KEY_COMPLETED',
  'WARN_SIGNATURE_NOT_CHECKED',
  'WARN_LEAF_SELF_SIGNED',
  'WARN_DIRECTORY_UNSAFE',
  'WARN_INTEGRITY_UNVERIFIABLE',
  'WARN_ENCRYPTED_PART_SKIPPED',
  'WARN_DOMAINS_CUT',
  'WARN_FILE_STALE',
  'WARN_STATE_NOT_KEPT',
  'WARN_SNI_NAME_TAKEN',
  'WARN_TLSA_MISMATCH',
] as const;

/** One of the warning codes. */
export type WarningCode = (typeof warningCodes)[number];

/** Severity of a finding. `error`: mail, authentication or security is broken. `warning`: some clients fail. `info`: nothing fails. */
export type Severity = 'error' | 'warning' | 'info';
