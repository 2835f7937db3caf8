/** Maximum number of names that a message lists, so that a single message does not fill a log. */
const listedNames = 20;

/** Maximum number of characters that a message quotes from a file or a server. */
const shownCharacters = 300;

/** Lists the first twenty names, each shortened, and says how many more there are. */
export function bounded(names: readonly string[], separator = ', '): string {
  const more = names.length - listedNames;
  const shown = names
    .slice(0, listedNames)
    .map((name) => shortened(name))
    .join(separator);
  return more > 0 ? `${shown}${separator}… ${more.toLocaleString('en-US')} more` : shown;
}

/** Truncates a text that is longer than `characters` UTF-16 code units to this length, including an ellipsis. */
export function shortened(text: string, characters = shownCharacters): string {
  // Do not cut a surrogate pair in half.
  return text.length <= characters ? text : `${text.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
