import { describe, expect, test } from 'vitest';
import { JavaChains } from '../../../src/keystore/pkcs12/java-chains.js';
import { defaultLimits, withDefaults } from '../../../src/limits.js';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import { certify, ext, leafOf, party, root } from '../../x509/certificate-maker.js';

const named = (id: string) => ({ more: [ext.subjectKeyIdentifier(id)] });
const pointing = (id: string) => ({ more: [ext.authorityKeyIdentifier(id)] });

/** The chain of the first certificate, out of a bag of the others in this order. */
function chainOf(leaf: ParsedCertificate, ...bag: ParsedCertificate[]): readonly ParsedCertificate[] {
  return new JavaChains([...bag, leaf], defaultLimits).chain(leaf);
}

describe('the chain of a leaf', () => {
  const [top, ca] = [party('Top'), party('CA')];

  test('goes up to a certificate that is its own issuer, and no further', () => {
    const [leaf, issuer, anchor] = [leafOf(ca), certify(ca, top), root(top)];
    expect(chainOf(leaf, anchor, issuer)).toEqual([leaf, issuer, anchor]);
    // The root has a namesake, and says nothing of key identifiers: it is the end all the same.
    const cross = certify(top, party('Old'), named('other'));
    const [pointed, self] = [certify(ca, top, pointing('own')), root(top, named('own'))];
    expect(chainOf(leaf, cross, pointed, self)).toEqual([leaf, pointed, self]);
  });

  test('is that of the issuer whose key is meant, wherever it stands', () => {
    const leaf = leafOf(ca, pointing('second'));
    const [first, second, silent] = [
      certify(ca, top, named('first')),
      certify(ca, top, named('second')),
      certify(ca, top),
    ];
    expect(chainOf(leaf, first, silent, second)).toEqual([leaf, second]);
    // None that says nothing of its key is ruled out; one that says something else is.
    expect(chainOf(leaf, first, silent)).toEqual([leaf, silent]);
    expect(chainOf(leaf, first)).toEqual([leaf]);
  });

  test('is that of the first issuer, where the leaf does not tell', () => {
    const leaf = leafOf(ca);
    const [first, second] = [certify(ca, top), certify(ca, top)];
    expect(chainOf(leaf, first, second)).toEqual([leaf, first]);
    expect(chainOf(leaf, second, first)).toEqual([leaf, second]);
    const withIdentifier = certify(ca, top, named('first'));
    expect(chainOf(leaf, withIdentifier, first)).toEqual([leaf, withIdentifier]);
  });

  test('ends where it would begin anew', () => {
    const leaf = leafOf(ca);
    const [one, two] = [certify(ca, top), certify(top, ca)];
    expect(chainOf(leaf, one, two)).toEqual([leaf, one, two]);
  });

  test('takes an identifier that cannot be read for none', () => {
    const broken = certify(ca, top, { extensions: [ext.basicConstraints(true).subarray(0, 3)] });
    const leaf = leafOf(ca, pointing('any'));
    expect(chainOf(leaf, broken)).toEqual([leaf, broken]);
  });
});

describe('limits', () => {
  const parties = [party('CA 1'), party('CA 2'), party('CA 3')] as const;
  const line = [certify(parties[0], parties[1]), certify(parties[1], parties[2]), root(parties[2])];
  const leaves = [leafOf(parties[0]), leafOf(parties[0])] as const;

  test.each([1, 2, 3, 4])('cut a chain at %i', (chainLength) => {
    const chains = new JavaChains([...line, leaves[0]], withDefaults({ chainLength }));
    expect(chains.chain(leaves[0])).toEqual([leaves[0], ...line].slice(0, chainLength));
  });

  test('count the chains of all keys together, those asked for twice twice', () => {
    const chains = new JavaChains([...line, ...leaves], withDefaults({ chainCertificates: 12 }));
    const first = chains.chain(leaves[0]);
    chains.chain(leaves[1]);
    expect(chains.chain(leaves[0])).toBe(first);
    expect(() => chains.chain(leaves[1])).toThrow(
      'chains of all keys together: chainCertificates 16 is over the limit of 12',
    );
  });
});

test('a fault of the program while a key identifier is read is not hidden', () => {
  const fault = new TypeError('fault');
  const failing = {
    isSelfIssued: false,
    issuerKey: 'CA',
    get extensions(): never {
      throw fault;
    },
  } as unknown as ParsedCertificate;
  expect(() => chainOf(failing)).toThrow(fault);
});
