import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Comparison } from './result.js';
import { replaceBetweenMarks, toTable } from './table.js';

const comparison: Comparison = { group: 'library', work: 'work', yardstick: 'SHA-1', unit: 'ms', most: 1.5 };
const [start, end] = ['<!-- benchmarks -->', '<!-- end of benchmarks -->'];

test('a result is a line', () => {
  const rounds = { subject: [90, 82.4, 80], yardstick: [0.5] };
  const ratio = { median: 1.234, low: 1.2, high: 1.301 };
  const peers = [
    { name: 'jks-js', ratio: { ...ratio, median: 0.0512 }, subject: ratio },
    { name: 'pyjks', missing: 'not there' },
  ];
  const lines = toTable([{ ...comparison, rounds, ratio, peers }]).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe(
    '| library, work / SHA-1 | **1.23** (82.4 ms / 0.500 ms) | 1.20–1.30 | 1.5 | jks-js 0.051, pyjks: not there |',
  );
});

test('a row that was not measured says why', () => {
  expect(toTable([{ ...comparison, missing: 'gcc is missing' }])).toContain(
    '| library, work / SHA-1 | not measured |  | 1.5 | gcc is missing |',
  );
});

test('the table replaces what stands between the marks, and nothing else', () => {
  const text = `before\n\n${start}\n| old |\n${end}\n\nafter $& $1\n`;
  const replaced = replaceBetweenMarks(text, '| new $& |');
  expect(replaced).toBe(`before\n\n${start}\n| new $& |\n${end}\n\nafter $& $1\n`);
  expect(replaceBetweenMarks(replaced, '| new $& |')).toBe(replaced);
});

test.each([
  ['no mark', 'text'],
  ['no end', `${start}\ntext`],
  ['no start', `text\n${end}`],
  ['marks the wrong way round', `${end}\n${start}`],
  ['a mark twice', `${start}\n${end}\n${start}\n${end}`],
])('a text with %s is left alone', (_, text) => expect(() => replaceBetweenMarks(text, 'new')).toThrow(RangeError));

test('docs/performance.md has the marks', () => {
  const document = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
  expect(replaceBetweenMarks(document, 'new')).toContain('new');
});
