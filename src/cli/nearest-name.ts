import { editDistance } from '../bytes/edit-distance.js';

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
    // The edit distance is at least the difference of the lengths.
    .filter(({ length }) => length <= longestName && Math.abs(length - word.length) <= tolerated(length))
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= tolerated(name.length))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.name;
}
