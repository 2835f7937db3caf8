/** Default maximum of the edit distance. */
const tolerance = 2;
/** The work grows with the square of the length, and aliases of a hostile keystore have 65,535 characters. */
const longestName = 100;

/**
 * Finds the known name that the user probably meant with a misspelt word.
 * @param tolerated returns the maximum edit distance for a word of this length; default: two
 */
export function nearestName(
  word: string,
  names: readonly string[],
  tolerated = (length: number) => Math.min(tolerance, length - 2),
): string | undefined {
  if (word.length > longestName) return undefined;
  const [nearest] = names
    // So much of the longer one is missing from the shorter one at least.
    .filter(({ length }) => length <= longestName && Math.abs(length - word.length) <= tolerated(length))
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= tolerated(name.length))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.name;
}

/** Returns the Levenshtein distance of two words. */
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
