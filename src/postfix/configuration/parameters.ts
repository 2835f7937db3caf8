/** Parameters by name, as written: not expanded. The last one of a name counts, as in Postfix. */
export type Parameters = ReadonlyMap<string, string>;

/** A value that ends in what was meant as a comment; Postfix knows comments only on lines of their own (postconf(5), "syntax"). */
export interface InlineComment {
  readonly name: string;
  readonly value: string;
  /** What was meant. */
  readonly meant: string;
}

/**
 * Reads `name = value` lines as `postconf -n`, `postconf -d` and main.cf have them: a line that begins with white space
 * goes on the one before, comments and empty lines stand by themselves.
 */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) parameters.set(name, value.trim());
  }
  return parameters;
}

/** Lines with their continuations joined, without comments. */
export function logicalLines(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue;
    const last = lines.length - 1;
    if (/^\s/.test(line) && last >= 0) lines[last] += ` ${line.trim()}`;
    else lines.push(line.trim());
  }
  return lines;
}

/** Parameters whose value is text for people, in which a number sign means nothing. */
const freeText = /banner|footer|_reply|mail_name|_subject|_text/;

/** Finds the comments that became part of a value. What stands in braces belongs to a table or another service's words. */
export function inlineComments(parameters: Parameters): InlineComment[] {
  const found: InlineComment[] = [];
  for (const [name, value] of parameters) {
    if (freeText.test(name)) continue;
    const at = /(^|\s)#/.exec(value)?.index;
    if (at === undefined || isInsideBraces(value, at)) continue;
    found.push({ name, value, meant: value.slice(0, at).trim() });
  }
  return found;
}

function isInsideBraces(text: string, at: number): boolean {
  let depth = 0;
  for (const character of text.slice(0, at)) depth += character === '{' ? 1 : character === '}' ? -1 : 0;
  return depth > 0;
}
