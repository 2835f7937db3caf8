/** Object identifiers of PKCS#12 (RFC 7292 appendix D) and of the contents of its bags. */
export const Pkcs12Oid = {
  encryptedData: '1.2.840.113549.1.7.6',
  envelopedData: '1.2.840.113549.1.7.3',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  crlBag: '1.2.840.113549.1.12.10.1.4',
  secretBag: '1.2.840.113549.1.12.10.1.5',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  /** Attributes of PKCS#9 (RFC 2985 5.5). */
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  /** oracle-jdk-trustedkeyusage. Java lists a certificate with this attribute as a trusted entry. */
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
} as const;
