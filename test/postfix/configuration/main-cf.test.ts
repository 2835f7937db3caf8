import { expect, test } from 'vitest';
import { parseParameters } from '../../../src/postfix/configuration/main-cf.js';

test('main.cf: continued lines, comments, the last one counts', () => {
  const text = '# a comment\na = 1\n  2\n# between\n\t3\n\nb=\na = 4 # x\r\nnonsense\n c = 5';
  expect([...parseParameters(text)]).toEqual([
    ['a', '4 # x'],
    ['b', ''],
  ]);
});
