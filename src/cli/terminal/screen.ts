import { styleText } from 'node:util';
import type { Host } from '../host.js';
import { type Look, type Span, spansOf, type Text } from './text.js';
import { visibleWidth, wrap } from './wrap.js';

/** Where text is shown: how wide it is, and what it can show. */
export interface Screen {
  /** Undefined for a file or a pipe, where lines stay whole so that they can be searched. */
  readonly columns: number | undefined;
  readonly hasColors: boolean;
  /** Whether characters beyond ASCII arrive as they are. */
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
    // A terminal whose size was never set, such as a new pty, says 0.
    columns: (isTerminal && columns()) || undefined,
    hasColors: wantsColors(host, isTerminal),
    isUnicode: isUnicodeLocale(host),
  };
}

/** The rules of Node (`tty.WriteStream.getColorDepth`) and no-color.org: FORCE_COLOR first, then NO_COLOR, then the terminal. */
function wantsColors(host: Host, isTerminal: boolean): boolean {
  const forced = host.environment('FORCE_COLOR');
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (host.environment('NO_COLOR') || host.environment('NODE_DISABLE_COLORS')) return false;
  return isTerminal && host.environment('TERM') !== 'dumb';
}

/** The first variable that is set decides (POSIX, Base Definitions 8.2); without any, the locale is C, which is ASCII. */
function isUnicodeLocale(host: Host): boolean {
  const locale = host.environment('LC_ALL') || host.environment('LC_CTYPE') || host.environment('LANG') || '';
  return /utf-?8/i.test(locale);
}

/**
 * Lines for a screen, each with a line feed: wrapped between words, the rest of a line indented below its text, with colours or
 * without, in ASCII where nothing else can be shown.
 * @param hang columns by which the rest of a wrapped line is indented; otherwise two more than the line itself
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
  // The decision is ours: without `validateStream: false` newer versions of Node decide by standard output.
  return hasColors && look !== undefined ? styleText(formats[look], text, { validateStream: false }) : text;
}

/** What stands for the characters that our own texts use. */
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
