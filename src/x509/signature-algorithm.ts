import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import type { Asn1Element } from '../asn1/element.js';
import { Oid } from '../asn1/oids.js';
import { contextTag } from '../asn1/tag.js';
import { hashes } from '../crypto/hash/hash-oids.js';

/** The signature algorithm of a certificate, in the terms of node:crypto. */
export interface SignatureAlgorithm {
  readonly scheme: 'rsa' | 'rsa-pss' | 'ecdsa' | 'dsa' | 'eddsa' | 'post-quantum';
  /** OpenSSL's name of the hash; unset for EdDSA and post-quantum schemes, which define their own hash. */
  readonly hash?: string;
  /** RSASSA-PSS only: length of the salt in octets. */
  readonly saltLength?: number;
  /** RSASSA-PSS only: whether mask generation uses another hash than the message, for which verify() of node:crypto has no option. */
  readonly otherMaskHash?: boolean;
}

/**
 * Signature algorithms by OID, from RFC 8017 A.2.4, RFC 2313 11 (MD4), RFC 3279 2.2, RFC 5758 3, RFC 8410 3, and NIST's registry (FIPS
 * 186-4 algorithms, nistAlgorithm.sigAlgs). OIW (1.3.14.3.2) and TeleTrusT (1.3.36.3.3) have defined OIDs of their own for RSA and DSA.
 */
const algorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ['1.2.840.113549.1.1.2', { scheme: 'rsa', hash: 'md2' }],
  ['1.2.840.113549.1.1.3', { scheme: 'rsa', hash: 'md4' }],
  ['1.2.840.113549.1.1.4', { scheme: 'rsa', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { scheme: 'rsa', hash: 'sha1' }],
  ['1.3.14.3.2.29', { scheme: 'rsa', hash: 'sha1' }],
  ['1.3.36.3.3.1.2', { scheme: 'rsa', hash: 'ripemd160' }],
  ['1.2.840.113549.1.1.14', { scheme: 'rsa', hash: 'sha224' }],
  ['1.2.840.113549.1.1.11', { scheme: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { scheme: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { scheme: 'rsa', hash: 'sha512' }],
  ['1.2.840.113549.1.1.15', { scheme: 'rsa', hash: 'sha512-224' }],
  ['1.2.840.113549.1.1.16', { scheme: 'rsa', hash: 'sha512-256' }],
  ['1.2.840.10045.4.1', { scheme: 'ecdsa', hash: 'sha1' }],
  ['1.2.840.10045.4.3.1', { scheme: 'ecdsa', hash: 'sha224' }],
  ['1.2.840.10045.4.3.2', { scheme: 'ecdsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { scheme: 'ecdsa', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { scheme: 'ecdsa', hash: 'sha512' }],
  ['1.2.840.10040.4.3', { scheme: 'dsa', hash: 'sha1' }],
  ['1.3.14.3.2.27', { scheme: 'dsa', hash: 'sha1' }],
  ['2.16.840.1.101.3.4.3.1', { scheme: 'dsa', hash: 'sha224' }],
  ['2.16.840.1.101.3.4.3.2', { scheme: 'dsa', hash: 'sha256' }],
  ['2.16.840.1.101.3.4.3.3', { scheme: 'dsa', hash: 'sha384' }],
  ['2.16.840.1.101.3.4.3.4', { scheme: 'dsa', hash: 'sha512' }],
  ['2.16.840.1.101.3.4.3.5', { scheme: 'dsa', hash: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.6', { scheme: 'dsa', hash: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.7', { scheme: 'dsa', hash: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.8', { scheme: 'dsa', hash: 'sha3-512' }],
  ['2.16.840.1.101.3.4.3.9', { scheme: 'ecdsa', hash: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.10', { scheme: 'ecdsa', hash: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.11', { scheme: 'ecdsa', hash: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.12', { scheme: 'ecdsa', hash: 'sha3-512' }],
  ['2.16.840.1.101.3.4.3.13', { scheme: 'rsa', hash: 'sha3-224' }],
  ['2.16.840.1.101.3.4.3.14', { scheme: 'rsa', hash: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.15', { scheme: 'rsa', hash: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.16', { scheme: 'rsa', hash: 'sha3-512' }],
  [Oid.ed25519, { scheme: 'eddsa' }],
  [Oid.ed448, { scheme: 'eddsa' }],
  // ML-DSA-44, -65, -87 and the twelve variants of SLH-DSA are sigAlgs 17 to 31 (FIPS 204 and 205; RFC 9881 and RFC 9909).
  ...Array.from({ length: 15 }, (_, i): [string, SignatureAlgorithm] => [
    `2.16.840.1.101.3.4.3.${17 + i}`,
    { scheme: 'post-quantum' },
  ]),
]);

/** Hashes with known collisions, by OpenSSL's name, with their names for messages. Public CAs no longer use them. */
const weakHashes: ReadonlyMap<string, string> = new Map([
  ['md2', 'MD2'],
  ['md4', 'MD4'],
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
]);

/**
 * Reads an AlgorithmIdentifier as a signature algorithm.
 * @returns undefined if the OID is not in {@link algorithms}, or if the parameters of RSASSA-PSS are not supported
 * @throws {MalformedError} if it is malformed
 */
export function readSignatureAlgorithm(element: Asn1Element): SignatureAlgorithm | undefined {
  const { oid, parameters } = readAlgorithmIdentifier(element, 'signature algorithm');
  return oid === Oid.rsassaPss ? readPssParameters(parameters) : algorithms.get(oid);
}

/** Returns the name of the hash if it has known collisions, which allow forged signatures. */
export function weakHashOf(algorithm: SignatureAlgorithm | undefined): string | undefined {
  return algorithm?.hash === undefined ? undefined : weakHashes.get(algorithm.hash);
}

/**
 * Reads RSASSA-PSS-params (RFC 8017 A.2.3): hash [0], mask generation [1], salt length [2], trailer [3]. The default of the hashes is
 * SHA-1, and of the salt length 20.
 * @returns undefined if a hash or the trailer is not supported
 */
function readPssParameters(parameters: Asn1Element | undefined): SignatureAlgorithm | undefined {
  const fields = parameters?.sequence('RSASSA-PSS-params');
  const field = (tag: number) => fields?.find((part) => part.tag === contextTag(tag))?.explicit('RSASSA-PSS-params');
  const hash = readHash(field(0));
  const mask = field(1);
  const maskHash = readHash(mask && readAlgorithmIdentifier(mask, 'mask generation').parameters);
  const saltLength = field(2)?.smallInteger('salt length') ?? 20;
  // trailerFieldBC (1) is the only trailer field that is defined.
  if (hash === undefined || maskHash === undefined || (field(3)?.smallInteger('trailer') ?? 1) !== 1) return undefined;
  return { scheme: 'rsa-pss', hash, saltLength, otherMaskHash: hash !== maskHash };
}

function readHash(element: Asn1Element | undefined): string | undefined {
  return element === undefined ? 'sha1' : hashes.get(readAlgorithmIdentifier(element, 'hash').oid);
}
