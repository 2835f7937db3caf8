import { bounded, shortened } from '../../bytes/bounded-text.js';

/** Message for a failed check of the store password, if nothing distinguishes a wrong password from a changed file. */
export const wrongPassword = 'the store password is wrong, or the file was changed after it was written';

/**
 * Maximum number of characters of a name in a message. An alias can have 65,535 characters, and its entry can have 1,000 unreadable
 * certificates, each with a warning that names the alias. Without this limit, the warnings for nine such entries (a file of 644 KB) took
 * 590 MB.
 */
const shownCharacters = 100;

/** Puts a name from a file in quotation marks, truncated to 100 characters. */
export function quoted(name: string): string {
  return `"${shortened(name, shownCharacters)}"`;
}

/** Joins quoted names with commas. After 20 names, only the number of the others is given. */
export function quotedList(names: readonly string[]): string {
  return bounded(names.map(quoted));
}
