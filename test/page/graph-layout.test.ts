import { expect, test } from 'vitest';
import { layOut, wideBox } from '../../page/graph-layout.js';
import type { NodeView } from '../../page/messages.js';

/** A graph in one line: `leaf<ca ca<root root` are three certificates and who certified them. */
function nodesOf(graph: string): NodeView[] {
  return graph.split(' ').map((part): NodeView => {
    const [sha256 = '', ...issuers] = part.split('<');
    return { sha256, title: sha256, role: 'intermediate', isStored: true, issuers, sameKey: [] };
  });
}

function rowsOf(graph: string, chain: readonly string[] = []): string[] {
  const rows = new Map<number, { x: number; name: string }[]>();
  for (const { node, x, y } of layOut(nodesOf(graph), chain, wideBox).placed.values())
    rows.set(y, [...(rows.get(y) ?? []), { x, name: node.sha256 }]);
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, row]) =>
      row
        .sort((a, b) => a.x - b.x)
        .map(({ name }) => name)
        .join(' '),
    );
}

test.each([
  ['an issuer stands above what it certified', 'leaf<ca ca<root root', ['root', 'ca', 'leaf']],
  ['a root and its cross certificate stand side by side', 'leaf<a<b a<old b old', ['old', 'a b', 'leaf']],
  ['a shorter way does not lift a certificate', 'leaf<ca<root ca<root root', ['root', 'ca', 'leaf']],
  ['certificates that certify one another are drawn all the same', 'a<b b<a', ['a', 'b']],
  ['a self-signed certificate is alone', 'root<root', ['root']],
])('%s', (_, graph, rows) => expect(rowsOf(graph)).toEqual(rows));

test('what the server sends comes first in its row', () => {
  expect(rowsOf('leaf<a<b a b', ['leaf', 'b'])).toEqual(['b a', 'leaf']);
});

test('no box overlaps another or leaves the drawing', () => {
  const graph = 'l1<a l2<a<b l3<b<c a<r b<r<s c<s r s lone';
  const { placed, width, height } = layOut(nodesOf(graph), [], wideBox);
  const boxes = [...placed.values()];
  for (const { node, x, y } of boxes) {
    expect(x >= 0 && x + wideBox.width <= width && y >= 0 && y + wideBox.height <= height).toBe(true);
    for (const other of boxes.filter((each) => each.y === y && each.node !== node))
      expect(Math.abs(other.x - x)).toBeGreaterThanOrEqual(wideBox.width);
  }
});

test('of very many, the chain and all above it are drawn', () => {
  const many = Array.from({ length: 200 }, (_, at) => `ca${at}`).join(' ');
  const { placed, left } = layOut(nodesOf(`${many} leaf<x x<root root`), ['leaf', 'x'], wideBox);
  expect([...placed.keys()]).toEqual(expect.arrayContaining(['leaf', 'x', 'root']));
  expect(placed.size + left).toBe(203);
  expect(left).toBeGreaterThan(100);
});
