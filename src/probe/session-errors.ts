import { ProbeError } from '../errors.js';

/** What a server sent in a handshake, also if the handshake failed. */
export interface SeenHandshake {
  /** The certificates in DER, in the order in which they were sent. */
  readonly certificates: readonly Uint8Array[];
  /** Whether the server has requested a client certificate. */
  readonly asksForCertificate: boolean;
}

/** Error for a failed handshake, or for a session that the server ended with a TLS alert. */
export class TlsFailure extends Error {
  constructor(
    /** OpenSSL's reason, or a sentence if the server closed the connection. */
    message: string,
    /** What the server sent before the failure. */
    readonly seen?: SeenHandshake,
    readonly isClosed = false,
  ) {
    super(message);
  }
}

/** Error for a connection that the server closed or reset. */
export class ClosedError extends ProbeError {}

/** Error for a reply with which the server refuses to continue. */
export class RefusalError extends ProbeError {
  readonly #reply: string;

  /** @param reply code and text of the reply */
  constructor(message: string, reply: string) {
    super(message);
    this.#reply = reply;
  }

  /** Whether the reply names a certificate as the reason. */
  get isAboutCertificate(): boolean {
    return /\bcertificate\b/i.test(this.#reply);
  }
}

/** Checks whether the server itself has ended a session: with an alert, with a reply, or by closing the connection. */
export function isEndedByServer(error: unknown): error is TlsFailure | ClosedError | RefusalError {
  return error instanceof TlsFailure || error instanceof ClosedError || error instanceof RefusalError;
}

/**
 * Matches OpenSSL's reason for the alerts that servers send if they get no client certificate: certificate_required of TLS 1.3 (RFC 8446
 * 4.4.2.4), handshake_failure of older versions (RFC 5246 7.4.6), and bad_certificate, which Go and Java send.
 */
const alertForMissingCertificate = /\balert (?:certificate required|handshake failure|bad certificate)$/;

/**
 * Checks whether a server that has requested a client certificate ends the session because it got none. The reply of Postfix with
 * smtpd_tls_req_ccert is `421 4.7.1 … Error: No client certificate presented`.
 */
export function isForMissingCertificate(error: TlsFailure | ProbeError | undefined): boolean {
  if (error instanceof RefusalError) return error.isAboutCertificate;
  if (error instanceof TlsFailure) return error.isClosed || alertForMissingCertificate.test(error.message);
  return error instanceof ClosedError;
}
