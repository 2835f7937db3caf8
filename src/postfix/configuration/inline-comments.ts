import { type Parameters, parseParameters, physicalLines } from './main-cf.js';

/**
 * A value that contains text that was meant as a comment. Postfix allows comments only on separate lines (postconf(5), the introduction).
 */
export interface InlineComment {
  readonly name: string;
  readonly value: string;
  /** The value without its comments. */
  readonly meant: string;
}

/** Matches the names of parameters whose value is text for people, in which a number sign does not begin a comment. */
const freeText = /banner|footer|_reply|mail_name|_subject|_text/;

/**
 * Finds comments that became part of a value. Text in braces is not searched, because it is the content of an `inline:` or `static:` table.
 * @param mainFile the text of main.cf; empty if it cannot be read. Only this text shows where a comment ends, because postconf joins the
 * lines of a value
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

/** Removes the comment at the end of each physical line of main.cf, and parses the rest. */
function withoutLineComments(mainFile: string): Map<string, string> {
  const lines = physicalLines(mainFile).map((parts) => {
    const kept = parts.map((part) => part.slice(0, commentStart(part) ?? part.length).trim());
    return kept.filter((part) => part !== '').join(' ');
  });
  return parseParameters(lines.join('\n'));
}

/**
 * Returns the position of the first number sign outside braces that is at the beginning of the text or follows white space; undefined if
 * there is none.
 */
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
