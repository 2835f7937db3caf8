/**
 * Returns the Levenshtein distance of two words: how many letters must be inserted, removed or replaced to get one from the other.
 * @param bound may be returned in place of any larger distance
 */
export function editDistance(a: string, b: string, bound = Number.POSITIVE_INFINITY): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    if (Math.min(...next) >= bound) return bound;
    row = next;
  }
  return row[b.length] as number;
}
