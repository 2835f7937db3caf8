/**
 * Characters of a name that are shown in a message. An alias may have 65,535, and one entry a thousand certificates that each
 * deserve a warning: 644 KB of file were made into 590 MB of text.
 */
const mostCharacters = 100;

/** A name out of a file, in quotation marks; of a very long one the beginning. */
export function quoted(name: string): string {
  if (name.length <= mostCharacters) return `"${name}"`;
  // Not half of a character beyond 16 bits.
  return `"${name.slice(0, mostCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…"`;
}
