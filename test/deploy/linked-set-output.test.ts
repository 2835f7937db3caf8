import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemCalls } from './system-calls.js';
import { content, deploySet, failingHook, type RunOptions } from './transaction-runs.js';

const names = ['cert.pem', 'privkey.pem'];

let folder: string;
let live: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  live = join(folder, 'live');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Two files that both hold `text`. */
const deploy = (text: string, options?: RunOptions) =>
  deploySet(
    live,
    new Map([
      ['cert.pem', content(`cert.pem ${text}`, { holdsKey: false, defaultMode: 0o644 })],
      ['privkey.pem', content(`privkey.pem ${text}`)],
    ]),
    options,
  );

const found = () =>
  names.map((name) => (existsSync(join(live, name)) ? readFileSync(join(live, name), 'utf8') : '(missing)'));
const both = (text: string) => names.map((name) => `${name} ${text}`);
const modes = () => names.map((name) => statSync(join(live, name)).mode & 0o7777);
/** What is in the directory, with the number of each set left out. */
const listing = (directory = live) =>
  readdirSync(directory)
    .map((name) => name.replace(/[0-9a-f]{24}/, 'N'))
    .sort();
const tidy = ['.jks2pem', '.jks2pem-N', 'cert.pem', 'privkey.pem'];

describe('a set of files', () => {
  test('makes the directory and all files, each under its mode', async () => {
    expect(await deploy('new')).toEqual(names.map((name) => join(live, name)));
    expect([found(), modes(), listing()]).toEqual([both('new'), [0o644, 0o600], tidy]);
    expect(statSync(join(live, '.jks2pem')).mode & 0o7777).toBe(0o755);
  });

  test('done again, writes nothing', async () => {
    await deploy('new');
    const before = readlinkSync(join(live, '.jks2pem'));
    const { mtimeMs } = statSync(live);
    expect(await deploy('new')).toEqual([]);
    expect([readlinkSync(join(live, '.jks2pem')), statSync(live).mtimeMs]).toEqual([before, mtimeMs]);
  });

  test('changes all files by one rename, and keeps the mode of each', async () => {
    await deploy('old');
    chmodSync(join(live, 'privkey.pem'), 0o640);
    await deploy('new');
    expect([found(), modes(), listing()]).toEqual([both('new'), [0o644, 0o640], tidy]);
    expect(names.map((name) => readlinkSync(join(live, name)))).toEqual(names.map((name) => `.jks2pem/${name}`));
  });

  test('names the files that it changes, though all are replaced', async () => {
    await deploy('new');
    writeFileSync(join(live, 'cert.pem'), 'something else');
    expect(await deploy('new', { dryRun: true })).toEqual([join(live, 'cert.pem')]);
    expect(await deploy('new')).toEqual([join(live, 'cert.pem')]);
  });

  test('takes over files that stand there', async () => {
    mkdirSync(live);
    for (const name of names) writeFileSync(join(live, name), `${name} old`, { mode: 0o600 });
    chmodSync(join(live, 'privkey.pem'), 0o640);
    writeFileSync(join(live, 'README'), 'not ours');
    expect(await deploy('new')).toHaveLength(2);
    expect([found(), modes()]).toEqual([both('new'), [0o600, 0o640]]);
    expect(listing()).toEqual(['.jks2pem', '.jks2pem-N', 'README', 'cert.pem', 'privkey.pem']);
  });

  test('takes over one file of two', async () => {
    mkdirSync(live);
    writeFileSync(join(live, 'cert.pem'), 'old');
    await deploy('new');
    expect([found(), listing()]).toEqual([both('new'), tidy]);
  });

  test("follows certbot's links from live/ into archive/, which stay", async () => {
    mkdirSync(live);
    const archive = join(folder, 'archive');
    mkdirSync(archive);
    for (const name of names) {
      const target = name.replace('.', '1.');
      writeFileSync(join(archive, target), 'old', { mode: 0o600 });
      symlinkSync(`../archive/${target}`, join(live, name));
    }
    await deploy('new');
    expect([found(), listing(live)]).toEqual([both('new'), names]);
    expect(names.map((name) => readlinkSync(join(live, name)))).toEqual([
      '../archive/cert1.pem',
      '../archive/privkey1.pem',
    ]);
    expect(listing(archive)).toEqual(['.jks2pem', '.jks2pem-N', 'cert1.pem', 'privkey1.pem']);
  });

  test('writes behind a link to the directory', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', live);
    await deploy('new');
    expect(lstatSync(live).isSymbolicLink()).toBe(true);
    expect(found()).toEqual(both('new'));
  });

  test('may be written into a directory whose path ends with a dot', async () => {
    mkdirSync(live);
    await deploySet(`${live}/.`, new Map([['cert.pem', content('new')]]));
    expect(readFileSync(join(live, 'cert.pem'), 'utf8')).toBe('new');
  });

  test('is refused in a dry run, too, if its parent is missing', async () => {
    const files = new Map([['cert.pem', content('new')]]);
    await expect(deploySet(join(folder, 'none/live'), files, { dryRun: true })).rejects.toThrow('no such directory');
  });

  test.each<[string, () => void, RegExp]>([
    ['a file in place of the directory', () => writeFileSync(live, ''), /not a directory/],
    [
      'a parent that is missing',
      () => {
        live = join(folder, 'none', 'live');
      },
      /no such directory/,
    ],
    ['a directory in place of a file', () => mkdirSync(join(live, 'cert.pem'), { recursive: true }), /is a directory/],
    [
      'a file with another name',
      () => {
        mkdirSync(live);
        writeFileSync(join(live, 'cert.pem'), 'old');
        linkSync(join(live, 'cert.pem'), join(folder, 'another'));
      },
      /2 hard links/,
    ],
    [
      'links into different directories',
      () => {
        mkdirSync(live);
        writeFileSync(join(folder, 'x'), 'old');
        symlinkSync('../x', join(live, 'cert.pem'));
      },
      /: its files are links into several directories \(.+, .+\)$/,
    ],
    [
      'a file in place of the link',
      () => {
        mkdirSync(live);
        writeFileSync(join(live, '.jks2pem'), 'not ours');
      },
      /this layout needs a link/,
    ],
  ])('refuses %s, and changes nothing', async (_, make, message) => {
    make();
    const before = readdirSync(folder, { recursive: true });
    await expect(deploy('new')).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT', message: expect.stringMatching(message) }),
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
});

describe('the hook', () => {
  const failing = (times: number) => failingHook(times, found);
  const broughtBack = {
    code: 'ERR_HOOK_FAILED',
    message: 'deploy hook failed with exit code 1; the previous files were restored, and the hook was run for them',
  };

  test('that fails: all previous files are restored at once', async () => {
    await deploy('old');
    const set = readlinkSync(join(live, '.jks2pem'));
    const { found: seen, runHook } = failing(1);
    await expect(deploy('new', { runHook })).rejects.toMatchObject(broughtBack);
    expect([seen, found(), listing()]).toEqual([[both('new'), both('old')], both('old'), tidy]);
    expect(readlinkSync(join(live, '.jks2pem'))).toBe(set);
  });

  test('that fails after files were taken over brings those back', async () => {
    mkdirSync(live);
    for (const name of names) writeFileSync(join(live, name), `${name} old`, { mode: 0o600 });
    const inodes = () => names.map((name) => statSync(join(live, name)).ino);
    const before = inodes();
    await expect(deploy('new', failing(1))).rejects.toMatchObject(broughtBack);
    expect([found(), inodes()]).toEqual([both('old'), before]);
  });

  test('that fails for the first files takes them back', async () => {
    await expect(deploy('new', failing(1))).rejects.toThrow(/the new files were removed/);
    expect(readdirSync(live)).toEqual([]);
  });
});

describe('what a killed run left', () => {
  test('a set that was never in place, and links that lead nowhere, are used or removed', async () => {
    mkdirSync(live);
    mkdirSync(join(live, '.jks2pem-0123456789abcdef01234567'));
    writeFileSync(join(live, '.jks2pem-0123456789abcdef01234567', 'cert.pem'), 'half');
    symlinkSync('.jks2pem/cert.pem', join(live, 'cert.pem'));
    await deploy('new');
    expect([found(), listing()]).toEqual([both('new'), tidy]);
  });

  test('files that were being taken over are not refused for the name they have been given', async () => {
    mkdirSync(live);
    const set = join(live, '.jks2pem-0123456789abcdef01234567');
    mkdirSync(set);
    for (const name of names) {
      writeFileSync(join(live, name), `${name} old`, { mode: 0o600 });
      linkSync(join(live, name), join(set, name));
    }
    symlinkSync('.jks2pem-0123456789abcdef01234567', join(live, '.jks2pem'));
    rmSync(join(live, 'cert.pem'));
    symlinkSync('.jks2pem/cert.pem', join(live, 'cert.pem'));
    expect(found()).toEqual(both('old'));
    await deploy('new');
    expect([found(), listing()]).toEqual([both('new'), tidy]);
    expect(statSync(join(live, 'privkey.pem')).nlink).toBe(1);
  });
});

test('a file that joins a set leaves the common link in place, through which the others are read', async () => {
  await deploySet(live, new Map([['cert.pem', content('old')]]));
  const calls = new SystemCalls();
  calls.install();
  try {
    calls.reset(live);
    await deploy('new');
  } finally {
    calls.uninstall();
  }
  expect(calls.log.filter((call) => call === 'unlink .jks2pem')).toEqual([]);
  expect(names.map((name) => readFileSync(join(live, name), 'utf8'))).toEqual(names.map((name) => `${name} new`));
});
