import { Oid } from '../../asn1/oids.js';

/**
 * Java's names of key algorithms, by OID. For RSA, RSASSA-PSS, DSA, EC and DH they are the results of `java.security.Key.getAlgorithm()`.
 * For the others, that method returns only the family (`EdDSA`, `XDH`, `ML-DSA`, `ML-KEM`), so the map contains the names of the parameter
 * sets (`java.security.spec.NamedParameterSpec`).
 */
const names: ReadonlyMap<string, string> = new Map([
  [Oid.rsaEncryption, 'RSA'],
  [Oid.rsaesOaep, 'RSA'],
  [Oid.rsassaPss, 'RSASSA-PSS'],
  [Oid.dsa, 'DSA'],
  [Oid.ecPublicKey, 'EC'],
  [Oid.dhPublicNumber, 'DH'],
  [Oid.dhKeyAgreement, 'DH'],
  [Oid.x25519, 'X25519'],
  [Oid.x448, 'X448'],
  [Oid.ed25519, 'Ed25519'],
  [Oid.ed448, 'Ed448'],
  // FIPS 203 and 204, with NIST's OIDs below 2.16.840.1.101.3.4.
  ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
  ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
  ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
  ['2.16.840.1.101.3.4.4.1', 'ML-KEM-512'],
  ['2.16.840.1.101.3.4.4.2', 'ML-KEM-768'],
  ['2.16.840.1.101.3.4.4.3', 'ML-KEM-1024'],
]);

/** Returns the name of a key algorithm, or its dotted OID if the name is unknown. */
export function keyAlgorithmName(oid: string): string {
  return names.get(oid) ?? oid;
}
