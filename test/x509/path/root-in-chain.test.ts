import { expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import { certificatesWithRoot } from '../../../src/x509/path/root-in-chain.js';
import { certify, leafOf, now, party, root, signer } from '../certificate-maker.js';

const [top, mid, ca] = [party('Top'), party('Mid'), party('CA')];
const [leaf, issuing, upper] = [leafOf(ca), certify(ca, mid), certify(mid, top)];
const [anchor, midAnchor] = [root(top), root(mid)];
const withRoot = (certificates: Certificate[], found?: Certificate) =>
  certificatesWithRoot({ certificates, rejected: [], ...(found && { anchor: found }) });

test.each<[string, Certificate[], Certificate | undefined, Certificate[]]>([
  ['the anchor at its end', [leaf, issuing, upper], anchor, [leaf, issuing, upper, anchor]],
  ['the anchor in place of the certificates above', [leaf, issuing, upper], midAnchor, [leaf, issuing, midAnchor]],
  ['no anchor', [leaf, issuing], undefined, [leaf, issuing]],
  ['the anchor that it contains', [leaf, issuing, upper], issuing, [leaf, issuing, upper]],
  ['the leaf that is the anchor', [leaf], leaf, [leaf]],
])('a chain with %s', (_, certificates, found, expected) => {
  expect(withRoot(certificates, found)).toEqual(expected);
});

test('a root certifies what its key signed, not all that has its name', () => {
  // The CA got a new key, with which it certified the old one.
  const renewed = party('Mid');
  const rollover = certify(mid, renewed);
  expect(withRoot([leaf, issuing, rollover], midAnchor)).toEqual([leaf, issuing, midAnchor]);
  const renewedAnchor = root(renewed);
  expect(withRoot([leaf, issuing, rollover], renewedAnchor)).toEqual([leaf, issuing, rollover, renewedAnchor]);
});

test('a root whose signatures cannot be checked follows the last certificate that names it as its issuer', () => {
  const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };
  const unchecked = certify(ca, mid, { signer: unknown });
  expect(withRoot([leaf, unchecked], midAnchor)).toEqual([leaf, unchecked, midAnchor]);
  expect(withRoot([leaf, unchecked, upper], midAnchor)).toEqual([leaf, unchecked, midAnchor]);
});

test('the shortest path leaves the anchor out, unless it is an intermediate that is at hand', () => {
  const shortest = (candidates: Certificate[], trustAnchors: Certificate[]) =>
    buildCertificationPath(leaf, { now, candidates, trustAnchors, preference: 'shortest' }).certificates;
  expect(shortest([issuing, upper, anchor], [anchor])).toEqual([leaf, issuing, upper]);
  expect(shortest([issuing, upper], [upper])).toEqual([leaf, issuing, upper]);
  expect(shortest([issuing], [upper])).toEqual([leaf, issuing]);
  expect(shortest([], [leaf])).toEqual([leaf]);
});

test('a root with another name certifies nothing, even if its key signed it', () => {
  const namesake = root(party('Other', ca.key));
  expect(withRoot([leaf, issuing], namesake)).toEqual([leaf, issuing, namesake]);
});
