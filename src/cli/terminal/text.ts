/** How a part of a text looks on a terminal with colours. */
export type Look = 'error' | 'warning' | 'good' | 'name' | 'dim';

/** A part of a text, as a command writes it: plain, with a look, or several parts in a row. */
export type Text = string | Looking | readonly Text[];

interface Looking {
  readonly look: Look;
  readonly text: string;
}

/** Red: errors, and certificates that have expired. */
export const asError = (text: string): Text => ({ look: 'error', text });
/** Yellow: warnings, and certificates near their end. */
export const asWarning = (text: string): Text => ({ look: 'warning', text });
/** Green: what is right. */
export const asGood = (text: string): Text => ({ look: 'good', text });
/** Bold: aliases, host names, headings. */
export const asName = (text: string): Text => ({ look: 'name', text });
/** Dim: hashes and other detail that is seldom read. */
export const asDim = (text: string): Text => ({ look: 'dim', text });

/** A text of one look, safe for a terminal. */
export interface Span {
  readonly look: Look | undefined;
  readonly text: string;
}

/** Text from a file or server, made safe for a terminal: characters that move the cursor, hide or reorder text are escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (unsafe) => {
    const point = unsafe.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}

/** The parts in order. Everything is made safe here, so that no command can forget it. */
export function spansOf(text: Text): Span[] {
  if (typeof text === 'string') return [{ look: undefined, text: printable(text) }];
  if ('look' in text) return [{ look: text.look, text: printable(text.text) }];
  return text.flatMap(spansOf);
}

/** The text without looks, as JSON and messages need it. */
export function plain(text: Text): string {
  return spansOf(text)
    .map((span) => span.text)
    .join('');
}

/** Parts with a separator between them. */
export function joined(parts: readonly Text[], separator: string): Text {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part]));
}
