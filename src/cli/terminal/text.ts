/** How a part of a text looks on a terminal with colours. */
export type Look = 'error' | 'warning' | 'good' | 'name' | 'dim';

/** A text to print: without a look, with a look, or a sequence of such texts. */
export type Text = string | Looking | readonly Text[];

interface Looking {
  readonly look: Look;
  readonly text: string;
}

/** Red: errors, and certificates that have expired. */
export const asError = (text: string): Text => ({ look: 'error', text });
/** Yellow: warnings, and certificates that expire soon. */
export const asWarning = (text: string): Text => ({ look: 'warning', text });
/** Green: correct results. */
export const asGood = (text: string): Text => ({ look: 'good', text });
/** Bold: aliases, host names, headings. */
export const asName = (text: string): Text => ({ look: 'name', text });
/** Dim: hashes and other details that are rarely read. */
export const asDim = (text: string): Text => ({ look: 'dim', text });

/** A part of a text, with a single look and escaped by {@link printable}. */
export interface Span {
  readonly look: Look | undefined;
  readonly text: string;
}

/** Escapes characters that move the cursor, or hide or reorder text. Makes text from a file or a server safe for a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (unsafe) => {
    const point = unsafe.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}

/** Splits a text into parts with one look each. All text passes {@link printable} here, so that no command can forget to escape it. */
export function spansOf(text: Text): Span[] {
  if (typeof text === 'string') return [{ look: undefined, text: printable(text) }];
  if ('look' in text) return [{ look: text.look, text: printable(text.text) }];
  return text.flatMap(spansOf);
}

/** Returns the text as it is printed, without looks. */
export function plain(text: Text): string {
  return spansOf(text)
    .map((span) => span.text)
    .join('');
}

/** Joins parts with a separator. */
export function joined(parts: readonly Text[], separator: string): Text {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]));
}
