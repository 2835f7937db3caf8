import { createECDH, generatePrimeSync, type KeyObject } from 'node:crypto';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { modularInverse } from '../../../src/crypto/key/modular-arithmetic.js';
import type { PrivateKey } from '../../../src/crypto/key/private-key.js';

export const pkcs8Of = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));

/** A PrivateKeyInfo with these octets inside. */
export const pkcs8With = (algorithm: Uint8Array, octets: Uint8Array, name = 'any'): PrivateKey => ({
  algorithm: name,
  pkcs8: encodeSequence(encodeInteger(0), algorithm, encodeOctetString(octets)),
});

export const spkiWith = (algorithm: Uint8Array, bits: Uint8Array) =>
  encodeSequence(algorithm, encodeElement(0x03, Uint8Array.of(0), bits));

export const rsaAlgorithm = encodeSequence(encodeObjectIdentifier(Oid.rsaEncryption), encodeElement(0x05));

/** The parts of a key that Node made: AlgorithmIdentifier, and what is inside the OCTET STRING. */
export function partsOf(pkcs8: Uint8Array): { algorithm: Uint8Array; octets: Uint8Array } {
  const [, algorithm, octets] = Asn1Element.only(pkcs8, 'key').sequence('key');
  if (!algorithm || !octets) throw new Error('not a PrivateKeyInfo');
  return { algorithm: algorithm.raw, octets: octets.octets() };
}

/** Numbers of RSA keys with two primes or more; RFC 8017 3.2. */
export function makeRsa(bits: number, count = 2, e = 65_537n) {
  const primes: bigint[] = [];
  while (primes.length < count) {
    const prime = generatePrimeSync(Math.floor(bits / count), { bigint: true });
    if ((prime - 1n) % e !== 0n && !primes.includes(prime)) primes.push(prime);
  }
  const n = primes.reduce((product, prime) => product * prime, 1n);
  const order = primes.reduce((product, prime) => product * (prime - 1n), 1n);
  const d = modularInverse(e, order) ?? 0n;
  const [p = 0n, q = 0n] = primes;
  let product = p * q;
  const others = primes.slice(2).map((prime) => {
    const coefficient = modularInverse(product, prime) ?? 0n;
    product *= prime;
    return encodeSequence(...[prime, d % (prime - 1n), coefficient].map(encodeInteger));
  });
  const numbers = [n, e, d, p, q, d % (p - 1n), d % (q - 1n), modularInverse(q, p) ?? 0n];
  return {
    numbers,
    spki: spkiWith(rsaAlgorithm, encodeSequence(encodeInteger(n), encodeInteger(e))),
    key: (changed: readonly bigint[] = numbers) =>
      pkcs8With(
        rsaAlgorithm,
        encodeSequence(
          encodeInteger(others.length > 0 ? 1 : 0),
          ...changed.map(encodeInteger),
          ...(others.length > 0 ? [encodeSequence(...others)] : []),
        ),
        'RSA',
      ),
  };
}

/** An EC key on a curve that OpenSSL knows, with any point beside the scalar, or none. */
export function makeEc(curve: string, oid: string) {
  const ecdh = createECDH(curve);
  const point = new Uint8Array(ecdh.generateKeys());
  const length = (point.length - 1) / 2;
  const scalar = new Uint8Array(length);
  const digits = ecdh.getPrivateKey();
  scalar.set(digits, length - digits.length);
  const algorithm = encodeSequence(encodeObjectIdentifier(Oid.ecPublicKey), encodeObjectIdentifier(oid));
  return {
    algorithm,
    point,
    spki: spkiWith(algorithm, point),
    key: (beside: Uint8Array | undefined = point) => {
      const bits = beside && [encodeElement(0xa1, encodeElement(0x03, Uint8Array.of(0), beside))];
      return pkcs8With(
        algorithm,
        encodeSequence(encodeInteger(1), encodeOctetString(scalar), ...(beside?.length ? (bits ?? []) : [])),
        'EC',
      );
    },
  };
}

/** OIDs of SEC 2, RFC 5639 and GB/T 32918.5, by OpenSSL's names. */
export const curves = [
  ['prime256v1', '1.2.840.10045.3.1.7'],
  ['secp384r1', '1.3.132.0.34'],
  ['secp521r1', '1.3.132.0.35'],
  ['secp256k1', '1.3.132.0.10'],
  ['brainpoolP256r1', '1.3.36.3.3.2.8.1.1.7'],
  ['SM2', '1.2.156.10197.1.301'],
] as const;
