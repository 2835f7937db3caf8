import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildPath } from '../../../src/x509/path/build-certification-path.js';
import type { PathRequest } from '../../../src/x509/path/certification-path-types.js';
import { certify, ext, generalName, leafOf, now, party, type Recipe, root } from '../certificate-maker.js';

const [top, mid, side, ca] = [party('Top'), party('Mid'), party('Side'), party('CA')];
const build = (leaf: Certificate, candidates: Certificate[], options: Partial<PathRequest> = {}) =>
  buildPath(leaf, { now, candidates, ...options });

/*
 * The certificate of Mid is reached by two ways. The longer one violates a constraint of the certificate above it. It is searched first,
 * because its certificate ends later. What was found there does not hold for the shorter one.
 */
describe('above a certificate, the search is repeated for each path below it, if an issuer has constraints', () => {
  const highest = party('Highest');
  const leaf = leafOf(ca);
  const [direct, upper] = [certify(ca, mid), certify(mid, top)];
  const detour = [certify(ca, side, { to: '2035-01-01' }), certify(side, mid, { to: '2035-01-01' })];

  test.each<[string, Recipe]>([
    ['path length', { pathLength: 2 }],
    ['name constraints', { more: [ext.nameConstraints([], [generalName.directory('CN=Side')])] }],
  ])('%s', (_, recipe) => {
    const constrained = certify(top, highest, recipe);
    const candidates = [direct, ...detour, upper, constrained];
    const chain = build(leaf, candidates, { trustAnchors: [root(highest)] });
    expect(chain.certificates).toEqual([leaf, direct, upper, constrained]);
    expect(chain.anchor?.subject).toBe('CN=Highest');
  });

  test.each<[string, Recipe]>([
    ['path length', { pathLength: 2 }],
    ['name constraints', { more: [ext.nameConstraints([], [generalName.directory('CN=Side')])] }],
  ])('%s, where the shorter way is searched first', (_, recipe) => {
    const first = certify(ca, mid, { to: '2036-01-01' });
    const constrained = certify(top, highest, recipe);
    const chain = build(leaf, [first, ...detour, upper, constrained], { trustAnchors: [root(highest)] });
    expect(chain.certificates).toEqual([leaf, first, upper, constrained]);
  });

  test.each([
    ['first', '2036-01-01'],
    ['last', '2030-01-01'],
  ])('path length two certificates above it, where the shorter way is searched %s', (_, to) => {
    const apex = party('Apex');
    const short = certify(ca, mid, { to });
    const above = [upper, certify(top, highest), certify(highest, apex, { pathLength: 3 })];
    const chain = build(leaf, [short, ...detour, ...above], { trustAnchors: [root(apex)] });
    expect(chain.certificates).toEqual([leaf, short, ...above]);
    expect(chain.anchor?.subject).toBe('CN=Apex');
  });

  test('path length of the root itself', () => {
    const anchor = root(top, { pathLength: 2 });
    const chain = build(leaf, [direct, ...detour, upper], { trustAnchors: [anchor] });
    expect(chain.certificates).toEqual([leaf, direct, upper]);
    expect(chain.anchor).toBe(anchor);
  });
});

test('a path to a given anchor on the way counts, also if a root of the keystore is higher', () => {
  const leaf = leafOf(ca);
  const [issuing, upper] = [certify(ca, mid), certify(mid, top)];
  const storeAnchors = [root(top)];
  // Without the given anchor in the middle, the longer way through Side wins.
  const around = [certify(ca, side), certify(side, mid)];
  const candidates = [issuing, upper, ...around, ...storeAnchors];
  const { certificates, anchor } = build(leaf, candidates, { trustAnchors: [root(mid)], storeAnchors });
  expect(certificates).toEqual([leaf, around[0], around[1], upper]);
  expect(anchor).toBe(storeAnchors[0]);
});

test('a certificate that is only an anchor is sent only if the chain goes on above it', () => {
  const leaf = leafOf(ca);
  const issuing = certify(ca, mid);
  expect(build(leaf, [], { trustAnchors: [issuing] }).certificates).toEqual([leaf]);
  expect(build(leaf, [certify(mid, top)], { trustAnchors: [issuing] }).certificates).toHaveLength(3);
});

test('shortest fails without a given anchor only if there are anchors', () => {
  const leaf = leafOf(ca);
  const options = { preference: 'shortest', storeAnchors: [root(top)] } as const;
  expect(() => build(leaf, [certify(ca, mid)], options)).toThrow(/^no path to a trust anchor: /);
  expect(build(leaf, [certify(ca, top)], options).anchor).toBe(options.storeAnchors[0]);
  expect(build(leaf, [certify(ca, mid)], { preference: 'shortest' }).certificates).toHaveLength(2);
});

test('shortest goes to a given anchor rather than by a shorter way to a root of the keystore', () => {
  const leaf = leafOf(ca);
  const long = [certify(ca, side), certify(side, top)];
  const candidates = [certify(ca, mid), ...long];
  const options = { preference: 'shortest', trustAnchors: [root(top)], storeAnchors: [root(mid)] } as const;
  expect(build(leaf, candidates, options).certificates).toEqual([leaf, ...long]);
});
