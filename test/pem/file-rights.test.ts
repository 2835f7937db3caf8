import { expect, test } from 'vitest';
import { rightsProblems } from '../../src/pem/file-rights.js';

/** `verify` and `doctor` judge modes by this one function. */
test.each<[mode: number, group: string | undefined, holdsKey: boolean, expected: readonly string[]]>([
  [0o600, 'root', true, []],
  [0o640, 'root', true, []],
  [0o640, 'ssl-cert', true, ['info the group ssl-cert can read the private key']],
  [0o640, undefined, true, []],
  [0o644, 'root', true, ['error every user can read the private key']],
  [0o644, 'root', false, []],
  [0o664, 'root', false, ['error the group root can change it']],
  [0o660, undefined, true, ['error its group can change it']],
  [0o666, 'ssl-cert', true, ['error every user can read the private key', 'error every user can change it']],
])('mode %o, group %s, key %s', (mode, group, holdsKey, expected) => {
  const problems = rightsProblems({ mode, owner: 'root', group, holdsKey });
  expect(problems.map(({ severity, what }) => `${severity} ${what}`)).toEqual(expected);
});
