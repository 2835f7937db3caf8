/** Parameters by name, not expanded. If several have the same name, the last one is used, as in Postfix. */
export type Parameters = ReadonlyMap<string, string>;

/** A value that contains text that was meant as a comment. Postfix allows comments only on separate lines (postconf(5), "syntax"). */
export interface InlineComment {
  readonly name: string;
  readonly value: string;
  /** The value without its comments. */
  readonly meant: string;
}

/**
 * Reads the `name = value` lines of `postconf -n`, `postconf -d` or main.cf. A line that begins with white space continues the previous
 * one. Comments and empty lines are skipped.
 */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim();
    if (name !== '' && !/\s/.test(name)) parameters.set(name, line.slice(equals + 1).trim());
  }
  return parameters;
}

/** Joins continuation lines and removes comments. */
export function logicalLines(text: string): string[] {
  return physicalLines(text).map((parts) => parts.map((part) => part.trim()).join(' '));
}

/** Groups physical lines into logical lines, without comments. */
function physicalLines(text: string): string[][] {
  const lines: string[][] = [];
  for (const line of text.split(/\r?\n/)) {
    const first = line.search(/\S/);
    if (first < 0 || line[first] === '#') continue;
    if (first > 0 && lines.length > 0) lines.at(-1)?.push(line);
    else lines.push([line]);
  }
  return lines;
}

/** Matches parameters whose value is text for people. A number sign is part of that text. */
const freeText = /banner|footer|_reply|mail_name|_subject|_text/;

/**
 * Finds comments that became part of a value. Text in braces is not searched, because it is the content of a table.
 * @param mainFile the text of main.cf, if it can be read; postconf joins the lines of a value, and in its output a line after a comment
 * looks like a part of the comment
 */
export function inlineComments(parameters: Parameters, mainFile = ''): InlineComment[] {
  const found: InlineComment[] = [];
  let written: Map<string, string> | undefined;
  for (const [name, value] of parameters) {
    if (freeText.test(name)) continue;
    const at = commentStart(value);
    if (at === undefined) continue;
    written ??= withoutLineComments(mainFile);
    found.push({ name, value, meant: written.get(name) ?? value.slice(0, at).trim() });
  }
  return found;
}

/** Removes from every physical line of main.cf the text that follows a number sign, and returns the parameters. */
function withoutLineComments(mainFile: string): Map<string, string> {
  const lines = physicalLines(mainFile).map((parts) => {
    const kept = parts.map((part) => part.slice(0, commentStart(part) ?? part.length).trim());
    return kept.filter((part) => part !== '').join(' ');
  });
  return parseParameters(lines.join('\n'));
}

/** Returns the position of a number sign that is at the beginning or follows white space; undefined if there is none. */
function commentStart(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === '#' && depth <= 0 && (at === 0 || /\s/.test(text[at - 1] as string))) return at;
  }
  return undefined;
}
