/** Messages about options, in the words of the file: `--only` is `only`, `-a` is `alias`. */
export function asKeys(message: string): string {
  return message
    .replace(/(^|[\s(])--([a-z])/g, '$1$2')
    .replace(/(^|\s)-a(?=\s|$)/g, '$1alias')
    .replace(/(^|\s)-o(?=\s|$)/g, '$1out');
}
