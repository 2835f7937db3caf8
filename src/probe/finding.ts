import type { Severity } from '../warnings.js';

/** The names of all rules of a probe. The option `--allow` accepts them. */
export const probeRules = [
  'AUTH_BEFORE_TLS',
  'STARTTLS_MISSING',
  'STARTTLS_REFUSED',
  'STARTTLS_INJECTION',
  'HANDSHAKE_FAILED',
  'AUTH_MISSING',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_EXPIRES',
  'CERTIFICATE_NAME',
  'CERTIFICATE_UNTRUSTED',
  'CHAIN_EXTRA',
  'PROTOCOL_OLD',
  'NOT_AS_EXPECTED',
  'OPEN_RELAY',
  'CLIENT_CERTIFICATE_REQUIRED',
  'CLIENT_CERTIFICATE_REFUSED',
  'CLIENT_CERTIFICATE_IGNORED',
  'RELAY_UNTESTED',
  'TLS_FROM_FIRST_BYTE',
] as const;

/** One of the rules of a probe. The names do not change between releases. */
export type ProbeRule = (typeof probeRules)[number];

/** A problem of a running server, or a note about it. */
export interface ProbeFinding {
  readonly rule: ProbeRule;
  readonly severity: Severity;
  readonly message: string;
}
