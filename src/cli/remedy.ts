import type { WarningCode } from '../warnings.js';

/** What to do about a warning, where there is one thing to do. */
export const remedies: Partial<Readonly<Record<WarningCode, string>>> = {
  WARN_CERTIFICATE_EXPIRED: 'renew the certificate, import it into the keystore, and run this again',
  WARN_CERTIFICATE_NOT_YET_VALID: 'see whether the clock of this machine is right, or wait',
  WARN_CERTIFICATE_UNUSABLE: 'ask the CA for a certificate for TLS servers (extended key usage serverAuth)',
  WARN_CHAIN_INCOMPLETE: 'give the missing issuer with --add-cert FILE, or let --fetch-issuers get it',
  WARN_ANCHOR_UNKNOWN: 'name the root that your clients know with --trust FILE',
  WARN_KEY_WEAK: 'make a new key, RSA with 2048 bits or more or EC, and have it certified',
  WARN_SIGNATURE_WEAK: 'ask the CA for a certificate that is signed with SHA-256 or better',
  WARN_INTEGRITY_NOT_CHECKED: 'give the store password, so that a changed keystore is noticed',
  WARN_OUTPUT_READABLE: '--mode 0600 keeps the private key to its owner',
  WARN_PASSWORD_FILE_READABLE: 'chmod 600 the password file',
};
