import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { Asn1Element } from '../../../src/asn1/element.js';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { Tag } from '../../../src/asn1/tag.js';
import { LimitExceededError } from '../../../src/errors.js';
import { withDefaults } from '../../../src/limits.js';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import { type Candidate, CandidateIndex } from '../../../src/x509/path/candidate-index.js';
import { PathBudget } from '../../../src/x509/path/path-budget.js';
import { keyHint, PathEdges } from '../../../src/x509/path/path-edges.js';
import { certify, ext, extension, leafOf, now, party, root, unsigned } from '../certificate-maker.js';

/** A DSA key without parameters, which it inherits from the key of its issuer. */
const inheritingKey = encodeSequence(
  encodeSequence(encodeObjectIdentifier(Oid.dsa)),
  encodeElement(Tag.bitString, Uint8Array.of(0), encodeInteger(5)),
);
const ca = party('CA', generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }));
const [leaf, issuing, top] = [leafOf(ca), certify(ca, party('Top'), { spki: inheritingKey }), root(party('Top'))];

function edgesWith(
  pathSignatures: number,
  candidates = [issuing, top],
  trustAnchors: ParsedCertificate[] = [],
): PathEdges {
  const index = new CandidateIndex({ candidates, trustAnchors, storeAnchors: [] });
  const context = { now: now.getTime(), issuersAt: now.getTime(), purpose: 'serverAuth' as const };
  return new PathEdges(index, context, new PathBudget(withDefaults({ pathSignatures })));
}

test('an explanation does not throw if the search for inherited DSA parameters exceeds the budget', () => {
  // One check is allowed: that of the leaf. To find the parameters, the certificate of its issuer must be checked, too.
  expect(() => edgesWith(1).verdict(leaf, issuing)).toThrow(
    expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', limit: 'pathSignatures' }),
  );
  expect(edgesWith(1).verdictIfAffordable(leaf, issuing)).toBeUndefined();
  expect(edgesWith(9).verdictIfAffordable(leaf, issuing)).toBe('unverifiable');
});

describe('a signature by a key that inherits its DSA parameters', () => {
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
  const spki = new Uint8Array(dsa.publicKey.export({ format: 'der', type: 'spki' }));
  const [, bits] = Asn1Element.only(spki, 'key').children() as [Asn1Element, Asn1Element];
  const withoutParameters = encodeSequence(encodeSequence(encodeObjectIdentifier(Oid.dsa)), bits.raw);
  const [above, below] = [party('Above', dsa), party('Below', dsa)];
  const [anchor, inheriting] = [root(above), certify(below, above, { spki: withoutParameters })];
  const certificate = leafOf(below);

  test('is checked with the parameters of the key above, also for a second certificate', () => {
    const edges = edgesWith(100, [inheriting, anchor]);
    expect(edges.verdict(certificate, inheriting)).toBe('valid');
    expect(edges.verdict(leafOf(below), inheriting)).toBe('valid');
    expect(edges.verdict(leafOf(below, { signer: unsigned }), inheriting)).toBe('invalid');
  });

  test('counts three times: itself, the certificate of the key, and the key with its parameters', () => {
    expect(edgesWith(3, [inheriting, anchor]).verdict(certificate, inheriting)).toBe('valid');
    expect(() => edgesWith(2, [inheriting, anchor]).verdict(certificate, inheriting)).toThrow(
      expect.objectContaining({ limit: 'pathSignatures', found: 3, maximum: 2 }),
    );
  });

  test('cannot be checked without the certificate above, or if the issuer is not one of the candidates', () => {
    expect(edgesWith(100, [inheriting]).verdict(certificate, inheriting)).toBe('unverifiable');
    expect(edgesWith(100, [anchor]).verdict(certificate, inheriting)).toBe('unverifiable');
  });

  test('cannot be checked if the key above has no parameters itself, or is no DSA key', () => {
    const second = party('Second', dsa);
    const inheritingTwice = certify(second, below, { spki: withoutParameters });
    expect(edgesWith(100, [inheritingTwice, inheriting, anchor]).verdict(leafOf(second), inheritingTwice)).toBe(
      'unverifiable',
    );
    const ec = party('EC');
    const byEc = certify(below, ec, { spki: withoutParameters });
    expect(edgesWith(100, [byEc, root(ec)]).verdict(certificate, byEc)).toBe('unverifiable');
  });
});

test('an explanation leaves out only what exceeds the budget; another error is thrown', () => {
  const edges = edgesWith(9);
  const path = [{ certificate: leaf, canBeSent: true, anchor: undefined }] as const;
  const issuer = edges.index.find(issuing) as Candidate;
  for (const [error, left] of [
    [new LimitExceededError('pathNodes', 2, 1), true],
    [new TypeError('a fault of the program'), false],
  ] as const) {
    for (const method of ['verdict', 'obstacle'] as const)
      vi.spyOn(edges, method).mockImplementation(() => {
        throw error;
      });
    for (const explain of [
      () => edges.verdictIfAffordable(leaf, issuing),
      () => edges.obstacleIfAffordable(path, issuer),
    ])
      if (left) expect(explain()).toBeUndefined();
      else expect(explain).toThrow(error);
  }
});

test('an issuer without a key identifier comes after one whose identifier matches, and before one whose identifier differs', () => {
  const withId = (id?: string) =>
    certify(ca, party('Top'), { extensions: id === undefined ? [] : [ext.subjectKeyIdentifier(id)] });
  const pointing = leafOf(ca, { more: [ext.authorityKeyIdentifier('a')] });
  expect([withId('a'), withId(), withId('b')].map((issuer) => keyHint(pointing, issuer))).toEqual([0, 1, 2]);
  expect([withId('a'), withId()].map((issuer) => keyHint(leaf, issuer))).toEqual([1, 1]);
  const malformed = certify(ca, party('Top'), { extensions: [extension('2.5.29.14', encodeInteger(1))] });
  expect(keyHint(pointing, malformed)).toBe(1);
});

test('the key of a trust anchor comes before another key that verifies the same signature', () => {
  // The same key with a compressed point (SEC 1 2.3.3) is another key for all who compare only the encoding.
  const issuer = party('CA with two encodings');
  const spki = new Uint8Array(issuer.key.publicKey.export({ format: 'der', type: 'spki' }));
  const [algorithm, bits] = Asn1Element.only(spki, 'key').children() as [Asn1Element, Asn1Element];
  const point = bits.bitOctets('point');
  const compressed = Uint8Array.of(0, 2 + ((point[64] as number) & 1), ...point.subarray(1, 33));
  const rogue = certify(issuer, party('Rogue'), {
    spki: encodeSequence(algorithm.raw, encodeElement(Tag.bitString, compressed)),
    more: [ext.subjectKeyIdentifier('id')],
    to: '2035-01-01',
  });
  const certificate = leafOf(issuer, { more: [ext.authorityKeyIdentifier('id')] });
  const candidate = { certificate, canBeSent: true, anchor: undefined };
  const issuersWith = (trustAnchors: ParsedCertificate[]) =>
    edgesWith(9, [rogue, root(issuer)], trustAnchors)
      .issuers(candidate)
      .map((found) => found.certificate);
  expect(issuersWith([])).toEqual([rogue]);
  const anchor = root(issuer);
  expect(issuersWith([anchor])).toContain(anchor);
  expect(issuersWith([anchor])).not.toContain(rogue);
});
