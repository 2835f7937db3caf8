import type { Span } from './text.js';

/** Matches what is before the text of a line: spaces, the branches of a drawn tree, and the number of a list item. */
const indentation = /^[ │├└─|`-]*(?:\d+\. )?/;

/** Additional indent of the later rows of a line, unless it is a list item. */
const extraIndent = 2;

/** Minimum number of columns for the text in later rows. If the indent leaves fewer, only {@link extraIndent} is used. */
const narrowest = 20;

/** A word: spans without spaces between them, and the number of spaces before the first one. */
interface Word {
  readonly spaces: number;
  readonly spans: readonly Span[];
}

/**
 * Wraps a line between words. A word that is longer than a row is not split, so that a path or a hash can be copied.
 * @param hang indent of the second and later rows; default: see {@link marginBelow}
 */
export function wrap(spans: readonly Span[], columns: number, hang?: number): Span[][] {
  const [indent = ''] = indentation.exec(spans.map(({ text }) => text).join('')) ?? [];
  const margin = marginBelow(indent, columns, hang);
  const rows: Span[][] = [[{ look: undefined, text: indent }]];
  let width = visibleWidth(indent);
  let isRowStart = true;
  for (const word of wordsOf(spans, indent.length)) {
    const size = word.spans.reduce((sum, { text }) => sum + visibleWidth(text), 0);
    if (!isRowStart && width + word.spaces + size > columns) {
      rows.push([{ look: undefined, text: margin }]);
      width = visibleWidth(margin);
      isRowStart = true;
    }
    const spaces = isRowStart ? 0 : word.spaces;
    rows.at(-1)?.push({ look: undefined, text: ' '.repeat(spaces) }, ...word.spans);
    width += spaces + size;
    isRowStart = false;
  }
  return rows;
}

/**
 * Returns what is before the text of the second and later rows: `hang` spaces, or by default as many columns as before the text of the first
 * row, and {@link extraIndent} more unless the line is a list item.
 */
function marginBelow(indent: string, columns: number, hang: number | undefined): string {
  if (hang !== undefined) return ' '.repeat(hang);
  const isItem = /\d/.test(indent);
  const below = indent.replace(/[^│├|]/g, ' ').replaceAll('├', '│');
  return below.length > columns - narrowest ? ' '.repeat(extraIndent) : below + ' '.repeat(isItem ? 0 : extraIndent);
}

/** Splits a line into words. The first `skipped` characters are left out. */
function wordsOf(spans: readonly Span[], skipped: number): Word[] {
  const words: { spaces: number; spans: Span[] }[] = [];
  let spaces = 0;
  let isInWord = false;
  let rest = skipped;
  for (const { look, text } of spans) {
    const visible = text.slice(Math.min(rest, text.length));
    rest = Math.max(0, rest - text.length);
    for (const piece of visible.match(/ +|[^ ]+/g) ?? []) {
      if (piece.startsWith(' ')) {
        spaces = piece.length;
        isInWord = false;
        continue;
      }
      if (isInWord) words.at(-1)?.spans.push({ look, text: piece });
      else words.push({ spaces, spans: [{ look, text: piece }] });
      isInWord = true;
      spaces = 0;
    }
  }
  return words;
}

/**
 * Returns the width of a text in columns. Han, kana, Hangul, full-width characters and emoji have two columns, combining marks none, other
 * characters one (UAX #11).
 */
export function visibleWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  const wide =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u{3000}-\u{303e}\u{ff01}-\u{ff60}]/u;
  let width = 0;
  for (const character of text) {
    if (!/\p{M}/u.test(character)) width += wide.test(character) ? 2 : 1;
  }
  return width;
}
