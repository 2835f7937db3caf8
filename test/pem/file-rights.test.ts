import { expect, test } from 'vitest';
import { rightsProblems } from '../../src/pem/file-rights.js';

/** `verify` and `doctor` judge modes by this one function. */
test.each<[mode: number, group: string | undefined, holdsKey: boolean, expected: readonly string[]]>([
  [0o600, 'root', true, []],
  [0o640, 'root', true, []],
  [0o640, 'ssl-cert', true, ['info the group ssl-cert can read the private key']],
  [0o640, undefined, true, []],
  [0o604, 'root', true, ['error every user can read the private key']],
  [0o640, 'ssl-cert', false, []],
  [0o620, 'ssl-cert', true, ['error the group ssl-cert can change it']],
  [0o602, 'root', false, ['error every user can change it']],
  [0o644, 'root', true, ['error every user can read the private key']],
  [0o644, 'root', false, []],
  [0o664, 'root', false, ['error the group root can change it']],
  [0o660, undefined, true, ['error its group can change it']],
  [0o666, 'ssl-cert', true, ['error every user can read the private key', 'error every user can change it']],
])('mode %o, group %s, key %s', (mode, group, holdsKey, expected) => {
  const problems = rightsProblems({ mode, owner: 'root', group, holdsKey });
  expect(problems.map(({ severity, what }) => `${severity} ${what}`)).toEqual(expected);
});

test('the own group of the owner is like no group', () => {
  const problems = (mode: number, group: string | undefined) =>
    rightsProblems({ mode, owner: 'postfix', group, holdsKey: true }).map(
      ({ severity, what }) => `${severity} ${what}`,
    );
  expect(problems(0o640, 'postfix')).toEqual([]);
  expect(problems(0o640, 'root')).toEqual([]);
  expect(problems(0o640, 'mail')).toEqual(['info the group mail can read the private key']);
});
