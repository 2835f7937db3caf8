import type { Severity } from '../warnings.js';

/** What a probe can find; stable. */
export type ProbeRule =
  | 'AUTH_BEFORE_TLS'
  | 'STARTTLS_MISSING'
  | 'STARTTLS_REFUSED'
  | 'STARTTLS_INJECTION'
  | 'HANDSHAKE_FAILED'
  | 'AUTH_MISSING'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_EXPIRES'
  | 'CERTIFICATE_NAME'
  | 'CERTIFICATE_UNTRUSTED'
  | 'CHAIN_EXTRA'
  | 'PROTOCOL_OLD'
  | 'NOT_AS_EXPECTED'
  | 'OPEN_RELAY'
  | 'CLIENT_CERTIFICATE_REQUIRED'
  | 'CLIENT_CERTIFICATE_REFUSED'
  | 'CLIENT_CERTIFICATE_IGNORED'
  | 'RELAY_UNTESTED';

/** Something that is wrong with a running server, or worth knowing about it. */
export interface ProbeFinding {
  readonly rule: ProbeRule;
  readonly severity: Severity;
  readonly message: string;
}
