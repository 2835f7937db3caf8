import { plain, type Text } from './text.js';
import { visibleWidth } from './wrap.js';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Whether this column becomes narrower if the table is wider than the terminal. */
  readonly isFlexible?: boolean;
}

/** A row of cells, or a note below a row, across all columns. */
export type TableRow = readonly Text[] | { readonly note: Text };

const gap = 2;
/** Minimum width of the flexible column, in characters. */
const narrowest = 12;
/** Indentation of notes. */
const noteIndent = '  ';

/**
 * Formats a table. A cell that is too long for the flexible column is not truncated, so that a path can be copied; the rest of the row is
 * printed in the next line.
 * @param width the width of the terminal; undefined for a file or a pipe
 */
export function tableLines(columns: readonly Column[], rows: readonly TableRow[], width: number | undefined): Text[] {
  const cells = rows.filter((row): row is readonly Text[] => !('note' in row));
  const widths = columnWidths(columns, cells, width);
  const titles = columns.map(({ title }) => ({ look: 'dim', text: title }) as const);
  return [titles, ...rows].flatMap((row) =>
    'note' in row ? [[noteIndent, row.note]] : rowLines(row, columns, widths),
  );
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly Text[])[],
  available: number | undefined,
): number[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => widthOf(row[i] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width, gap * (columns.length - 1));
  const flexible = columns.findIndex(({ isFlexible }) => isFlexible);
  const excess = total - (available ?? total);
  if (excess > 0 && flexible >= 0) widths[flexible] = Math.max(narrowest, (widths[flexible] as number) - excess);
  return widths;
}

function rowLines(row: readonly Text[], columns: readonly Column[], widths: readonly number[]): Text[] {
  const flexible = columns.findIndex(
    ({ isFlexible }, i) => isFlexible && widthOf(row[i] ?? '') > (widths[i] as number),
  );
  if (flexible < 0) return [padded(row, columns, widths)];
  const first = padded(row.slice(0, flexible + 1), columns, widths);
  const isEmpty = row.slice(flexible + 1).every((cell) => plain(cell) === '');
  const rest = row.map((cell, i) => (i <= flexible ? '' : cell));
  return isEmpty ? [first] : [first, padded(rest, columns, widths)];
}

/** Joins the cells of a row with spaces. There are no spaces at the end. */
function padded(row: readonly Text[], columns: readonly Column[], widths: readonly number[]): Text {
  const last = row.findLastIndex((cell) => plain(cell) !== '');
  return row.slice(0, last + 1).flatMap((cell, i): Text[] => {
    const space = ' '.repeat(Math.max(0, (widths[i] as number) - widthOf(cell)));
    const isRight = columns[i]?.align === 'right';
    const after = i === last ? '' : `${isRight ? '' : space}${' '.repeat(gap)}`;
    return isRight ? [space, cell, after] : [cell, after];
  });
}

function widthOf(text: Text): number {
  return visibleWidth(plain(text));
}
