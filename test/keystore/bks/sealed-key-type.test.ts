import { describe, expect, test } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { likelyKindOfSealed } from '../../../src/keystore/bks/sealed-key-type.js';
import { parseCertificate } from '../../../src/x509/parse-certificate.js';
import { fixture } from '../../fixtures.js';
import { leafOf, party } from '../../x509/certificate-maker.js';

const leaf = parseCertificate(fixture('story/intermed.der'));

describe('what is sealed without a certificate', () => {
  test.each([
    [71, 'secret'],
    [72, 'secret'],
    [176, 'secret'],
    [177, 'public'],
    [600, 'public'],
    [601, 'private'],
  ])('in %i bytes is most likely a %s key', (length, kind) => {
    expect(likelyKindOfSealed(length, undefined, false)).toBe(kind);
  });
});

describe('what is sealed with a certificate', () => {
  test.each([
    [71, 'secret'],
    [72, 'private'],
    [601, 'private'],
  ])('in %i bytes is most likely a %s key', (length, kind) => {
    expect(likelyKindOfSealed(length, leaf, true)).toBe(kind);
    expect(likelyKindOfSealed(length, undefined, true)).toBe(kind);
  });

  // PKCS#7 padding has at least one byte: what fills its blocks already gets a whole block more.
  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'is its public key only in exactly the bytes that takes (a key longer by %i)',
    (more) => {
      const rsa = encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(0x05));
      const leaf = leafOf(party('CA'), { spki: encodeSequence(rsa, encodeElement(0x03, new Uint8Array(100 + more))) });
      const plain = 1 + 2 + 'X.509'.length + 2 + 'RSA'.length + 4 + leaf.parts.subjectPublicKeyInfo.size;
      const sealed = plain + 8 - (plain % 8);
      for (const length of [sealed - 8, sealed, sealed + 8])
        expect(likelyKindOfSealed(length, leaf, true), `${length} bytes`).toBe(
          length === sealed ? 'public' : 'private',
        );
    },
  );

  test('is no public key of another algorithm', () => {
    const leaf = leafOf(party('CA'));
    for (let length = 72; length < 200; length += 8) expect(likelyKindOfSealed(length, leaf, true)).toBe('private');
  });
});
