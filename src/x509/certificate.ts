/** An X.509 certificate (RFC 5280 4.1). Every field is read from `der` at its first use and then cached. */
export interface Certificate {
  /** The certificate in DER, byte for byte as it was stored. */
  readonly der: Uint8Array;
  /** The subject as RFC 4514 writes names, most specific part first: `CN=mail.example.com,O=Example,C=DE`. */
  readonly subject: string;
  /** The issuer, written like {@link subject}. */
  readonly issuer: string;
  /** Hexadecimal, lower case, without separators; a negative number has a leading minus sign. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of `der`, hexadecimal, lower case. */
  readonly sha256: string;
  /** SHA-1 of `der`, hexadecimal, lower case: the fingerprint that older consoles show. */
  readonly sha1: string;
  /** The names of the subjectAltName extension, in its order; empty if there is none or it cannot be read. */
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly publicKey: PublicKeySummary;
  /** Java's name of the subject's key (`RSA`, `EC`, …), or the OID where Java has none. */
  readonly publicKeyAlgorithm: string;
  /** OID of the algorithm that the issuer signed with. */
  readonly signatureAlgorithm: string;
  /** Whether subject and issuer are the same name, compared as RFC 5280 7.1 says. */
  readonly isSelfIssued: boolean;
  /** Whether it is self-issued and signed by its own key. A signature that this OpenSSL cannot check counts as valid. */
  readonly isSelfSigned: boolean;
}

/** One name of a subjectAltName extension (RFC 5280 4.2.1.6). */
export interface SubjectAltName {
  readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'directory' | 'other';
  /** A host name, an address as text, a mailbox, a URI or an RFC 4514 name; of `other`, the content in hexadecimal. */
  readonly value: string;
}

/** Algorithm and size of a public key. */
export interface PublicKeySummary {
  /** Java's name of the algorithm (`RSA`, `EC`, `Ed25519`, …), or its OID. */
  readonly algorithm: string;
  /** In bits: the modulus of RSA, the prime of DSA, the field of an elliptic curve. */
  readonly size?: number;
  /** OpenSSL's name of the elliptic curve. */
  readonly curve?: string;
}
