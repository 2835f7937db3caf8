import { describe, expect, test } from 'vitest';
import { groupName, resolveOwner, userName } from '../../src/deploy/owner.js';

describe('resolveOwner', () => {
  // Debian's base-passwd gives these their numbers, everywhere.
  test.each([
    ['daemon', { uid: 1 }],
    ['daemon:', { uid: 1, gid: 1 }],
    ['root:mail', { uid: 0, gid: 8 }],
    [':mail', { gid: 8 }],
    ['12345', { uid: 12345 }],
    ['12345:6789', { uid: 12345, gid: 6789 }],
    ['0:mail', { uid: 0, gid: 8 }],
  ])('%s', (text, owner) => expect(resolveOwner(text)).toEqual(owner));

  test.each([
    '',
    ':',
    'nobody-like-this',
    'root:nobody-like-this',
    '4294967295',
    '-1',
    '1e3',
    '0x10',
    '12345:',
    'root:mail:x',
  ])('refuses "%s"', (text) =>
    expect(() => resolveOwner(text)).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT' })),
  );
});

test('numbers have names, or stand for themselves', () => {
  expect([userName(0), groupName(8), userName(3_000_000_000)]).toEqual(['root', 'mail', '3000000000']);
});
