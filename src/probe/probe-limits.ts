/** How much a server may say. A sound one stays far below; a hostile one must not hold or fill the machine. */
export const probeLimits = {
  /** Octets of one reply line: RFC 5321 4.5.3.1.5 allows 512, some servers write more. */
  lineBytes: 4_096,
  /** Lines of one reply. */
  replyLines: 200,
  /** Octets of all replies of one connection. */
  totalBytes: 256 * 1_024,
  /** Octets of a TLS handshake that are looked at: OpenSSL itself takes chains of 100 KiB (SSL_CTX_set_max_cert_list(3)). */
  handshakeBytes: 512 * 1_024,
} as const;
