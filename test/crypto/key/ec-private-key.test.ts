import { afterEach, describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../../src/asn1/encode.js';
import { encodeEcPrivateKey, withoutEcPublicKey } from '../../../src/crypto/key/ec-private-key.js';
import { watchWiping } from '../../wiping.js';

afterEach(() => void vi.restoreAllMocks());

const oid = encodeObjectIdentifier('1.2.840.10045.3.1.7');
const otherOid = encodeObjectIdentifier('1.3.132.0.34');
const curve = Asn1Element.only(oid, 'curve');
const [version, scalar] = [encodeInteger(1), encodeOctetString(Uint8Array.of(5, 6, 7))];
const parameters = (of: Uint8Array) => encodeElement(0xa0, of);
const point = (...octets: number[]) => encodeElement(0xa1, encodeElement(3, Uint8Array.of(0, ...octets)));
const key = (...fields: Uint8Array[]) => encodeSequence(version, scalar, ...fields);

describe('an ECPrivateKey with its curve', () => {
  const unasked = () => expect.fail('the point is known');
  test.each<[string, Uint8Array, Asn1Element | undefined, () => Uint8Array | undefined, Uint8Array]>([
    ['takes the curve of the algorithm', key(point(4, 1)), curve, unasked, key(parameters(oid), point(4, 1))],
    [
      'keeps a curve of its own',
      key(parameters(otherOid), point(4, 1)),
      curve,
      unasked,
      key(parameters(otherOid), point(4, 1)),
    ],
    ['has none if there is none', key(point(4, 1)), undefined, unasked, key(point(4, 1))],
    ['has a computed point', key(), curve, () => Uint8Array.of(4, 9), key(parameters(oid), point(4, 9))],
    ['has no point if it cannot be computed', key(), curve, () => undefined, key(parameters(oid))],
    [
      'has its fields in their order',
      key(point(4, 1), parameters(oid)),
      curve,
      unasked,
      key(parameters(oid), point(4, 1)),
    ],
    ['is empty if the number is missing', encodeSequence(version), undefined, () => undefined, encodeSequence()],
  ])('%s', (_, octets, algorithm, publicPoint, expected) => {
    expect(encodeEcPrivateKey(octets, algorithm, publicPoint)).toEqual(expected);
  });

  test('is not made of anything else', () => {
    expect(() => encodeEcPrivateKey(version, curve, unasked)).toThrow('EC key: ECPrivateKey expected');
  });
});

describe('an EC key without its public point', () => {
  const algorithm = encodeSequence(encodeObjectIdentifier('1.2.840.10045.2.1'), oid);
  const info = (inner: Uint8Array, ...more: Uint8Array[]) =>
    encodeSequence(encodeInteger(1), algorithm, encodeOctetString(inner), ...more);
  const stripped = (inner: Uint8Array) => encodeSequence(encodeInteger(0), algorithm, encodeOctetString(inner));

  test('keeps everything else, and leaves the original as it is', () => {
    const original = info(
      key(parameters(oid), point(4, 1)),
      encodeElement(0xa0, algorithm),
      encodeElement(0x81, scalar),
    );
    const before = original.slice();
    expect(withoutEcPublicKey(original)).toEqual(stripped(key(parameters(oid))));
    expect(original).toEqual(before);
    expect(withoutEcPublicKey(info(key()))).toEqual(stripped(key()));
  });

  test('leaves no copy of the private number', () => {
    const wiped = watchWiping();
    withoutEcPublicKey(info(key(point(4, 1))));
    expect(wiped).toContain(Buffer.from(key()).toString('latin1'));
  });
});
