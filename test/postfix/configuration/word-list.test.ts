import { expect, test } from 'vitest';
import { splitArguments, splitList, splitNegation } from '../../../src/postfix/configuration/word-list.js';

test.each([
  ['a, b c', ['a', 'b', 'c']],
  ['{a b}, c', ['a b', 'c']],
  ['check_x inline:{ {k = OK} }, reject', ['check_x', 'inline:{ {k = OK} }', 'reject']],
  ['{ { a } b', ['{ a } b']],
  [' ,, ', []],
])('list %j', (text, expected) => expect(splitList(text)).toEqual(expected));

test.each([
  ['a b', ['a', 'b']],
  ['a, b', ['a,', 'b']],
  ['-o { a = b, c } d', ['-o', 'a = b, c', 'd']],
])('arguments %j', (text, expected) => expect(splitArguments(text)).toEqual(expected));

test.each([
  ['a', '', 'a'],
  ['!a', '!', 'a'],
  ['!!a!', '!!', 'a!'],
  ['!!', '!!', ''],
])('negation %j', (entry, marks, pattern) => expect(splitNegation(entry)).toEqual([marks, pattern]));
