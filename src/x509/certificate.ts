/** An X.509 certificate (RFC 5280 4.1). Each property is computed from `der` at its first use. */
export interface Certificate {
  /** The certificate in DER, byte for byte as in the file it was read from. */
  readonly der: Uint8Array;
  /** The subject in the notation of RFC 4514, most specific part first: `CN=mail.example.com,O=Example,C=DE`. */
  readonly subject: string;
  /** The issuer, in the same notation as {@link subject}. */
  readonly issuer: string;
  /** Hexadecimal, lower case, without separators; a negative number has a leading minus sign. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of `der`, hexadecimal, lower case. */
  readonly sha256: string;
  /** SHA-1 of `der`, hexadecimal, lower case. Older programs show this fingerprint. */
  readonly sha1: string;
  /** The names of the subjectAltName extension in their order; empty if the extension is missing or malformed. */
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly publicKey: PublicKeySummary;
  /** Java's name of the public key's algorithm (`RSA`, `EC`, …), or its OID if Java has no name for it. */
  readonly publicKeyAlgorithm: string;
  /** OID of the algorithm that the issuer signed with. */
  readonly signatureAlgorithm: string;
  /** Whether subject and issuer are the same name, compared by the rules of RFC 5280 7.1. */
  readonly isSelfIssued: boolean;
  /**
   * Whether the certificate is self-issued and signed with its own key. A signature that this Node cannot check, because it does not
   * support the algorithm or the key, counts as valid.
   */
  readonly isSelfSigned: boolean;
}

/** One name of a subjectAltName extension (RFC 5280 4.2.1.6). */
export interface SubjectAltName {
  readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'directory' | 'other';
  /** A host name, an IP address as text, a mail address, a URI or an RFC 4514 name; for `other`, the content in hexadecimal. */
  readonly value: string;
}

/** Algorithm and size of a public key. */
export interface PublicKeySummary {
  /** Java's name of the algorithm (`RSA`, `EC`, `Ed25519`, …), or its OID if Java has no name for it; `unknown` if it is malformed. */
  readonly algorithm: string;
  /** Size in bits: of the modulus for RSA, of the prime p for DSA, of the field for an elliptic curve. Unset for other keys. */
  readonly size?: number;
  /** OpenSSL's name of the elliptic curve; unset for other keys. */
  readonly curve?: string;
}
