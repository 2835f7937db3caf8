/** Splits a list at white space and commas. Text in braces (since 3.0) is not split, and braces around a whole word are removed. */
export function splitList(text: string): string[] {
  return splitWords(text, /[\s,]/);
}

/** Splits the arguments of a master.cf line at white space. Braces have the same effect as in {@link splitList}. */
export function splitArguments(text: string): string[] {
  return splitWords(text, /\s/);
}

/** Splits an entry of a list into its leading exclamation marks and the rest. An odd number of marks excludes what the rest matches. */
export function splitNegation(entry: string): [marks: string, pattern: string] {
  const pattern = entry.replace(/^!*/, '');
  return [entry.slice(0, entry.length - pattern.length), pattern];
}

function splitWords(text: string, separator: RegExp): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (separator.test(text[at] as string)) {
      at++;
      continue;
    }
    const from = at;
    while (at < text.length && !separator.test(text[at] as string))
      at = text[at] === '{' ? closingBrace(text, at) + 1 : at + 1;
    words.push(withoutBraces(text.slice(from, at)));
  }
  return words;
}

/** Removes braces around a whole word. */
function withoutBraces(word: string): string {
  return word.startsWith('{') && closingBrace(word, 0) >= word.length - 1
    ? word.slice(1, closingBrace(word, 0)).trim()
    : word;
}

/** Returns the position of the brace that closes the one at `from`; the end of the text if there is none. */
export function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}
