/** How many names a message lists, so that one line does not fill a log. */
const listedNames = 20;

/** How many characters of a text from a file or a server a message shows. */
const shownCharacters = 300;

/** The first twenty names of a list, and how many more there are. */
export function bounded(names: readonly string[], separator = ', '): string {
  const more = names.length - listedNames;
  const shown = names
    .slice(0, listedNames)
    .map((name) => shortened(name))
    .join(separator);
  return more > 0 ? `${shown}${separator}… ${more.toLocaleString('en-US')} more` : shown;
}

/** A text, cut after 300 characters or a given number of them. */
export function shortened(text: string, characters = shownCharacters): string {
  // Do not cut a surrogate pair in half.
  return text.length <= characters ? text : `${text.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
