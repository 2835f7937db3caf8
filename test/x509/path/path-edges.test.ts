import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import { Oid } from '../../../src/asn1/oids.js';
import { Tag } from '../../../src/asn1/tag.js';
import { withDefaults } from '../../../src/limits.js';
import { CandidateIndex } from '../../../src/x509/path/candidate-index.js';
import { PathBudget } from '../../../src/x509/path/path-budget.js';
import { PathEdges } from '../../../src/x509/path/path-edges.js';
import { certify, leafOf, now, party, root } from '../certificate-maker.js';

/** A DSA key without parameters, which it inherits from the key of its issuer. */
const inheritingKey = encodeSequence(
  encodeSequence(encodeObjectIdentifier(Oid.dsa)),
  encodeElement(Tag.bitString, Uint8Array.of(0), encodeInteger(5)),
);
const ca = party('CA', generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }));
const [leaf, issuing, top] = [leafOf(ca), certify(ca, party('Top'), { spki: inheritingKey }), root(party('Top'))];

function edgesWith(pathSignatures: number): PathEdges {
  const index = new CandidateIndex({ candidates: [issuing, top], trustAnchors: [], storeAnchors: [] });
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
