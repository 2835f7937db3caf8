import { styleText } from 'node:util';
import type { Host } from '../host.js';
import { type Look, type Span, spansOf, type Text } from './text.js';
import { visibleWidth, wrap } from './wrap.js';

/** Width and abilities of the terminal or file to which text is printed. */
export interface Screen {
  /**
   * The width in columns. Undefined for a file or a pipe, where lines are not wrapped, so that they can be searched; and for a terminal of
   * unknown width.
   */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
  /** Whether characters beyond ASCII can be shown. */
  readonly isUnicode: boolean;
}

const formats: Readonly<Record<Look, Parameters<typeof styleText>[0]>> = {
  error: 'red',
  warning: 'yellow',
  good: 'green',
  name: 'bold',
  dim: 'dim',
};

export function outputScreen(host: Host): Screen {
  return screenOf(host, host.outputIsTerminal(), () => host.outputColumns());
}

export function errorScreen(host: Host): Screen {
  return screenOf(host, host.errorIsTerminal(), () => host.errorColumns());
}

function screenOf(host: Host, isTerminal: boolean, columns: () => number | undefined): Screen {
  return {
    // A terminal whose size was never set, such as a new pty, has the width 0.
    columns: (isTerminal && columns()) || undefined,
    hasColors: wantsColors(host, isTerminal),
    isUnicode: isUnicodeLocale(host),
  };
}

/**
 * Determines whether to print colours. FORCE_COLOR is checked first, then NO_COLOR (no-color.org), then the terminal, as in Node's
 * getColorDepth.
 */
function wantsColors(host: Host, isTerminal: boolean): boolean {
  const forced = host.environment('FORCE_COLOR');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (host.environment('NO_COLOR') || host.environment('NODE_DISABLE_COLORS')) return false;
  return isTerminal && host.environment('TERM') !== 'dumb';
}

/**
 * Determines whether the locale is UTF-8. Of LC_ALL, LC_CTYPE and LANG, the first that is set decides (POSIX, Base Definitions 8.2). If none
 * is set, the locale is C, which is ASCII.
 */
function isUnicodeLocale(host: Host): boolean {
  const locale = host.environment('LC_ALL') || host.environment('LC_CTYPE') || host.environment('LANG') || '';
  return /utf-?8/i.test(locale);
}

/**
 * Formats lines for a screen: wrapped between words, with a hanging indent, with or without colours, and in ASCII if the screen cannot show
 * other characters.
 * @param hang indent of the second and later rows of a line; for the default, see {@link wrap}
 */
export function layOut(lines: readonly Text[], screen: Screen, hang?: number): string {
  return lines.map((line) => `${layOutLine(spansOf(line), screen, hang)}\n`).join('');
}

function layOutLine(spans: readonly Span[], screen: Screen, hang: number | undefined): string {
  const shown = screen.isUnicode ? spans : spans.map(({ look, text }) => ({ look, text: toAscii(text) }));
  const width = shown.reduce((sum, { text }) => sum + visibleWidth(text), 0);
  const rows = screen.columns === undefined || width <= screen.columns ? [shown] : wrap(shown, screen.columns, hang);
  return rows.map((row) => row.map((span) => colored(span, screen)).join('')).join('\n');
}

function colored({ look, text }: Span, { hasColors }: Screen): string {
  // wantsColors has decided already. Without `validateStream: false`, newer versions of Node would decide by standard output.
  return hasColors && look !== undefined ? styleText(formats[look], text, { validateStream: false }) : text;
}

/** ASCII replacements for the special characters in jks2pem's own texts. */
const asciiForms: Readonly<Record<string, string>> = {
  '└': '`',
  '├': '|',
  '│': '|',
  '─': '-',
  '…': '...',
  '→': '->',
  '–': '-',
  '×': 'x',
};

function toAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => {
    return asciiForms[character] ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}
