/** Something worth knowing that did not stop the work. `code` is stable, `message` is for people. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly alias?: string;
}

/** The closed set of codes by which a caller tells warnings apart. */
export type WarningCode =
  | 'WARN_ALIAS_DUPLICATE'
  | 'WARN_ALIAS_ENCODING'
  | 'WARN_CERTIFICATE_UNREADABLE'
  | 'WARN_CERTIFICATE_TYPE_UNSUPPORTED'
  | 'WARN_CERTIFICATE_EXPIRED'
  | 'WARN_CERTIFICATE_NOT_YET_VALID'
  | 'WARN_CERTIFICATE_UNUSABLE'
  | 'WARN_CHAIN_INCOMPLETE'
  | 'WARN_ISSUER_NOT_FETCHED'
  | 'WARN_ENTRY_UNREADABLE'
  | 'WARN_BAG_SKIPPED'
  | 'WARN_INTEGRITY_NOT_CHECKED'
  | 'WARN_INTEGRITY_WEAK'
  | 'WARN_PASSWORD_ENCODING'
  | 'WARN_TRAILING_BYTES'
  | 'WARN_KEY_WEAK'
  | 'WARN_KEY_NOT_COMPARABLE'
  | 'WARN_SIGNATURE_WEAK'
  | 'WARN_ANCHOR_UNKNOWN'
  | 'WARN_OUTPUT_READABLE'
  | 'WARN_PASSWORD_FILE_READABLE';
