import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Oid } from '../../src/asn1/oids.js';
import { Tag } from '../../src/asn1/tag.js';
import { examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import {
  curveBits,
  curveProblem,
  describePublicKey,
  keyDetails,
  publicKeyOf,
  weakKey,
} from '../../src/x509/public-key.js';
import { signatureCost } from '../../src/x509/signature-cost.js';
import { certify, leafOf, now, party, root } from './certificate-maker.js';

/** A DSA key of nothing but sizes, with whatever is to be its number y. */
function dsaKey(y: Uint8Array): Uint8Array {
  const number = (octets: number) => encodeElement(Tag.integer, new Uint8Array(octets).fill(0x7f));
  const algorithm = encodeSequence(
    encodeObjectIdentifier(Oid.dsa),
    encodeSequence(number(128), number(20), encodeInteger(2)),
  );
  return encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0), encodeElement(Tag.integer, y)));
}

describe('a DSA key', () => {
  const ca = party('CA');

  it.each([
    ['positive', Uint8Array.of(2)],
    // Node itself ends the process when it is asked for the details of these.
    ['negative', Uint8Array.of(0xff)],
    ['negative, of more octets', Uint8Array.of(0x80, 0)],
  ])('is looked at without asking Node for its details if its number is %s', (_, y) => {
    const leaf = leafOf(ca, { spki: dsaKey(y) });
    const issuer = certify(ca, party('Top'), { spki: dsaKey(y) });
    // Were it refused, it would be no danger.
    expect(publicKeyOf(leaf)?.asymmetricKeyType).toBe('dsa');
    expect(keyDetails(leaf)).toEqual({ modulusLength: 1023 });
    expect(weakKey(leaf)).toBe('DSA 1023');
    expect(describePublicKey(leaf)).toBe('DSA 1023');
    const candidates = [issuer, root(party('Top'), { spki: dsaKey(y) })];
    const { certificates, problems } = examineCertificationPath(leaf, { now, candidates, trustAnchors: candidates });
    expect(certificates).toEqual([leaf]);
    expect(problems.map(({ code }) => code)).toContain('WARN_KEY_WEAK');
  });
});

const spkiOf = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const withKey = (spki: Uint8Array) => leafOf(party('CA'), { spki });

describe('an elliptic curve', () => {
  it.each([
    ['prime256v1', undefined, 1],
    ['secp384r1', undefined, 9],
    ['secp521r1', undefined, 17],
    ['secp256k1', undefined, 4],
    ['brainpoolP256r1', undefined, 4],
    ['brainpoolP384r1', undefined, 9],
    ['brainpoolP512r1', undefined, 16],
    ['secp224r1', undefined, 4],
    ['prime192v1', 'curve prime192v1', 3],
    ['c2pnb208w1', 'curve c2pnb208w1', 3],
    ['sect163k1', 'curve sect163k1', 2],
  ])(
    '%s has its name and its size, is weak below 224 bits, and takes time by the square of its size',
    (curve, weak, cost) => {
      const leaf = withKey(spkiOf(generateKeyPairSync('ec', { namedCurve: curve }).publicKey));
      expect(leaf.publicKey).toEqual({ algorithm: 'EC', size: curveBits(curve), curve });
      expect(describePublicKey(leaf)).toBe(`EC ${curve}`);
      expect([weakKey(leaf), signatureCost(leaf)]).toEqual([weak, cost]);
    },
  );

  it.each([
    ['1.2.840.10045.3.1.7', 'prime256v1'],
    ['1.3.132.0.34', 'secp384r1'],
    ['1.3.132.0.35', 'secp521r1'],
    ['1.3.132.0.10', 'secp256k1'],
    ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1'],
    ['1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1'],
    ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1'],
  ])('%s has its name even if OpenSSL cannot load the key', (oid, curve) => {
    const algorithm = encodeSequence(encodeObjectIdentifier(Oid.ecPublicKey), encodeObjectIdentifier(oid));
    const leaf = withKey(encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0, 4, 1, 2))));
    expect(publicKeyOf(leaf)).toBeUndefined();
    expect(leaf.publicKey).toEqual({ algorithm: 'EC', size: curveBits(curve), curve });
  });

  it('has the first number of three digits in its name as its size', () => {
    expect(['prime192v1', 'wap-wsg-idm-ecid-wtls12', 'brainpoolP320t1', 'SM2'].map(curveBits)).toEqual([
      192,
      undefined,
      320,
      undefined,
    ]);
  });
});

describe('an RSA key', () => {
  const rsa = (modulus: Uint8Array, exponent: bigint = 65_537n) => {
    const algorithm = encodeSequence(encodeObjectIdentifier(Oid.rsaEncryption), encodeElement(Tag.null));
    const numbers = encodeSequence(encodeElement(Tag.integer, modulus), encodeInteger(exponent));
    return withKey(encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0), numbers)));
  };
  /** An odd modulus of so many bits. */
  const modulus = (bits: number) => {
    const { content } = Asn1Element.only(encodeInteger((1n << BigInt(bits - 1)) | 1n), 'modulus');
    return content;
  };

  it.each([
    [512, 'RSA 512'],
    [1024, 'RSA 1024'],
    [2047, 'RSA 2047'],
    [2048, undefined],
    [2049, undefined],
    [4096, undefined],
  ])('of %i bits is weak as %s', (bits, weak) => {
    expect(rsa(modulus(bits)).publicKey).toEqual({ algorithm: 'RSA', size: bits });
    expect(weakKey(rsa(modulus(bits)))).toBe(weak);
  });

  it('has the bits of its number, however many zeros are before it', () => {
    expect(rsa(Uint8Array.of(0, 0, 0, 1, 1)).publicKey).toEqual({ algorithm: 'RSA', size: 9 });
  });

  const algorithm = encodeSequence(encodeObjectIdentifier(Oid.rsaEncryption), encodeElement(Tag.null));
  const numbers = encodeSequence(encodeInteger(0x8000_0001), encodeInteger(65_537));
  const bits = (content: Uint8Array) => encodeElement(Tag.bitString, Uint8Array.of(0), content);
  it.each<[string, Uint8Array]>([
    ['no BIT STRING', encodeSequence(algorithm, encodeElement(Tag.octetString, Uint8Array.of(0), numbers))],
    ['no key', encodeSequence(algorithm, bits(new Uint8Array()))],
    ['no SEQUENCE', encodeSequence(algorithm, bits(encodeElement(0x31, numbers.subarray(2))))],
    ['no number', encodeSequence(algorithm, bits(encodeSequence(encodeElement(Tag.octetString, Uint8Array.of(1, 1)))))],
    ['a number of zero', encodeSequence(algorithm, bits(encodeSequence(encodeInteger(0), encodeInteger(3))))],
    ['half a number', encodeSequence(algorithm, bits(Uint8Array.of(0x30, 4, 2, 9, 1, 1)))],
  ])('that has %s has no size', (_, spki) => {
    expect(withKey(spki).publicKey).toEqual({ algorithm: 'RSA' });
    expect(weakKey(withKey(spki))).toBeUndefined();
  });

  it('has its size even if the platform rejects it', () => {
    const modulusAlone = bits(encodeSequence(encodeElement(Tag.integer, modulus(2048))));
    const leaf = withKey(encodeSequence(algorithm, modulusAlone));
    expect(publicKeyOf(leaf)).toBeUndefined();
    expect(leaf.publicKey).toStrictEqual({ algorithm: 'RSA', size: 2048 });
  });

  it('of another algorithm with the same content has no size', () => {
    const other = encodeSequence(encodeObjectIdentifier('1.2.3'), encodeElement(Tag.null));
    expect(withKey(encodeSequence(other, bits(numbers))).publicKey).toStrictEqual({ algorithm: '1.2.3' });
  });

  it.each([
    [2048, 65_537n, 1],
    [4096, 65_537n, 1],
    [4097, 65_537n, 2],
    [8192, 65_537n, 4],
    [16_384, 65_537n, 16],
    [2048, (1n << 32n) - 1n, 1],
    [2048, (1n << 32n) + 1n, 2],
    [4096, (1n << 63n) + 1n, 2],
  ])('of %i bits with the exponent %i costs as much as %i checks', (bits, exponent, cost) => {
    expect(signatureCost(rsa(modulus(bits), exponent))).toBe(cost);
  });
});

it.each([
  ['ed25519', 'Ed25519'],
  ['x448', 'X448'],
] as const)('a key of %s has a name and no size', (type, name) => {
  const leaf = withKey(spkiOf(generateKeyPairSync(type as 'ed25519').publicKey));
  expect(leaf.publicKey).toStrictEqual({ algorithm: name });
  expect([describePublicKey(leaf), weakKey(leaf), signatureCost(leaf)]).toEqual([name, undefined, 1]);
});

it('a DSA key costs by the square of its size', () => {
  const cost = (modulusLength: number, divisorLength: number) =>
    signatureCost(withKey(spkiOf(generateKeyPairSync('dsa', { modulusLength, divisorLength }).publicKey)));
  expect([cost(1024, 160), signatureCost(withKey(dsaKey(Uint8Array.of(2))))]).toEqual([1, 1]);
});

const unnamed = 'does not name its elliptic curve';
it.each<[string, readonly Uint8Array[], string | undefined]>([
  ['the name of a curve', [encodeObjectIdentifier('1.2.840.10045.3.1.7')], undefined],
  ['explicit parameters', [encodeSequence()], 'gives explicit parameters of its elliptic curve instead of the name'],
  ['NULL, which stands for the parameters of the CA', [encodeElement(Tag.null)], unnamed],
  ['nothing', [], unnamed],
])('the problem of a key on an elliptic curve with %s: %s', (_, parameters, expected) => {
  const algorithm = encodeSequence(encodeObjectIdentifier(Oid.ecPublicKey), ...parameters);
  const leaf = withKey(encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0))));
  expect(curveProblem(leaf)).toBe(expected);
  if (expected !== undefined) expect(leaf.publicKey).toStrictEqual({ algorithm: 'EC' });
  const rsa = encodeSequence(encodeObjectIdentifier(Oid.rsaEncryption), ...parameters);
  expect(curveProblem(withKey(encodeSequence(rsa, encodeElement(Tag.bitString, Uint8Array.of(0)))))).toBeUndefined();
});

it.each<[string, readonly Uint8Array[], string]>([
  ['of another type', [encodeElement(Tag.null)], 'public key algorithm expected, tag null found'],
  ['without an OID', [encodeSequence()], 'public key algorithm: empty'],
])('the curve of a key with an algorithm %s is not judged', (_, parts, message) => {
  expect(() => curveProblem(withKey(encodeSequence(...parts)))).toThrow(message);
});

it('a key without an algorithm has no curve', () => {
  const leaf = withKey(encodeSequence());
  expect([curveProblem(leaf), weakKey(leaf), keyDetails(leaf)]).toEqual([undefined, undefined, {}]);
  expect(leaf.publicKey).toEqual({ algorithm: 'unknown' });
});

it('a key of another algorithm has no curve, even if its parameters name one', () => {
  // id-ecDH of RFC 5480 2.1.2 with prime256v1.
  const algorithm = encodeSequence(
    encodeObjectIdentifier('1.3.132.1.12'),
    encodeObjectIdentifier('1.2.840.10045.3.1.7'),
  );
  const leaf = withKey(encodeSequence(algorithm, encodeElement(Tag.bitString, Uint8Array.of(0, 4, 1, 2))));
  expect(leaf.publicKey).toEqual({ algorithm: '1.3.132.1.12' });
});
