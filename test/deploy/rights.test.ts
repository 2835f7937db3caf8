import type { Stats } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ExistingFile } from '../../src/deploy/existing-file.js';
import type { FileContent } from '../../src/deploy/file-content.js';
import { chooseRights, type Rights } from '../../src/deploy/rights.js';
import { content } from './transaction-runs.js';

const [root, self, stranger] = [0, 1000, 1001];

interface Found {
  readonly mode?: number;
  readonly uid?: number;
  readonly size?: number;
  readonly holdsKey?: boolean;
}

function existing({ mode = 0o640, uid = self, size = 1, holdsKey = true }: Found): ExistingFile {
  return { stats: { mode: 0o100_000 | mode, uid, gid: 50, size } as Stats, holdsKey: () => holdsKey } as ExistingFile;
}

function choose(wanted: Partial<FileContent>, found: Found | undefined, isSafe: boolean, ownUid = self): Rights {
  return chooseRights('a.pem', content('x', wanted), found && existing(found), { isSafe, ownUid });
}

describe('the rights of a new file', () => {
  test.each<[string, Partial<FileContent>, Found | undefined, Omit<Rights, 'like'>, boolean]>([
    ['are the usual ones', {}, undefined, { mode: 0o600, uid: undefined, gid: undefined }, false],
    [
      'are those asked for',
      { mode: 0o644, owner: { uid: 5, gid: 6 } },
      undefined,
      { mode: 0o644, uid: 5, gid: 6 },
      false,
    ],
    ['are those of the file it replaces', {}, {}, { mode: 0o640, uid: self, gid: 50 }, true],
    ['keep the bits beyond the permissions', {}, { mode: 0o2640 }, { mode: 0o2640, uid: self, gid: 50 }, true],
    [
      'are the usual ones if that file is empty',
      {},
      { size: 0 },
      { mode: 0o600, uid: undefined, gid: undefined },
      false,
    ],
    ['have the mode asked for', { mode: 0o600 }, {}, { mode: 0o600, uid: self, gid: 50 }, false],
    ['have the user asked for', { owner: { uid: 5 } }, {}, { mode: 0o640, uid: 5, gid: 50 }, true],
    ['have the group asked for', { owner: { gid: 6 } }, {}, { mode: 0o640, uid: self, gid: 6 }, true],
    [
      'are those of a file of another user, in a safe directory',
      {},
      { uid: stranger },
      { mode: 0o640, uid: stranger, gid: 50 },
      true,
    ],
  ])('%s', (_, wanted, found, rights, keepsList) => {
    const { like, ...chosen } = choose(wanted, found, true);
    expect([chosen, like !== undefined]).toEqual([rights, keepsList]);
  });

  test('are those of the process where others can write, but for a mode that is closed to them', () => {
    expect(choose({}, { mode: 0o600 }, false)).toEqual({
      mode: 0o600,
      uid: undefined,
      gid: undefined,
      like: undefined,
    });
    expect(choose({ owner: { gid: 6 } }, { mode: 0o600 }, false)).toMatchObject({ uid: undefined, gid: 6 });
    // Certificates alone are public.
    expect(choose({ holdsKey: false }, { mode: 0o644 }, false)).toMatchObject({ mode: 0o644 });
  });
});

describe('a private key is refused', () => {
  const refused = (wanted: Partial<FileContent>, found: Found, isSafe: boolean, ownUid?: number) => {
    try {
      choose(wanted, found, isSafe, ownUid);
    } catch (error) {
      const { code, message, hint } = error as { code: string; message: string; hint: string };
      return [code, message, hint];
    }
    return undefined;
  };

  test('where another user has put the file, unless the owner is given', () => {
    const found = { uid: stranger, mode: 0o600 };
    const message = `a.pem: belongs to ${stranger}, in a directory that other users can write to; nothing was written`;
    expect(refused({}, found, false)).toEqual(['ERR_OUTPUT', message, 'to replace it, remove it first']);
    expect(refused({}, found, false, root)).toEqual([
      'ERR_OUTPUT',
      message,
      `if the file is meant for this user, say so: --owner ${stranger}; otherwise remove it first`,
    ]);
    expect(refused({ owner: { uid: stranger } }, found, false)).toBeUndefined();
    expect(refused({ owner: { gid: 1 } }, found, false)).toBeDefined();
    expect(refused({}, found, true)).toBeUndefined();
  });

  test.each([0o640, 0o604, 0o610])(
    'where others can write and the file has mode %o, unless it is asked for',
    (mode) => {
      const bits = `0${mode.toString(8)}`;
      expect(refused({}, { mode }, false)).toEqual([
        'ERR_OUTPUT',
        `a.pem: has mode ${bits}, in a directory that other users can write to, and would let others read the private key; nothing was written`,
        `--mode 0600 lets only the owner read the key; --mode ${bits} keeps the mode`,
      ]);
      expect(refused({ mode }, { mode }, false)).toBeUndefined();
      expect(refused({ holdsKey: false }, { mode }, false)).toBeUndefined();
    },
  );

  test('if everyone can read the file and it holds no key so far', () => {
    expect(refused({}, { mode: 0o644, holdsKey: false }, true)).toEqual([
      'ERR_OUTPUT',
      'a.pem: everyone can read this file, which holds no private key, so none is written into it',
      'choose another file, or add --mode 0600',
    ]);
    expect(refused({}, { mode: 0o644, holdsKey: true }, true)).toBeUndefined();
    expect(refused({}, { mode: 0o640, holdsKey: false }, true)).toBeUndefined();
    expect(refused({ mode: 0o644 }, { mode: 0o644, holdsKey: false }, true)).toBeUndefined();
    expect(refused({ holdsKey: false }, { mode: 0o644, holdsKey: false }, true)).toBeUndefined();
  });
});
