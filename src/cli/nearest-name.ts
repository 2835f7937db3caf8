import { editDistance } from '../bytes/edit-distance.js';

/** Default maximum of the edit distance, for names with at least four characters. */
const tolerance = 2;
/**
 * Maximum length of the names that are compared. The work grows with the square of the length, and aliases in a hostile keystore can have
 * 65,535 characters.
 */
const longestName = 100;

/**
 * Finds the known name that the user probably meant with a misspelt word.
 * @param tolerated returns the maximum edit distance for a known name of this length; default: the length minus two, at most two
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
