import type { Mutant, MutantResult } from '@stryker-mutator/api/core';
import { expect, test } from 'vitest';
import { asMutant, keyOf, placeOf } from './mutant-key.js';
import { nearestFirst } from './nearest-first.js';
import { sample } from './sample.js';
import { reportOf } from './table.js';

const mutant: Mutant = {
  id: '1',
  fileName: 'src/asn1/tag.ts',
  location: { start: { line: 4, column: 2 }, end: { line: 4, column: 9 } },
  mutatorName: 'EqualityOperator',
  replacement: 'a <= b',
};

/** The same mutant as Stryker reports it, in a sandbox and under another number. */
const result = (status: MutantResult['status'], fileName = 'src/asn1/tag.ts'): MutantResult => ({
  ...mutant,
  id: '7',
  fileName: `/sandbox/${fileName}`,
  location: { start: { line: 5, column: 3 }, end: { line: 5, column: 10 } },
  status,
});

test('a mutant is recognised in a result', () => expect(keyOf(asMutant(result('Killed')))).toBe(keyOf(mutant)));

test('a place counts lines from 1', () => expect(placeOf(mutant)).toBe('src/asn1/tag.ts:5 EqualityOperator: a <= b'));

test('a sample depends on its seed alone, and hardly on what is added', () => {
  const items = Array.from({ length: 1_000 }, (_, i) => `item ${i}`);
  const draw = (list: readonly string[], seed: string) => sample(list, 100, seed, (item) => item);
  expect(new Set(draw(items, 'a')).size).toBe(100);
  expect(draw([...items].reverse(), 'a')).toEqual(draw(items, 'a'));
  expect(draw(items, 'b')).not.toEqual(draw(items, 'a'));
  const kept = draw([...items, 'one more'], 'a').filter((item) => draw(items, 'a').includes(item));
  expect(kept.length).toBeGreaterThanOrEqual(99);
});

test('the report counts by directory and names what no test clearly noticed', () => {
  const results = [result('Killed'), result('Survived'), result('Timeout'), result('NoCoverage', 'src/pem/encode.ts')];
  expect(
    reportOf(results.map(asMutant))
      .split('\n')
      .map((line) => line.trimEnd()),
  ).toEqual([
    'directory         killed  survived       all',
    'asn1                   2         1         3    66.7 %',
    'pem                    0         1         1     0.0 %',
    'all                    2         2         4    50.0 %',
    '',
    'NoCoverage src/pem/encode.ts:5 EqualityOperator: a <= b',
    'Survived src/asn1/tag.ts:5 EqualityOperator: a <= b',
    'Timeout src/asn1/tag.ts:5 EqualityOperator: a <= b',
  ]);
});

test('a mutant with which Vitest crashed counts as noticed and is listed', () => {
  expect(reportOf([asMutant(result('RuntimeError'))]).split('\n')).toEqual([
    'directory         killed  survived       all',
    'asn1                   1         0         1   100.0 %',
    'all                    1         0         1   100.0 %',
    '',
    'RuntimeError src/asn1/tag.ts:5 EqualityOperator: a <= b',
  ]);
});

test('the tests of the same file and directory run first', () => {
  const tests = [
    'test/cli/run.test.ts',
    'test/x509/roots.test.ts',
    'test/x509/path/a.test.ts',
    'test/x509/path/order.test.ts',
  ];
  expect(nearestFirst(tests, 'src/x509/path/order.ts')).toEqual([
    'test/x509/path/order.test.ts',
    'test/x509/path/a.test.ts',
    'test/x509/roots.test.ts',
    'test/cli/run.test.ts',
  ]);
});

test('a mutant that was not run is no success', () => {
  expect(() => reportOf([result('CompileError')])).toThrow('a mutant of the sample is CompileError');
});
