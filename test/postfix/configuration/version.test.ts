import { expect, test } from 'vitest';
import { compareLevels, PostfixVersion } from '../../../src/postfix/configuration/version.js';

test.each([
  ['3.7.11', [3, 7]],
  ['2.10.1', [2, 10]],
  ['3.12-20260401', [3, 12]],
])('version %s', (text, [major, minor]) => expect(PostfixVersion.parse(text)).toMatchObject({ major, minor }));

test('what is no version counts as new; 2.10 is newer than 2.9', () => {
  expect(PostfixVersion.parse('x').isAtLeast(9, 9)).toBe(true);
  expect(PostfixVersion.parse('2.10.0').isAtLeast(2, 9)).toBe(true);
  expect(PostfixVersion.parse('2.9.0').isAtLeast(2, 10)).toBe(false);
  expect(compareLevels('3.10', '3.9')).toBeGreaterThan(0);
  expect(compareLevels('2', '2.0.0')).toBe(0);
});

test.each([
  ['3.7.11', 3, 7],
  [' 3.12-20260401\n', 3, 12],
  ['10.0', 10, 0],
])('version %j', (text, major, minor) => {
  const version = PostfixVersion.parse(text);
  expect([version.text, version.major, version.minor]).toEqual([text.trim(), major, minor]);
});

test.each(['', '3', 'x.7', '3.x', 'mail 3.7', '99999.1'])(
  'version %j is unreadable, and counts as the newest',
  (text) => {
    const version = PostfixVersion.parse(text);
    expect([version.text, version.isAtLeast(99, 99)]).toEqual([text, true]);
  },
);

test.each([
  ['3.6', '3.6.0', 0],
  ['3.6.1', '3.6', 1],
  ['3.5.9', '3.6', -1],
  ['', '0', 0],
  [' 2 ', '10', -8],
])('level %j beside %j', (a, b, expected) => expect(compareLevels(a, b)).toBe(expected));
