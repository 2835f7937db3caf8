import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { anchorOf, orderSentChain } from '../../../src/x509/path/sent-chain-order.js';
import { certify, leafOf, now, party, root, signer, unsigned } from '../certificate-maker.js';

const [top, mid, ca, other] = [party('Top'), party('Mid'), party('CA'), party('Other')];
const [leaf, issuing, upper, anchor] = [leafOf(ca), certify(ca, mid), certify(mid, top), root(top)];
const stranger = certify(party('Stranger'), other);

const order = (...certificates: readonly Certificate[]) => {
  const { chain, misplaced } = orderSentChain(certificates);
  return [chain, misplaced.map(({ certificate, reason }) => [certificate, reason])];
};

describe('the certificates that a server sends', () => {
  test.each([
    ['nothing', [], [], []],
    ['the chain', [leaf, issuing, upper], [leaf, issuing, upper], []],
    ['the chain with its root', [leaf, issuing, upper, anchor], [leaf, issuing, upper, anchor], [[anchor, 'root']]],
    ['the leaf twice', [leaf, leaf, issuing], [leaf, issuing], [[leaf, 'duplicate']]],
    ['an issuer twice', [leaf, issuing, issuing], [leaf, issuing], [[issuing, 'duplicate']]],
    ['issuers the wrong way round', [leaf, upper, issuing], [leaf, issuing, upper], [[upper, 'out of order']]],
    ['a stranger between', [leaf, stranger, issuing], [leaf, issuing], [[stranger, 'unrelated']]],
    ['a gap', [leaf, upper], [leaf], [[upper, 'unrelated']]],
    [
      'a root that certifies none of them',
      [leaf, issuing, root(other)],
      [leaf, issuing],
      [[expect.anything(), 'unrelated']],
    ],
    ['a root as the leaf', [anchor, issuing], [anchor], [[issuing, 'unrelated']]],
  ])('%s', (_, certificates, chain, misplaced) => {
    expect(order(...certificates)).toEqual([chain, misplaced]);
  });

  test('nothing follows a root, not even another issue of it', () => {
    const issue = root(top, { to: '2031-01-01' });
    expect(order(leaf, issuing, upper, anchor, issue)).toEqual([
      [leaf, issuing, upper, anchor],
      [
        [anchor, 'root'],
        [issue, 'root'],
      ],
    ]);
  });

  const cross = certify(mid, top);
  const midRoot = root(mid);
  test.each([
    ['behind it', [leaf, issuing, cross, midRoot]],
    ['before it', [leaf, issuing, midRoot, cross]],
  ])('a cross certificate goes before a root of the same name and key %s', (_, certificates) => {
    expect(order(...certificates)).toEqual([[leaf, issuing, cross], [[midRoot, 'root']]]);
  });

  test('a namesake of the issuer with another key is no issuer', () => {
    const impostor = certify(party('CA'), mid);
    expect(order(leaf, impostor, issuing)).toEqual([[leaf, issuing], [[impostor, 'unrelated']]]);
    const impostorRoot = root(party('Top'));
    expect(order(leaf, issuing, upper, impostorRoot)).toEqual([[leaf, issuing, upper], [[impostorRoot, 'unrelated']]]);
  });

  test('a root with the key of one issuer and the name of another is the root of neither', () => {
    const mixed = root(party('Mid', ca.key));
    expect(order(leaf, issuing, mixed)).toEqual([[leaf, issuing], [[mixed, 'unrelated']]]);
  });

  test('a self-issued certificate that its own key did not sign is no root', () => {
    const renewed = certify({ ...top, key: party('x').key }, top);
    expect(order(leaf, issuing, upper, renewed)).toEqual([[leaf, issuing, upper], [[renewed, 'unrelated']]]);
  });

  test('a signature that cannot be checked counts as valid', () => {
    const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };
    const unchecked = leafOf(ca, { signer: unknown });
    expect(order(unchecked, issuing)).toEqual([[unchecked, issuing], []]);
  });

  test('dates and rights do not matter', () => {
    const expired = certify(ca, mid, { to: '2021-01-01', extensions: [] });
    expect(order(leaf, expired)).toEqual([[leaf, expired], []]);
    expect(expired.notAfter < now).toBe(true);
  });
});

test('two certificates that certify each other are in the chain once', () => {
  const back = certify(mid, ca);
  expect(order(leaf, issuing, back)).toEqual([[leaf, issuing, back], []]);
});

test('an issuer that is found only after too much work counts as unrelated', () => {
  // Each check of a signature by a key of this size counts as 20.
  const large = party('CA', generateKeyPairSync('ec', { namedCurve: 'sect571r1' }));
  const impostors = Array.from({ length: 50 }, (_, i) => certify(large, mid, { serial: 1000 + i, signer: unsigned }));
  const isUnrelated = (certificates: readonly Certificate[]) =>
    orderSentChain(certificates).misplaced.some(({ certificate }) => certificate === issuing);
  expect(isUnrelated([leaf, ...impostors.slice(1), issuing])).toBe(false);
  expect(isUnrelated([leaf, ...impostors, issuing])).toBe(true);
});

test.each([
  ['itself', leaf, [anchor, leaf], leaf],
  ['the root that signed it', upper, [root(other), anchor], anchor],
  ['no root with the name alone', upper, [root(party('Top'))], undefined],
  ['no root that signed another', leaf, [anchor], undefined],
  ['the first of two', upper, [anchor, root(top, { to: '2040-01-01' })], anchor],
  ['none of no anchors', leaf, [], undefined],
])('the anchor of a certificate is %s', (_, certificate, anchors, expected) => {
  expect(anchorOf(certificate, anchors)).toBe(expected);
});

test('the anchor of a certificate has its issuer as name, and the key that signed it', () => {
  const [own, otherName, otherKey] = [root(ca), root(party('Other', ca.key)), root(party('CA'))];
  expect(anchorOf(leaf, [otherName, otherKey])).toBeUndefined();
  expect(anchorOf(leaf, [otherName, otherKey, own])).toBe(own);
  expect(anchorOf(leaf, [leaf])).toBe(leaf);
});
