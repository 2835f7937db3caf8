/** Something wrong with an installed PEM file. */
export interface PemFinding {
  readonly code: PemFindingCode;
  /** `error`: servers or clients fail because of it. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** The codes of all findings, for `--allow`. */
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

/** All codes of {@link PemFinding}. */
export type PemFindingCode = (typeof pemFindingCodes)[number];
