/** Object identifiers that several files use, with the names from their standards. */
export const Oid = {
  /** RFC 8017 appendix A. */
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaesOaep: '1.2.840.113549.1.1.7',
  rsassaPss: '1.2.840.113549.1.1.10',
  /** RFC 3279 2.3.2 and 2.3.5. */
  dsa: '1.2.840.10040.4.1',
  ecPublicKey: '1.2.840.10045.2.1',
  /** RFC 3279 2.3.3 and PKCS#3. */
  dhPublicNumber: '1.2.840.10046.2.1',
  dhKeyAgreement: '1.2.840.113549.1.3.1',
  /** RFC 8410 3. */
  x25519: '1.3.101.110',
  x448: '1.3.101.111',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
  /** PBEWithMD5AndTripleDES under Sun's private arc (com.sun.crypto.provider.KeyProtector). */
  sunJceKeyProtector: '1.3.6.1.4.1.42.2.19.1',
  /** RFC 8018 A.4. */
  pbes2: '1.2.840.113549.1.5.13',
  /** RFC 5652 4 and 5. */
  cmsData: '1.2.840.113549.1.7.1',
  cmsSignedData: '1.2.840.113549.1.7.2',
} as const;
