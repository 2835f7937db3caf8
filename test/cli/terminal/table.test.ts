import { describe, expect, test } from 'vitest';
import { type Column, type TableRow, tableLines } from '../../../src/cli/terminal/table.js';
import { asDim, asError, plain, spansOf } from '../../../src/cli/terminal/text.js';

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'FILE', isFlexible: true },
  { title: 'DAYS', align: 'right' },
  { title: 'HOOK' },
];
const lines = (rows: readonly TableRow[], width?: number, of = columns) => tableLines(of, rows, width).map(plain);

describe('a table', () => {
  test('has columns as wide as their widest cells, two spaces apart, and none at the end', () => {
    expect(
      lines([
        ['mail', '/etc/a.pem', '82', 'ok'],
        ['web', '/etc/bb.pem', '7', ''],
      ]),
    ).toEqual(['NAME  FILE         DAYS  HOOK', 'mail  /etc/a.pem     82  ok', 'web   /etc/bb.pem     7']);
  });

  test('has titles alone if there are no rows', () => expect(lines([])).toEqual(['NAME  FILE  DAYS  HOOK']));

  test('keeps empty cells between others', () => {
    expect(
      lines([
        ['', '', '', 'ok'],
        ['mail', '', '', ''],
      ]),
    ).toEqual(['NAME  FILE  DAYS  HOOK', '                  ok', 'mail']);
  });

  test('has notes across all columns, indented by two spaces, which do not widen a column', () => {
    expect(lines([['a', 'b', '1', 'c'], { note: 'error: a long note about this row' }])).toEqual([
      'NAME  FILE  DAYS  HOOK',
      'a     b        1  c',
      '  error: a long note about this row',
    ]);
  });

  test('counts columns, not characters', () => {
    expect(
      lines([
        ['証明', 'b', '1', 'c'],
        ['x', 'b', '1', 'c'],
      ]).slice(1),
    ).toEqual(['証明  b        1  c', 'x     b        1  c']);
  });

  test('keeps the look of each cell; titles are dim', () => {
    const [titles = '', row = ''] = tableLines(columns, [[asError('a'), 'b', '1', 'c']], undefined);
    expect(
      spansOf(titles)
        .filter(({ text }) => text.trim() !== '')
        .map(({ look }) => look),
    ).toEqual(Array(4).fill('dim'));
    expect(spansOf(row)[0]).toEqual({ look: 'error', text: 'a' });
    expect(plain(asDim('x'))).toBe('x');
  });
});

describe('a table that is wider than the terminal', () => {
  const path = '/etc/postfix/tls/mail.example.com.pem';
  const row = ['mail', path, '82', 'ok'];

  test('has a narrower flexible column; a longer cell in it stays whole, and the rest follows in the next line', () => {
    expect(lines([row, ['web', '/etc/short.pem', '7', 'ok']], 40)).toEqual([
      'NAME  FILE                    DAYS  HOOK',
      `mail  ${path}`,
      '                                82  ok',
      'web   /etc/short.pem             7  ok',
    ]);
  });

  test('is laid out as usual if it just fits', () => {
    const width = 'mail'.length + path.length + 'DAYS'.length + 'HOOK'.length + 3 * 2;
    expect(lines([row], width)).toEqual(lines([row]));
    expect(lines([row], width - 1)).toHaveLength(3);
  });

  test('leaves twelve columns for the flexible one', () => {
    expect(lines([row], 10)).toEqual([
      'NAME  FILE          DAYS  HOOK',
      `mail  ${path}`,
      '                      82  ok',
    ]);
    expect(lines([['mail', 'x'.repeat(12), '82', 'ok']], 10)).toHaveLength(2);
  });

  test('has no second line if nothing follows the long cell', () => {
    expect(lines([['', path, '', '']], 40).slice(1)).toEqual([`      ${path}`]);
  });

  test('stays as it is without a flexible column', () => {
    const fixed = columns.map(({ title }) => ({ title }));
    expect(lines([row], 10, fixed)).toEqual(lines([row], undefined, fixed));
  });
});
