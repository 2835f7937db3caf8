/** Default of the maximum edit distance. */
const tolerance = 2;

/**
 * Finds the known name that was probably meant by a misspelt word.
 * @param tolerated the maximum edit distance for a name of this length; two by default
 */
export function nearestName(
  word: string,
  names: readonly string[],
  tolerated = (length: number) => Math.min(tolerance, length - 2),
): string | undefined {
  const [nearest] = names
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= tolerated(name.length))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** The Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
