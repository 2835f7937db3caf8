import { describe, expect, test } from 'vitest';
import { aliasesOf, certificateTree, roleName } from '../../../src/cli/list/certificate-tree.js';
import { plain } from '../../../src/cli/terminal/text.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { type CertificateGraph, certificateGraph } from '../../../src/x509/path/certificate-graph.js';
import { certify, leafOf, party, root } from '../../x509/certificate-maker.js';

const now = new Date('2026-12-01T00:00:00Z');
const [ca, other, middle] = [party('CA'), party('Other'), party('Middle')];
const years = { from: '2020-01-01', to: '2040-01-01' };
const [rootOfCa, rootOfOther] = [root(ca, years), root(other, years)];
const [byCa, byOther] = [certify(middle, ca, years), certify(middle, other, years)];
const leaf = (host: string, to = '2027-12-01') => leafOf(middle, { host, from: '2026-01-01', to });
const lines = (graph: CertificateGraph, aliases: ReadonlyMap<string, readonly string[]> = new Map()) =>
  certificateTree(graph, { now, aliases }).map(plain);
const tree = (certificates: readonly Certificate[], aliases?: ReadonlyMap<string, readonly string[]>) =>
  lines(certificateGraph(certificates), aliases);

describe('the tree of certificates', () => {
  test('has issuers above what they issued, with branches', () => {
    expect(tree([rootOfCa, byCa, leaf('a'), leaf('b')])).toEqual([
      'CN=CA  (root)',
      '└─ CN=Middle',
      '   ├─ CN=a',
      '   └─ CN=b',
    ]);
  });

  test.each([
    [365, '   └─ CN=a'],
    [366, '   └─ CN=a  (365 days left)'],
  ])('says that fewer than %i days are left', (days, expected) => {
    const graph = certificateGraph([rootOfCa, byCa, leaf('a')]);
    expect(certificateTree(graph, { now, days, aliases: new Map() }).map(plain).at(-1)).toBe(expected);
  });

  test('has a certificate below each of its issuers, and what is below it once', () => {
    const issued = leaf('a');
    expect(tree([rootOfCa, rootOfOther, byCa, byOther, issued])).toEqual([
      'CN=CA  (root)',
      '└─ CN=Middle  (cross certificate)',
      '   └─ CN=a',
      'CN=Other  (root)',
      '└─ CN=Middle  (cross certificate)',
      '   └─ CN=a',
    ]);
  });

  test('has missing issuers, which are not in the keystore, with what they issued', () => {
    expect(tree([byCa, byOther, leaf('a')])).toEqual([
      'CN=CA  (not in the keystore)',
      '└─ CN=Middle  (cross certificate)',
      '   └─ CN=a',
      'CN=Other  (not in the keystore)',
      '└─ CN=Middle  (cross certificate)',
      '   └─ CN=a',
    ]);
  });

  test('has certificates that certified each other, without a root, from the first one', () => {
    const [caByOther, otherByCa] = [certify(ca, other, years), certify(other, ca, years)];
    expect(tree([caByOther, otherByCa, leafOf(ca, { host: 'a', from: '2026-01-01', to: '2027-12-01' })])).toEqual([
      'CN=CA',
      '├─ CN=Other',
      '│  └─ CN=CA … see above',
      '└─ CN=a',
    ]);
  });

  test('counts roots that have certified nothing here', () => {
    expect(tree([rootOfCa])).toEqual(['1 root that has certified no other certificate here']);
    expect(tree([rootOfCa, rootOfOther])).toEqual(['2 roots that have certified no other certificate here']);
    expect(tree([])).toEqual([]);
  });

  test('says that signatures were not checked, if there were too many', () => {
    const last = 'There are too many signatures to check; some issuers are missing here.';
    expect(lines({ nodes: [], complete: false })).toEqual([last]);
    // Perhaps it has certified a certificate whose issuers were not searched.
    const { nodes } = certificateGraph([rootOfCa]);
    expect(lines({ nodes, complete: false })).toEqual(['1 root of which no issued certificate was found here', last]);
  });

  test('has the aliases of a certificate, twenty at most, and a note about its end', () => {
    const [soon, ended] = [leaf('soon', '2026-12-11'), leaf('ended', '2026-11-21')];
    const aliases = new Map([
      [soon.sha256, ['one', 'two']],
      [ended.sha256, Array.from({ length: 21 }, (_, i) => `a${i + 1}`)],
    ]);
    const [, , first, second] = tree([rootOfCa, byCa, soon, ended], aliases);
    expect(first).toBe('   ├─ CN=soon [one] [two]  (10 days left)');
    expect(second).toMatch(/^ {3}└─ CN=ended \[a1\] .* \[a20\] … 1 more {2}\(EXPIRED 10 days ago\)$/);
  });
});

test('an alias belongs to the first certificate of its entry', () => {
  const entries = [
    { alias: 'one', certificates: [byCa, rootOfCa] },
    { alias: 'none', certificates: [] },
    { alias: 'two', certificates: [byCa] },
  ];
  expect(aliasesOf(entries)).toEqual(new Map([[byCa.sha256, ['one', 'two']]]));
});

test.each([
  ['root', true, 'root'],
  ['cross', true, 'cross certificate'],
  ['intermediate', true, ''],
  ['leaf', true, ''],
  ['root', false, 'root known to Node'],
] as const)('a certificate of the role %s, stored %s, is described as "%s"', (role, stored, name) =>
  expect(roleName({ role, stored } as Parameters<typeof roleName>[0])).toBe(name),
);
