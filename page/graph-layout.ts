import type { NodeView } from './messages.js';

/** Sizes of the boxes in CSS pixels. */
export interface BoxSize {
  readonly width: number;
  readonly height: number;
  /** Distance to the next box in the row. */
  readonly gap: number;
  /** Number of characters of a title that fit in the box, in the widest of the usual fonts. */
  readonly characters: number;
}

export const wideBox: BoxSize = { width: 226, height: 72, gap: 28, characters: 26 };
/** For the screen of a telephone, on which two of these boxes fit side by side. */
export const narrowBox: BoxSize = { width: 154, height: 72, gap: 14, characters: 17 };
const rowGap = 46;
const margin = 4;
/** Maximum number of boxes. With more, the rows would be too wide to read, and a browser needs seconds for thousands of boxes. */
const mostNodes = 40;

export interface PlacedNode {
  readonly node: NodeView;
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly placed: ReadonlyMap<string, PlacedNode>;
  readonly width: number;
  readonly height: number;
  /** Number of certificates that are not drawn. */
  readonly left: number;
}

/**
 * Places issuers above the certificates that they certified. The row of a certificate, counted from below, is the number of steps on the
 * longest way down to a certificate that certified no other. Within a row, each certificate is placed as near as possible above those that
 * it certified. Of certificates with the same wanted position, those that the server sends are on the left.
 */
export function layOut(nodes: readonly NodeView[], chain: readonly string[], box: BoxSize): GraphLayout {
  const drawn = choose(nodes, chain);
  const byHash = new Map(drawn.map((node) => [node.sha256, node]));
  const subjects = subjectsOf(drawn, byHash);
  const rows = rowsOf(drawn, subjects);
  const sent = new Map(chain.map((hash, at) => [hash, at]));
  const centers = new Map<string, number>();
  for (const row of rows) {
    const wanted = row.map((node) => ({ node, center: meanOf(subjects.get(node.sha256) ?? [], centers) }));
    const rank = (node: NodeView) => sent.get(node.sha256) ?? chain.length;
    wanted.sort((a, b) => (a.center ?? 0) - (b.center ?? 0) || rank(a.node) - rank(b.node));
    for (const [hash, center] of spread(wanted, box.width + box.gap)) centers.set(hash, center);
  }
  const leftmost = Math.min(...centers.values());
  const rightmost = Math.max(...centers.values());
  const placed = new Map<string, PlacedNode>();
  rows.forEach((row, fromBelow) => {
    const y = margin + (rows.length - 1 - fromBelow) * (box.height + rowGap);
    for (const node of row)
      placed.set(node.sha256, { node, x: margin + (centers.get(node.sha256) ?? 0) - leftmost, y });
  });
  return {
    placed,
    width: rightmost - leftmost + box.width + 2 * margin,
    height: rows.length * (box.height + rowGap) - rowGap + 2 * margin,
    left: nodes.length - drawn.length,
  };
}

/** Chooses the certificates to draw: the chain and all issuers above it, then other certificates up to the maximum. */
function choose(nodes: readonly NodeView[], chain: readonly string[]): NodeView[] {
  const byHash = new Map(nodes.map((node) => [node.sha256, node]));
  const chosen = new Set<string>();
  const pending = [...chain];
  for (let hash = pending.shift(); hash !== undefined && chosen.size < mostNodes; hash = pending.shift()) {
    const node = byHash.get(hash);
    if (node === undefined || chosen.has(hash)) continue;
    chosen.add(hash);
    pending.push(...node.issuers);
  }
  for (const { sha256 } of nodes) if (chosen.size < mostNodes) chosen.add(sha256);
  return nodes.filter(({ sha256 }) => chosen.has(sha256));
}

function subjectsOf(nodes: readonly NodeView[], byHash: ReadonlyMap<string, NodeView>): Map<string, string[]> {
  const subjects = new Map<string, string[]>();
  for (const { sha256, issuers } of nodes)
    for (const issuer of issuers)
      if (issuer !== sha256 && byHash.has(issuer)) subjects.set(issuer, [...(subjects.get(issuer) ?? []), sha256]);
  return subjects;
}

/**
 * Returns the rows, the lowest first. In a cycle of certificates that certify each other, a certificate is not counted as being above
 * itself.
 */
function rowsOf(nodes: readonly NodeView[], subjects: ReadonlyMap<string, readonly string[]>): NodeView[][] {
  const levels = new Map<string, number>();
  const levelOf = (hash: string, trail: readonly string[]): number => {
    const known = levels.get(hash);
    if (known !== undefined) return known;
    const below = (subjects.get(hash) ?? []).filter((subject) => !trail.includes(subject));
    const level = below.reduce((highest, subject) => Math.max(highest, 1 + levelOf(subject, [...trail, hash])), 0);
    levels.set(hash, level);
    return level;
  };
  const rows: NodeView[][] = [];
  for (const node of nodes) {
    const level = levelOf(node.sha256, []);
    while (rows.length <= level) rows.push([]);
    rows[level]?.push(node);
  }
  return rows;
}

function meanOf(hashes: readonly string[], centers: ReadonlyMap<string, number>): number | undefined {
  const known = hashes.flatMap((hash) => centers.get(hash) ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, center) => sum + center, 0) / known.length;
}

/**
 * Moves the boxes of a row apart until none overlaps another. Then shifts the whole row, so that the boxes are on average at their wanted
 * positions.
 */
function spread(
  row: readonly { readonly node: NodeView; readonly center: number | undefined }[],
  step: number,
): [string, number][] {
  let next = Number.NEGATIVE_INFINITY;
  let shift = 0;
  const centers = row.map(({ node, center }): [string, number] => {
    const at = Math.max(center ?? (Number.isFinite(next) ? next : 0), next);
    next = at + step;
    shift += (center ?? at) - at;
    return [node.sha256, at];
  });
  return centers.map(([hash, at]) => [hash, at + shift / row.length]);
}
