import { LimitExceededError } from '../../errors.js';
import { weakSignatureHash } from '../signature.js';
import type { AnchorRank, Candidate } from './candidate-index.js';
import { comparePaths } from './equally-short-paths.js';
import type { PartialPath, PathEdges } from './path-edges.js';

/**
 * Finds the best path from a leaf to an anchor, which is the last certificate of the path. Criteria in this order: the rank of the anchor,
 * no weak signature hash, the fewest certificates, {@link comparePaths}. Paths are searched by increasing length. First, the distance of
 * each name to an anchor is computed from names and {@link PathEdges.issuerProblem}, so that branches that cannot reach an anchor in the
 * remaining steps are skipped.
 * @returns undefined if there is no path to an anchor
 * @throws {LimitExceededError} if there may be a path, but finding it takes more work than the limits allow
 */
export function findShortestPath(leaf: Candidate, edges: PathEdges): PartialPath | undefined {
  // A client that trusts the leaf needs no other certificates.
  if (leaf.anchor !== undefined) return [leaf];
  for (const rank of [0, 1] as const) {
    const path = searchRank(leaf, edges, rank, true) ?? searchRank(leaf, edges, rank, false);
    if (path) return path;
  }
  return undefined;
}

/** @param soundOnly whether certificates signed with a weak hash (SHA-1, MD5 and older) are skipped */
function searchRank(leaf: Candidate, edges: PathEdges, rank: AnchorRank, soundOnly: boolean): PartialPath | undefined {
  const distances = distancesToAnchor(leaf, edges, rank);
  const nearest = distances.get(leaf.certificate.issuerKey);
  if (nearest === undefined) return undefined;
  const maximum = edges.budget.limits.pathLength;
  for (let steps = nearest; ; steps++) {
    if (steps + 1 > maximum) throw new LimitExceededError('pathLength', steps + 1, maximum, 'certification path');
    const search = new StepSearch(edges, rank, distances, soundOnly);
    search.run(leaf, steps);
    const [best] = search.found.sort(comparePaths);
    if (best) return best;
    if (!search.cutShort) return undefined;
  }
}

/** Finds all paths of one length. */
class StepSearch {
  readonly found: PartialPath[] = [];
  /** Whether branches were skipped that may contain a longer path. */
  cutShort = false;

  constructor(
    readonly edges: PathEdges,
    readonly rank: AnchorRank,
    readonly distances: ReadonlyMap<string, number>,
    readonly soundOnly: boolean,
  ) {}

  /**
   * Searches all paths with this number of certificates above the leaf, including the anchor. If the budget runs out after a path was
   * found, the search ends without an error: the path is verified, and the result does not vary between runs.
   */
  run(leaf: Candidate, steps: number): void {
    try {
      this.#climb([leaf], steps);
    } catch (error) {
      if (!(error instanceof LimitExceededError) || this.found.length === 0) throw error;
    }
  }

  #climb(path: PartialPath, steps: number): void {
    const top = path.at(-1) as Candidate;
    if (this.soundOnly && weakSignatureHash(top.certificate) !== undefined) return;
    for (const issuer of this.edges.issuers(top)) {
      if (issuer.anchor === this.rank && steps === 1) {
        if (this.edges.obstacle(path, issuer) === undefined) this.found.push([...path, issuer]);
        continue;
      }
      const distance = this.distances.get(issuer.certificate.issuerKey);
      if (distance === undefined || this.edges.isSelfSigned(issuer)) continue;
      if (distance >= steps) this.cutShort = true;
      else if (this.edges.obstacle(path, issuer) === undefined) this.#climb([...path, issuer], steps - 1);
    }
  }
}

/** Computes, for each issuer name, the length of the shortest path from a certificate with this name to an anchor, in certificates. */
function distancesToAnchor(leaf: Candidate, edges: PathEdges, rank: AnchorRank): Map<string, number> {
  const issuedUnder = new Map<string, Set<string>>();
  const pending = [leaf.certificate.issuerKey];
  const seen = new Set(pending);
  const ends = new Set<string>();
  for (const name of pending) {
    for (const candidate of edges.index.named(name)) {
      if (edges.issuerProblem(candidate)) continue;
      if (candidate.anchor === rank) ends.add(name);
      const { issuerKey } = candidate.certificate;
      if (issuerKey === name) continue;
      const below = issuedUnder.get(issuerKey);
      if (below) below.add(name);
      else issuedUnder.set(issuerKey, new Set([name]));
      if (!seen.has(issuerKey)) {
        seen.add(issuerKey);
        pending.push(issuerKey);
      }
    }
  }
  const distances = new Map([...ends].map((name) => [name, 1]));
  for (const [name, distance] of distances) {
    for (const below of issuedUnder.get(name) ?? []) if (!distances.has(below)) distances.set(below, distance + 1);
  }
  return distances;
}
