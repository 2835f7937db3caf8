import { describe, expect, it } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Oid } from '../../src/asn1/oids.js';
import { Tag } from '../../src/asn1/tag.js';
import { examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { describePublicKey, keyDetails, publicKeyOf, weakKey } from '../../src/x509/public-key.js';
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
