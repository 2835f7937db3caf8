/** Replaces options in a message by the keys of the configuration file: `--only` by `only`, `-a` by `alias`. */
export function asKeys(message: string): string {
  return message
    .replace(/(^|[\s(])--([a-z])/g, '$1$2')
    .replace(/(^|\s)-a(?=\s|$)/g, '$1alias')
    .replace(/(^|\s)-o(?=\s|$)/g, '$1out');
}
