import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeployOptions, deployFile } from '../../src/deploy/deployment.js';
import { isSameFile } from '../../src/deploy/target.js';
import { HookFailedError } from '../../src/errors.js';

const wanted = (text: string, rights: { mode?: number; owner?: { uid?: number; gid?: number } } = {}) => ({
  content: new Uint8Array(Buffer.from(text)),
  defaultMode: 0o600,
  ...rights,
});
const modeOf = (path: string) => statSync(path).mode & 0o7777;
const isRoot = process.getuid?.() === 0;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  path = join(folder, 'a.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const changes = async (text: string, options?: DeployOptions, rights?: Parameters<typeof wanted>[1]) =>
  (await deployFile(path, wanted(text, rights), options)).changed;

describe('deployFile', () => {
  test('makes a file under the mode asked for, whatever the umask', async () => {
    expect(await changes('new', {}, { mode: 0o664 })).toEqual([path]);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o664]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('keeps the mode of a file that is there, and puts a new one in its place', async () => {
    put('old', 0o640);
    const before = statSync(path).ino;
    expect(await changes('new')).toEqual([path]);
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', 0o640]);
    expect(statSync(path).ino).not.toBe(before);
  });

  test.runIf(isRoot)('keeps the owner of a file that is there, or gives it the one asked for', async () => {
    put('old', 0o640);
    chownSync(path, 1234, 5678);
    await changes('new');
    expect([statSync(path).uid, statSync(path).gid, modeOf(path)]).toEqual([1234, 5678, 0o640]);
    expect(await changes('new', {}, { mode: 0o600, owner: { gid: 99 } })).toEqual([path]);
    expect([statSync(path).uid, statSync(path).gid, modeOf(path)]).toEqual([1234, 99, 0o600]);
    expect(await changes('new', {}, { mode: 0o600, owner: { gid: 99 } })).toEqual([]);
  });

  test('leaves alone what is already there', async () => {
    put('same');
    const before = statSync(path, { bigint: true });
    const directory = statSync(folder, { bigint: true });
    expect(await changes('same')).toEqual([]);
    const after = statSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.ctimeNs]).toEqual([before.ino, before.mtimeNs, before.ctimeNs]);
    expect(statSync(folder, { bigint: true }).mtimeNs).toBe(directory.mtimeNs);
  });

  test('may be told what counts as the same', async () => {
    put('SAME');
    const content = {
      ...wanted('same'),
      isCurrent: (bytes: Uint8Array) => /same/i.test(Buffer.from(bytes).toString()),
    };
    expect((await deployFile(path, content)).changed).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('SAME');
  });

  test('writes behind a symbolic link, which stays', async () => {
    mkdirSync(join(folder, 'archive'));
    const target = join(folder, 'archive', 'one.pem');
    writeFileSync(target, 'old');
    symlinkSync('archive/one.pem', path);
    expect(await changes('new')).toEqual([path]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'archive'))).toEqual(['one.pem']);
  });

  test('says what it would change, and writes nothing', async () => {
    put('old');
    expect(await changes('new', { dryRun: true })).toEqual([path]);
    expect(await changes('old', { dryRun: true })).toEqual([]);
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
    linkSync(path, join(folder, 'b.pem'));
    await expect(changes('new', { dryRun: true })).rejects.toThrow(/2 hard links/);
  });

  test.each([
    ['a directory that is missing', () => join(folder, 'none', 'a.pem'), /a\.pem: no such file or directory/],
    ['a directory', () => folder, /is a directory/],
    ['a device', () => '/dev/null', /not a regular file/],
    [
      'a file as a directory',
      () => {
        writeFileSync(join(folder, 'f'), '');
        return join(folder, 'f', 'a.pem');
      },
      /not a directory/,
    ],
    ['a name that is too long', () => join(folder, 'x'.repeat(300)), /name too long/],
    [
      'a file with another name',
      () => {
        put('old');
        linkSync(path, join(folder, 'b.pem'));
        return path;
      },
      /2 hard links/,
    ],
    [
      'a circle of links',
      () => {
        symlinkSync('a.pem', path);
        return path;
      },
      /too many symbolic links/,
    ],
    [
      "somebody else's directory where the work would be done",
      () => {
        mkdirSync(join(folder, '.a.pem.jks2pem'), 0o777);
        chmodSync(join(folder, '.a.pem.jks2pem'), 0o777);
        return path;
      },
      /belongs to somebody else/,
    ],
  ])('refuses %s, and leaves nothing behind', async (_, place, message) => {
    const target = place();
    const before = readdirSync(folder, { recursive: true });
    await expect(deployFile(target, wanted('new'))).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringMatching(message) }),
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
});

describe('the hook', () => {
  /** Notes what it finds in place; fails as often as it is told to. */
  function hook(failures = 0) {
    const found: string[] = [];
    const runHook = async () => {
      found.push(existsSync(path) ? readFileSync(path, 'utf8') : '(missing)');
      if (found.length <= failures) throw new HookFailedError('deploy hook failed with exit code 1');
    };
    return { found, runHook };
  }

  test('runs once, after a change, and not without one', async () => {
    const { found, runHook } = hook();
    expect(await changes('new', { runHook })).toEqual([path]);
    expect(await changes('new', { runHook })).toEqual([]);
    expect(found).toEqual(['new']);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('that fails brings back the very file that was there, and runs again for it', async () => {
    put('old', 0o640);
    const before = statSync(path).ino;
    const { found, runHook } = hook(1);
    await expect(changes('new', { runHook })).rejects.toThrow(
      /exit code 1; the old files are back, and the hook was run/,
    );
    expect(found).toEqual(['new', 'old']);
    expect([statSync(path).ino, modeOf(path), statSync(path).nlink]).toEqual([before, 0o640, 1]);
    expect(readdirSync(folder)).toEqual(['a.pem']);
  });

  test('that fails for the old file too is told of', async () => {
    put('old');
    await expect(changes('new', hook(2))).rejects.toThrow(/old files are back, but the hook fails for them too/);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('that fails for the first file takes it back', async () => {
    const { found, runHook } = hook(1);
    await expect(changes('new', { runHook })).rejects.toThrow(/taken back/);
    expect([found, readdirSync(folder)]).toEqual([['new'], []]);
  });

  test('is due for the next run, if something else than the hook stops this one', async () => {
    const stopped = changes('new', {
      runHook: async () => {},
      onReplaced: () => {
        throw new Error('nobody listens');
      },
    });
    await expect(stopped).rejects.toThrow('nobody listens');
    const { found, runHook } = hook();
    expect(await changes('new', { runHook })).toEqual([path]);
    expect([found, readdirSync(folder)]).toEqual([['new'], ['a.pem']]);
  });

  test('does not run for a dry run', async () => {
    const { found, runHook } = hook();
    await changes('new', { runHook, dryRun: true });
    expect(found).toEqual([]);
  });
});

describe('what a killed run left', () => {
  const work = () => join(folder, '.a.pem.jks2pem');
  /** The claim of a process that does not exist any more. */
  const dead = () => {
    mkdirSync(work(), 0o700);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '').slice(0, 16);
    const namespace = /\d+/.exec(String(statSync('/proc/self/ns/pid').ino))?.[0];
    writeFileSync(join(work(), `claim-${boot}.${namespace}-99999999-1-00`), '');
  };

  test('before the step is cleared away', async () => {
    put('old');
    dead();
    writeFileSync(join(work(), 'new'), 'half');
    linkSync(path, join(work(), 'old'));
    writeFileSync(join(work(), 'hook-due'), 'replaced');
    const found: string[] = [];
    const runHook = async () => void found.push(readFileSync(path, 'utf8'));
    expect(await changes('old', { runHook })).toEqual([]);
    expect([found, readdirSync(folder), statSync(path).nlink]).toEqual([[], ['a.pem'], 1]);
  });

  test('after the step, before the end of the hook: the hook is run', async () => {
    put('new');
    dead();
    writeFileSync(join(work(), 'old'), 'old');
    writeFileSync(join(work(), 'hook-due'), 'replaced');
    const found: string[] = [];
    const runHook = async () => void found.push(readFileSync(path, 'utf8'));
    expect(await changes('new', { runHook })).toEqual([path]);
    expect([found, readdirSync(folder)]).toEqual([['new'], ['a.pem']]);
  });

  test('after the step, and the hook fails now: the old file comes back', async () => {
    put('new');
    dead();
    writeFileSync(join(work(), 'old'), 'old');
    writeFileSync(join(work(), 'hook-due'), 'replaced');
    const runHook = async () => {
      throw new HookFailedError('deploy hook failed');
    };
    await expect(changes('new', { runHook })).rejects.toThrow(HookFailedError);
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['a.pem']]);
  });

  test('after a step that was taken back: a file that was there before is not taken for a new one', async () => {
    put('old');
    dead();
    writeFileSync(join(work(), 'hook-due'), 'replaced');
    const runHook = async () => {
      throw new HookFailedError('deploy hook failed');
    };
    await expect(changes('old', { runHook })).rejects.toThrow(HookFailedError);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test("is told from somebody else's files, which stay", async () => {
    dead();
    writeFileSync(join(work(), 'notes.txt'), 'mine');
    writeFileSync(join(folder, '.a.pem.0123.tmp'), 'mine too');
    await changes('new');
    expect(readdirSync(folder).sort()).toEqual(['.a.pem.0123.tmp', '.a.pem.jks2pem', 'a.pem']);
    expect(readdirSync(work())).toEqual(['notes.txt']);
  });
});

test('isSameFile sees through links', () => {
  const [path, hard, soft] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(path, '');
  linkSync(path, hard);
  symlinkSync(path, soft);
  expect([
    isSameFile(path, hard),
    isSameFile(path, soft),
    isSameFile(path, folder),
    isSameFile(path, join(folder, 'none')),
  ]).toEqual([true, true, false, false]);
});
