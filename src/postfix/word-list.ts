/**
 * Splits a list at white space and commas; text in braces stays together, without the braces (postconf(5), "{ }" since 3.0).
 */
export function splitList(text: string): string[] {
  return splitWords(text, /[\s,]/);
}

/** Splits the arguments of a master.cf line: at white space, with braces as in {@link splitList}. */
export function splitArguments(text: string): string[] {
  return splitWords(text, /\s/);
}

function splitWords(text: string, separator: RegExp): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    if (separator.test(character)) {
      at++;
    } else if (character === '{') {
      const end = closingBrace(text, at);
      words.push(text.slice(at + 1, end).trim());
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && !separator.test(text[end] as string)) end++;
      words.push(text.slice(at, end));
      at = end;
    }
  }
  return words;
}

/** Where the brace that opens at `from` is closed; the end of the text if it never is. */
export function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}
