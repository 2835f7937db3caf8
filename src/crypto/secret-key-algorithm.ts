/** Names that Java has for secret keys, by the OIDs that BcFKSKeyStoreSpi stores for them. */
const names: ReadonlyMap<string, string> = new Map([
  // NIST's aes arc itself, whatever the length of the key.
  ['2.16.840.1.101.3.4.1', 'AES'],
  // OIW's desEDE.
  ['1.3.14.3.2.17', 'DESede'],
  // RFC 8018 B.1.2.
  ['1.2.840.113549.2.7', 'HmacSHA1'],
  ['1.2.840.113549.2.8', 'HmacSHA224'],
  ['1.2.840.113549.2.9', 'HmacSHA256'],
  ['1.2.840.113549.2.10', 'HmacSHA384'],
  ['1.2.840.113549.2.11', 'HmacSHA512'],
  ['1.2.840.113549.2.12', 'HmacSHA512/224'],
  ['1.2.840.113549.2.13', 'HmacSHA512/256'],
  // NIST's hashAlgs arc.
  ['2.16.840.1.101.3.4.2.13', 'HmacSHA3-224'],
  ['2.16.840.1.101.3.4.2.14', 'HmacSHA3-256'],
  ['2.16.840.1.101.3.4.2.15', 'HmacSHA3-384'],
  ['2.16.840.1.101.3.4.2.16', 'HmacSHA3-512'],
  ['2.16.840.1.101.3.4.2.19', 'KMAC128'],
  ['2.16.840.1.101.3.4.2.20', 'KMAC256'],
  // RFC 4269, RFC 3657 and RFC 5794: for these the OID of a mode stands for the cipher.
  ['1.2.410.200004.1.4', 'SEED'],
  ['1.2.392.200011.61.1.1.1.2', 'Camellia'],
  ['1.2.392.200011.61.1.1.1.3', 'Camellia'],
  ['1.2.392.200011.61.1.1.1.4', 'Camellia'],
  ['1.2.410.200046.1.1.2', 'ARIA'],
  ['1.2.410.200046.1.1.7', 'ARIA'],
  ['1.2.410.200046.1.1.12', 'ARIA'],
]);

/** The name of a secret key's algorithm, or its OID in dotted form if it has none here. */
export function secretKeyAlgorithmName(oid: string): string {
  return names.get(oid) ?? oid;
}
