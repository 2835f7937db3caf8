import fs, {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { isOwnLink, makeSet, openSet, removeUnusedSets } from '../../src/deploy/linked-set-directory.js';
import { spareNames, WorkDirectory, workName } from '../../src/deploy/work-directory.js';
import { systemError } from './system-calls.js';
import { user } from './transaction-runs.js';

const id = '0123456789abcdef01234567';
let folder: string;
let opener: DirectoryOpener;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  opener = new DirectoryOpener(user);
});
afterEach(() => {
  opener.close();
  rmSync(folder, { recursive: true });
});

const target = () => opener.require(folder);
const make = (...names: readonly string[]) => {
  for (const name of names) {
    if (name.endsWith('/')) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    else writeFileSync(join(folder, name), '');
  }
};
const listing = (path = '.') => readdirSync(join(folder, path)).sort();

describe('the work directory', () => {
  test.each<[string, () => void, boolean]>([
    ['nothing', () => {}, false],
    ['a directory closed to others', () => make(`${workName}/`), true],
    ['a spare one', () => make(`${workName}-${id}/`), true],
    ['a file', () => make(workName), false],
    ['a file under a spare name', () => make(`${workName}-${id}`), false],
    ['a name that only begins like a spare one', () => make(`${workName}-${id}0/`), false],
    ['a name that only ends like a spare one', () => make(`x${workName}-${id}/`), false],
    ['a name with other digits', () => make(`${workName}-${id.toUpperCase()}/`), false],
  ])('is in use if there is one, and not for %s: %s', (_, arrange, isInUse) => {
    arrange();
    expect(WorkDirectory.isInUse(target(), user)).toBe(isInUse);
  });

  test.runIf(user === 0).each([workName, `${workName}-${id}`])(
    'may be in use as %s of another user, to whom an NFS server maps root (needs root)',
    (name) => {
      make(`${name}/`);
      chownSync(join(folder, name), 12_345, 12_345);
      expect(WorkDirectory.mayBeInUse(target(), user)).toBe(false);
      chmodSync(folder, 0o777);
      opener.close();
      opener = new DirectoryOpener(user);
      expect([WorkDirectory.isInUse(target(), user), WorkDirectory.mayBeInUse(target(), user)]).toEqual([false, true]);
      // No server maps another user.
      expect(WorkDirectory.mayBeInUse(target(), 1_000)).toBe(false);
      rmSync(join(folder, name), { recursive: true });
      expect(WorkDirectory.mayBeInUse(target(), user)).toBe(false);
    },
  );

  test.each([workName, `${workName}-${id}`])('is not %s if others can enter it', (name) => {
    make(`${name}/`);
    chmodSync(join(folder, name), 0o710);
    expect(WorkDirectory.isInUse(target(), user)).toBe(false);
  });

  test('removes what a run leaves in it, and nothing else', async () => {
    const ours = ['journal', 'journal-new', `link-${id}`, 'new/', 'old/', `.jks2pem-${id}/`];
    const others = ['journal2', `link-${id}0`, 'xnew/', 'older/', `x.jks2pem-${id}/`, `.jks2pem-${id}0/`, 'a.pem'];
    make(`${workName}/`, ...[...ours, ...others].map((name) => `${workName}/${name}`));
    make(`${workName}/new/a.pem`, `${workName}/old/a.pem`);
    const work = await WorkDirectory.enter(target(), user, {});
    expect([work.wasInUse, work.hasJournal]).toEqual([true, true]);
    work.clear();
    expect(work.hasJournal).toBe(false);
    const left = listing(workName).filter((name) => !name.startsWith('claim-'));
    expect(left).toEqual(others.map((name) => name.replace('/', '')).sort());
    work.clearAndUnlock();
    expect(listing(workName)).toEqual(left);
  });

  test('of killed runs under other names are locked together with it, and removed once they are empty', async () => {
    const spares = [`${workName}-${id}`, `${workName}-fedcba9876543210fedcba98`, `${workName}-${'a'.repeat(24)}`];
    make(...spares.map((name) => `${name}/`), `${spares[2]}/journal`);
    const work = await WorkDirectory.enter(target(), user, {});
    expect(work.spares.map(({ directory, wasInUse }) => [directory.name, wasInUse])).toEqual(
      spares.sort().map((name) => [join(folder, name), true]),
    );
    work.unlockSpares();
    expect([work.spares, listing()]).toEqual([[], [workName, `${workName}-${'a'.repeat(24)}`]]);
    work.clearAndUnlock();
    expect(listing()).toEqual([`${workName}-${'a'.repeat(24)}`]);
  });

  test('uses the first spare name in the order of the names, as every other run does', () => {
    const spares = ['b', 'c', 'a'].map((digit) => `${workName}-${digit.repeat(24)}`);
    make(...spares.map((name) => `${name}/`));
    const place = target();
    vi.spyOn(place, 'list').mockReturnValue(spares);
    expect(spareNames(place, user)).toEqual(spares.toSorted());
  });

  test('keeps files that have the names of its directories', async () => {
    make(`${workName}/`, `${workName}/new`, `${workName}/old`);
    const work = await WorkDirectory.enter(target(), user, {});
    work.clearAndUnlock();
    expect(listing(workName)).toEqual(['new', 'old']);
  });

  test('is left with its journal to the next run, and removed without one', async () => {
    const work = await WorkDirectory.enter(target(), user, {});
    expect([work.wasInUse, statSync(join(folder, workName)).mode & 0o7777]).toEqual([false, 0o700]);
    make(`${workName}/journal`);
    expect(work.new.name).toBe(`${folder}/${workName}/new`);
    expect([work.old, work.new]).toEqual([work.old, work.new]);
    for (const name of ['old', 'new']) expect(statSync(join(folder, workName, name)).mode & 0o7777).toBe(0o700);
    work.clearAndUnlock();
    expect(listing(workName)).toEqual(['journal', 'new', 'old']);
    const next = await WorkDirectory.enter(target(), user, {});
    next.clear();
    next.clearAndUnlock();
    expect(listing()).toEqual([]);
  });
});

test('a directory is removed if it is empty and its name leads to it', () => {
  make('a/', 'b/', 'b/file', 'c/');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => opener.require(join(folder, name)));
  if (!(a && b && c)) throw new Error('they were made');
  target().removeIfEmpty('c', a);
  target().removeIfEmpty('b', b);
  expect(listing()).toEqual(['a', 'b', 'c']);
  target().removeIfEmpty('a', a);
  expect(listing()).toEqual(['b', 'c']);
});

describe('sets', () => {
  const setName = `.jks2pem-${id}`;
  async function inWork(action: (work: WorkDirectory) => void): Promise<void> {
    const work = await WorkDirectory.enter(target(), user, {});
    try {
      action(work);
    } finally {
      work.clearAndUnlock();
    }
  }

  test('that are not in use are removed; similar names, other files in them and the set in use stay', async () => {
    make('.jks2pem-cccccccccccccccccccccccc');
    const others = [`x${setName}/`, `${setName}0/`, `.jks2pem-${id.toUpperCase()}/`, `x${setName}.pem`];
    make(`${setName}/`, `${setName}/a.pem`, '.jks2pem-fedcba9876543210fedcba98/', ...others);
    make('.jks2pem-aaaaaaaaaaaaaaaaaaaaaaaa/', '.jks2pem-aaaaaaaaaaaaaaaaaaaaaaaa/directory/');
    make('.jks2pem-bbbbbbbbbbbbbbbbbbbbbbbb/');
    symlinkSync('nowhere', join(folder, '.jks2pem-bbbbbbbbbbbbbbbbbbbbbbbb/link'));
    symlinkSync(setName, join(folder, '.jks2pem'));
    symlinkSync('.jks2pem/a.pem', join(folder, 'a.pem'));
    await inWork(removeUnusedSets);
    const left = [
      '.jks2pem',
      setName,
      '.jks2pem-aaaaaaaaaaaaaaaaaaaaaaaa',
      '.jks2pem-bbbbbbbbbbbbbbbbbbbbbbbb',
      '.jks2pem-cccccccccccccccccccccccc',
      'a.pem',
    ];
    expect(listing()).toEqual([...left, ...others.map((name) => name.replace('/', ''))].sort());
    expect(listing(setName)).toEqual(['a.pem']);
    expect(listing('.jks2pem-bbbbbbbbbbbbbbbbbbbbbbbb')).toEqual(['link']);
  });

  test('that are not in use are removed by their owner also where others can write', async () => {
    make(`${setName}/`, `${setName}/a.pem`);
    chmodSync(folder, 0o777);
    await inWork(removeUnusedSets);
    expect(listing()).toEqual([]);
  });

  test.each([
    ['whose files disappear meanwhile', () => rmSync(join(folder, setName, 'b.pem')), []],
    [
      'whose name another directory gets meanwhile',
      () => {
        renameSync(join(folder, setName), join(folder, 'renamed'));
        mkdirSync(join(folder, setName));
      },
      [setName, 'renamed'],
    ],
  ])('%s: only that set is removed', async (_, change, left) => {
    make(`${setName}/`, `${setName}/a.pem`, `${setName}/b.pem`);
    const { unlinkSync } = fs;
    const replace = (functions: object) => {
      Object.assign(fs, functions);
      syncBuiltinESMExports();
    };
    await inWork((work) => {
      replace({
        unlinkSync: (path: string) => {
          unlinkSync(path);
          if (path.endsWith('/a.pem')) change();
        },
      });
      try {
        removeUnusedSets(work);
      } finally {
        replace({ unlinkSync });
      }
    });
    expect(listing()).toEqual(left);
  });

  test('links of files are removed if the shared link is missing; other links stay', async () => {
    symlinkSync('.jks2pem/a.pem', join(folder, 'a.pem'));
    symlinkSync('.jks2pem/a.pem', join(folder, 'b.pem'));
    symlinkSync('elsewhere/c.pem', join(folder, 'c.pem'));
    await inWork(removeUnusedSets);
    expect(listing()).toEqual(['b.pem', 'c.pem']);
    expect([isOwnLink(target(), 'b.pem'), isOwnLink(target(), 'c.pem'), isOwnLink(target(), 'none')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('that disappear or cannot be removed: the system may refuse that, a mistake of the program is an error', async () => {
    make(`${setName}/`, `${setName}/a.pem`);
    const { mkdirSync: actualMkdir, unlinkSync } = fs;
    const replace = (functions: object) => {
      Object.assign(fs, functions);
      syncBuiltinESMExports();
    };
    const refuse = (error: Error) => ({
      unlinkSync: (path: string) => {
        if (!path.endsWith('/a.pem')) return unlinkSync(path);
        throw error;
      },
    });
    await inWork((work) => {
      try {
        replace(refuse(systemError('EACCES', 'unlink')));
        removeUnusedSets(work);
        replace(refuse(new TypeError('mistake')));
        expect(() => removeUnusedSets(work)).toThrow('mistake');
        replace({ unlinkSync, mkdirSync: () => {} });
        expect(() => makeSet(work)).toThrow(/\/\.jks2pem-work\/\.jks2pem-[0-9a-f]{24}: was removed during this run$/);
      } finally {
        replace({ mkdirSync: actualMkdir, unlinkSync });
      }
    });
    expect(listing(setName)).toEqual(['a.pem']);
  });

  test.each([
    ['750', '750'],
    ['2755', '2755'],
    // Others could write into the set.
    ['777', '755'],
  ])('in a directory of mode %s are closed while they are made, and get mode %s', async (mode, expected) => {
    chmodSync(folder, mode);
    await inWork((work) => {
      const { name, set } = makeSet(work);
      const path = join(folder, workName, name);
      expect(lstatSync(path).mode & 0o777).toBe(0o700);
      openSet(work, set);
      expect((lstatSync(path).mode & 0o7777).toString(8)).toBe(expected);
      set.close();
    });
  });
});

describe('opening a directory', () => {
  test('gives one object for all paths that lead to it, and follows links', () => {
    make('a/');
    symlinkSync('a', join(folder, 'link'));
    const a = opener.require(join(folder, 'a'));
    expect(a).toBe(opener.require(`${folder}/./a//`));
    expect(a).toBe(opener.require(join(folder, 'link')));
    expect(a).toBe(opener.find('link', target()));
    expect(opener.find(join(folder, 'none'))).toBeUndefined();
    expect(() => opener.require(join(folder, "it's"))).toThrow(
      expect.objectContaining({
        message: `${folder}/it's: no such directory`,
        hint: expect.stringContaining('create it first: mkdir -p '),
      }),
    );
  });

  test('makes it, but none above it, with the mode', () => {
    expect(opener.make(folder, 0o700).made).toBeUndefined();
    const { directory, made } = opener.make(join(folder, 'new'), 0o750);
    expect([made?.entry, made?.directory, directory.name]).toEqual(['new', target(), join(folder, 'new')]);
    expect(statSync(join(folder, 'new')).mode & 0o7777).toBe(0o750 & ~process.umask());
    expect(() => opener.make(join(folder, 'x/y'), 0o700)).toThrow(/x: no such directory$/);
    expect(() => opener.requireAbove(join(folder, 'x/y'))).toThrow(/x: no such directory$/);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  test('follows forty links, and not one more', () => {
    make('0/', 'file');
    for (let i = 1; i <= 41; i++) symlinkSync(String(i - 1), join(folder, String(i)));
    expect(opener.require(join(folder, '40'))).toBe(opener.require(join(folder, '0')));
    expect(() => opener.require(join(folder, '41'))).toThrow(/41: too many symbolic links$/);
    symlinkSync('file', join(folder, 'f1'));
    for (let i = 2; i <= 41; i++) symlinkSync(`f${i - 1}`, join(folder, `f${i}`));
    expect(opener.locate(join(folder, 'f40'))).toEqual({ directory: target(), entry: 'file' });
    expect(() => opener.locate(join(folder, 'f41'))).toThrow(/f41: too many symbolic links$/);
  });

  test('a place is where the links of its name end, even if nothing is there, or where the caller stops', () => {
    make('a/');
    symlinkSync('a/next', join(folder, 'link'));
    symlinkSync('../none', join(folder, 'a/next'));
    expect(opener.locate(join(folder, 'link'))).toEqual({ directory: target(), entry: 'none' });
    const stop = opener.locate(join(folder, 'link'), ({ entry }) => entry === 'next');
    expect(stop).toEqual({ directory: opener.require(join(folder, 'a')), entry: 'next' });
    for (const path of [`${folder}/a/.`, `${folder}/a/..`, '/'])
      expect(() => opener.locate(path)).toThrow(`${path}: is a directory`);
  });

  test('an entry cannot lead out of it', () => {
    for (const entry of ['', '.', '..', '../x', 'a/b'])
      expect(() => target().at(entry)).toThrow(new RangeError(`not the name of a directory entry: "${entry}"`));
    symlinkSync('/etc', join(folder, 'etc'));
    expect(target().subdirectory('etc')).toBeUndefined();
    expect(target().subdirectory('none')).toBeUndefined();
    expect([target().linkText('etc'), target().linkText('none')]).toEqual(['/etc', undefined]);
    expect(readlinkSync(target().at('etc'))).toBe('/etc');
    expect([target().realPath(), target().isReadOnly()]).toEqual([folder, false]);
  });
});
