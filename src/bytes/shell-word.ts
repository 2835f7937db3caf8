/** Quotes a word for a POSIX shell if it needs quotes. Used in commands that the user may copy. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
