import { describe, expect, test } from 'vitest';
import type { Span } from '../../../src/cli/terminal/text.js';
import { wrap } from '../../../src/cli/terminal/wrap.js';

const plainSpan = (text: string): Span => ({ look: undefined, text });
const textOf = (row: readonly Span[]) => row.map(({ text }) => text).join('');
const wrapped = (text: string, columns: number, hang?: number) => wrap([plainSpan(text)], columns, hang).map(textOf);

describe('wrap', () => {
  test.each<[string, string, number, string[]]>([
    ['leaves a line that fills the row', 'aaa bbb', 7, ['aaa bbb']],
    ['breaks a line that is one column longer', 'aaa bbb', 6, ['aaa', '  bbb']],
    ['keeps several spaces within a row', 'a  b', 4, ['a  b']],
    ['counts several spaces', 'a  b', 3, ['a', '  b']],
    ['leaves a word whole that is longer than a row', 'aaaaaaaaaa bb', 5, ['aaaaaaaaaa', '  bb']],
    ['fills later rows as far as the first one', 'aaa bb cc dd', 7, ['aaa bb', '  cc dd']],
    [
      'continues a branch below a tree that goes on',
      '├─ aaaaaaaaaa bbbbbbbbbb cc',
      26,
      ['├─ aaaaaaaaaa bbbbbbbbbb', '│    cc'],
    ],
    ['has no branch below the last one', '└─ aaaaaaaaaa bbbbbbbbbb cc', 26, ['└─ aaaaaaaaaa bbbbbbbbbb', '     cc']],
    ['has the branches of ASCII, too', '|-- aaaaaaaaaa bbbbbbbbbb c', 26, ['|-- aaaaaaaaaa bbbbbbbbbb', '|     c']],
    [
      'has no further indent below a list item',
      '1. aaaaaaaaaa bbbbbbbbbb cc',
      26,
      ['1. aaaaaaaaaa bbbbbbbbbb', '   cc'],
    ],
  ])('%s', (_, text, columns, rows) => {
    expect(wrapped(text, columns)).toEqual(rows);
  });

  test('indents later rows by two columns if less than twenty would be left for the text', () => {
    const line = `     ${'a'.repeat(18)} bbb`;
    expect(wrapped(line, 25).at(-1)).toBe('       bbb');
    expect(wrapped(line, 24).at(-1)).toBe('  bbb');
  });

  test.each([0, 9])('indents later rows by %i columns if the caller says so', (hang) => {
    expect(wrapped('  aaa bbb', 6, hang)).toEqual(['  aaa', `${' '.repeat(hang)}bbb`]);
  });

  test('keeps looks, and a word of several looks in one row', () => {
    const spans: Span[] = [{ look: 'error', text: 'a b' }, plainSpan('c d')];
    const rows = wrap(spans, 4);
    expect(rows.map(textOf)).toEqual(['a bc', '  d']);
    expect(rows[0]?.filter(({ text }) => text.trim() !== '')).toEqual([
      { look: 'error', text: 'a' },
      { look: 'error', text: 'b' },
      { look: undefined, text: 'c' },
    ]);
  });
});
