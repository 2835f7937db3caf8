/**
 * Matches the values of options that have a list of choices. Any other word after an option is not its value, such as `writes` in the
 * message `--split writes several files`.
 */
const choices =
  '(?:key|chain|bundle|certbot|sni|compatible|shortest|stored|pkcs8|traditional|serverAuth|clientAuth|any)';
/** Matches a value in a message: a placeholder such as `FILE`, a code, a limit such as `entries=9`, a number, or one of {@link choices}. */
const value = `[A-Z][A-Z0-9_]+(?:[=:][A-Z]+)?|[a-zA-Z]+=\\d+|\\d+|${choices}(?![\\w-])`;
const optionWithValue = new RegExp(`(^|[\\s(])--([a-z][a-z-]*) (${value})`, 'g');
const aliasWithValue = /(^|\s)-a ('[^']*'|(?!ALIAS\b)[^\s,;?]+|ALIAS)/g;

/** Keys whose value is a number in TOML. */
const numericKeys: readonly string[] = ['hook-timeout', 'days'];

/**
 * Replaces the options in a message by keys of the configuration file: `--trust FILE` by `trust = "FILE"`, `--only` by `only`, `-a mail` by
 * `alias = "mail"`.
 */
export function optionToKeyNames(message: string): string {
  return message
    .replace(optionWithValue, (_, before: string, name: string, text: string) => `${before}${assignment(name, text)}`)
    .replace(aliasWithValue, (_, before: string, text: string) => `${before}alias = "${text.replaceAll("'", '')}"`)
    .replace(/(^|[\s(])--([a-z])/g, '$1$2')
    .replace(/(^|\s)-a(?=\s|$)/g, '$1alias')
    .replace(/(^|\s)-o(?=\s|$)/g, '$1out');
}

function assignment(name: string, text: string): string {
  return numericKeys.includes(name) ? `${name} = ${text}` : `${name} = "${text}"`;
}
