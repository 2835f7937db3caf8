import { describe, expect, test } from 'vitest';
import { inlineComments } from '../../../src/postfix/configuration/inline-comments.js';
import { parseParameters } from '../../../src/postfix/configuration/main-cf.js';

describe('comments that became part of a value', () => {
  const found = (text: string, mainFile?: string) => inlineComments(parseParameters(text), mainFile);
  test.each([
    ['a = 1 # x', [{ name: 'a', value: '1 # x', meant: '1' }]],
    ['a = # x', [{ name: 'a', value: '# x', meant: '' }]],
    ['a = 1\t#x', [{ name: 'a', value: '1\t#x', meant: '1' }]],
    ['a = 1#x', []],
    ['a = {1 # x}', []],
    ['a = {1} # x', [{ name: 'a', value: '{1} # x', meant: '{1}' }]],
    ['a = } # x', [{ name: 'a', value: '} # x', meant: '}' }]],
    ['smtpd_banner = a # b', []],
    ['x_footer = a # b', []],
    ['default_rbl_reply = a # b', []],
    ['mail_name = a # b', []],
    ['x_subject = a # b', []],
    ['reject_text = a # b', []],
  ])('%j', (text, expected) => expect(found(text)).toEqual(expected));

  test('in a list of several lines, by the lines of main.cf', () => {
    const file = 'b = 1\na = x, # first\n # a line of its own\n  y # second\n\tz\nb = 2 # last\n';
    expect(found('a = x, # first y # second z\nb = 2 # last', file).map(({ meant }) => meant)).toEqual(['x, y z', '2']);
    expect(found('c = 1 # x', file).map(({ meant }) => meant)).toEqual(['1']);
  });
});
