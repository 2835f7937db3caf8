import { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { hideFromLogs } from '../../bytes/hide-from-logs.js';

/** An unencrypted symmetric key. */
export interface SecretKey {
  /**
   * Java's name of the algorithm (`AES`, `HmacSHA256`, …), its OID if Java has no name for it, or `RAW` if the keystore does not name the
   * algorithm.
   */
  algorithm: string;
  /** A copy of the key's bytes. This is secret: overwrite it after use. Logs show only its length. */
  key: Uint8Array;
}

/** Creates a secret key whose bytes `console.log` and `JSON.stringify` do not show. */
export function secretKey(algorithm: string, key: Uint8Array): SecretKey {
  return hideFromLogs({ algorithm, key }, ['key']);
}

/** Java's names of algorithms, by the OIDs with which a JDK or Bouncy Castle stores secret keys in PKCS#12 and BCFKS. */
const names: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.1', 'AES'],
  ['2.16.840.1.101.3.4.1.2', 'AES'],
  ['2.16.840.1.101.3.4.1.22', 'AES'],
  ['2.16.840.1.101.3.4.1.42', 'AES'],
  ['1.3.14.3.2.7', 'DES'],
  ['1.3.14.3.2.17', 'DESede'],
  ['1.2.840.113549.3.7', 'DESede'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['1.2.840.113549.3.4', 'ARCFOUR'],
  ['1.3.6.1.4.1.3029.1.1.2', 'Blowfish'],
  ['1.2.840.113549.2.7', 'HmacSHA1'],
  ['1.2.840.113549.2.8', 'HmacSHA224'],
  ['1.2.840.113549.2.9', 'HmacSHA256'],
  ['1.2.840.113549.2.10', 'HmacSHA384'],
  ['1.2.840.113549.2.11', 'HmacSHA512'],
  ['1.2.840.113549.2.12', 'HmacSHA512/224'],
  ['1.2.840.113549.2.13', 'HmacSHA512/256'],
  ['2.16.840.1.101.3.4.2.13', 'HmacSHA3-224'],
  ['2.16.840.1.101.3.4.2.14', 'HmacSHA3-256'],
  ['2.16.840.1.101.3.4.2.15', 'HmacSHA3-384'],
  ['2.16.840.1.101.3.4.2.16', 'HmacSHA3-512'],
  ['2.16.840.1.101.3.4.2.19', 'KMAC128'],
  ['2.16.840.1.101.3.4.2.20', 'KMAC256'],
  ['1.2.840.113549.1.5.3', 'PBEWithMD5AndDES'],
  // RFC 4269, RFC 3657 and RFC 5794. Bouncy Castle stores the OID of the cipher with its mode in place of the cipher alone.
  ['1.2.410.200004.1.4', 'SEED'],
  ['1.2.392.200011.61.1.1.1.2', 'Camellia'],
  ['1.2.392.200011.61.1.1.1.3', 'Camellia'],
  ['1.2.392.200011.61.1.1.1.4', 'Camellia'],
  ['1.2.410.200046.1.1.2', 'ARIA'],
  ['1.2.410.200046.1.1.7', 'ARIA'],
  ['1.2.410.200046.1.1.12', 'ARIA'],
]);

/** Returns Java's name of the algorithm of a secret key; undefined if the OID is unknown. */
export function secretKeyAlgorithmName(oid: string): string | undefined {
  return names.get(oid);
}

/** Reads a secret key as a JDK stores it: in a PrivateKeyInfo whose OCTET STRING contains the key itself. */
export function readSecretKeyInfo(pkcs8: Uint8Array, path: string): SecretKey {
  const info = Asn1Element.only(pkcs8, path);
  const [, algorithm, key] = info.sequence('secret key');
  const oid = algorithm?.sequence('algorithm')[0]?.oid('algorithm');
  if (oid === undefined || !key) throw info.malformed('secret key: algorithm and key expected');
  return secretKey(secretKeyAlgorithmName(oid) ?? oid, key.expect(Tag.octetString, 'key').octets().slice());
}
