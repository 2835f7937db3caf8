import { bounded, shortened } from '../../bytes/bounded-text.js';

/** The store password failed its check, and no other evidence tells a wrong password from a changed file. */
export const wrongPassword = 'the store password is wrong, or the file was changed after it was written';

/**
 * Characters of a name that a message shows. An alias may have 65,535 characters and its entry a thousand unreadable
 * certificates: unbounded, the warnings of a 644 KB file took 590 MB.
 */
const shownCharacters = 100;

/** A name from a file in quotation marks, cut after 100 characters. */
export function quoted(name: string): string {
  return `"${shortened(name, shownCharacters)}"`;
}

/** Quoted names separated by commas; after 20 the number of the remaining ones. */
export function quotedList(names: readonly string[]): string {
  return bounded(names.map(quoted));
}
