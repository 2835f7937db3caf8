/** Names that a message lists at most: nobody reads more, and one line must not fill a log. */
const listedNames = 20;

/** Characters of a text from outside that a message shows at most. */
const shownCharacters = 300;

/** The first twenty names of a list, and how many more there are. */
export function bounded(names: readonly string[], separator = ', '): string {
  const more = names.length - listedNames;
  const shown = names.slice(0, listedNames).map(shortened).join(separator);
  return more > 0 ? `${shown}${separator}… ${more.toLocaleString('en-US')} more` : shown;
}

/** A text, cut after 300 characters. */
export function shortened(text: string): string {
  // Without half a surrogate pair at the cut.
  return text.length <= shownCharacters
    ? text
    : `${text.slice(0, shownCharacters - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
