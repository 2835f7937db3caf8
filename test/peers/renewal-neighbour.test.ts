import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
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
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { expectation } from '../fixtures.js';
import { outputOf, runTool } from './tool.js';

/** Another user may write into the output directory, and does so at every moment of a run as root. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-neighbour-'));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

/** Debian's nobody. */
const nobody = 65534;
const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
const stores = ['tomcat.keystore', 'jks/rsa-4096.jks'].map((name) => ({
  path: join(fixtures, name),
  password: ['--storepass', `pass:${expectation(name).storePass}`],
}));

let victim: string;
let theirs: string;
let out: string;
let number = 0;
beforeEach(() => {
  const place = join(root, `${number++}`);
  [victim, theirs] = [join(place, 'victim'), join(place, 'theirs')];
  out = join(theirs, 'out');
  mkdirSync(place);
  mkdirSync(victim, { mode: 0o755 });
  for (const [name, mode] of [
    ['passwd', 0o644],
    ['a.pem', 0o600],
    ['privkey.pem', 0o600],
  ] as const)
    writeFileSync(join(victim, name), `root: ${name}`, { mode });
  for (const directory of [theirs, out]) {
    mkdirSync(directory);
    chownSync(directory, nobody, nobody);
  }
});

/** Names, owners, modes and contents of everything that the other user must not change. */
const victimState = () =>
  ['', ...readdirSync(victim).sort()].map((name) => {
    const path = join(victim, name);
    const { uid, gid, mode, ino } = lstatSync(path);
    return [name, uid, gid, mode, ino, statSync(path).isFile() ? readFileSync(path, 'utf8') : ''];
  });

function jks2pem(which: number, args: readonly string[]) {
  const { path, password } = stores[which] as (typeof stores)[number];
  return [process.execPath, bin, path, ...password, '-q', ...args];
}

/** Keys that the other user can read. The header alone is no key: an attack that is killed may leave its own file with it. */
const readableKeys = () =>
  spawnSync('setpriv', [...asNobody.slice(1), 'grep', '-rslzP', 'PRIVATE KEY-----\\n\\w', theirs], { encoding: 'utf8' })
    .stdout;

/** What the other user does in a loop, as JavaScript with `D` for the directory, `V` for the victim's and `fs`. */
const attacks: Readonly<Record<string, string>> = {
  'puts links in the place of everything that is made': `
    for (const name of fs.readdirSync(D)) if (name[0] === '.') attempt(() => {
      if (fs.lstatSync(D + '/' + name).isSymbolicLink()) return;
      fs.renameSync(D + '/' + name, D + '/away' + n++); fs.symlinkSync(V, D + '/' + name);
    });`,
  'puts directories with links in the place of everything that is made': `
    for (const name of fs.readdirSync(D)) if (name[0] === '.') attempt(() => {
      const path = D + '/' + name, stats = fs.lstatSync(path);
      if (stats.uid === ${nobody}) return;
      fs.renameSync(path, D + '/away' + n++); fs.mkdirSync(path, 0o700);
      for (const each of ['new', 'old', name]) fs.symlinkSync(V, path + '/' + each);
      fs.writeFileSync(path + '/journal', JSON.stringify({ id: '', isFirst: true, others: [V], pending: [''],
        entries: [{ entry: 'a.pem', hook: '', replaces: true, mark: '' }] }));
    });`,
  'exchanges the files': `
    for (const name of ['a.pem', 'tomcat.pem', 'privkey.pem', 'cert.pem', '.jks2pem']) {
      const path = D + '/' + name;
      attempt(() => fs.renameSync(path, D + '/away' + (n++ % 50)));
      attempt(() => fs.symlinkSync(V + '/passwd', path)); attempt(() => fs.unlinkSync(path));
      attempt(() => fs.writeFileSync(path, '-----BEGIN PRIVATE KEY-----', { mode: 0o666, flag: 'wx' })); attempt(() => fs.unlinkSync(path));
      attempt(() => fs.mkdirSync(path)); attempt(() => fs.rmdirSync(path));
      attempt(() => fs.symlinkSync('.jks2pem/' + name, path));
    }`,
  'exchanges the directory': `
    attempt(() => fs.renameSync(D, D + '-away')); attempt(() => fs.symlinkSync(V, D));
    attempt(() => fs.unlinkSync(D)); attempt(() => fs.renameSync(D + '-away', D));`,
  'leads the shared link elsewhere': `
    attempt(() => fs.unlinkSync(D + '/.jks2pem')); attempt(() => fs.symlinkSync(V, D + '/.jks2pem'));
    attempt(() => fs.unlinkSync(D + '/.jks2pem'));
    attempt(() => fs.symlinkSync(V, D + '/.jks2pem-000000000000000000000000'));
    attempt(() => fs.symlinkSync('.jks2pem-000000000000000000000000', D + '/.jks2pem'));`,
};

const layouts: Readonly<Record<string, () => string[]>> = {
  bundle: () => ['-o', join(out, 'a.pem')],
  certbot: () => ['-o', out, '--layout', 'certbot'],
  batch: () => ['--output-dir', out],
};
/** Every call that changes a file is held up, for ten turns of the other user or so. */
const calls = 'mkdir,openat,fchown,fchmod,write,fsync,rename,link,symlink,unlink,rmdir';

async function underAttack(attack: string, command: readonly string[]) {
  const script = `const fs = require('node:fs'); const [D, V] = process.argv.slice(1); let n = 0;
    const attempt = (action) => { try { action(); } catch {} };
    for (;;) attempt(() => { ${attack} });`;
  const [tool = '', ...args] = [...asNobody, process.execPath, '-e', script, out, victim];
  const attacker = spawn(tool, args, { stdio: 'ignore' });
  const ended = once(attacker, 'exit');
  try {
    return runTool('strace', ['-f', '-qq', '-o', '/dev/null', '-e', `inject=${calls}:delay_enter=1000`, ...command]);
  } finally {
    attacker.kill('SIGKILL');
    await ended;
  }
}

describe.each(Object.keys(attacks))('a neighbour who %s', (attack) => {
  test.each(Object.keys(layouts))('gets at nothing: %s', async (layout) => {
    const before = victimState();
    for (const hook of [[], ['--deploy-hook', 'true'], ['--deploy-hook', 'false']]) {
      const args = [...(layouts[layout] as () => string[])(), ...hook];
      runTool(process.execPath, jks2pem(1, args).slice(1));
      for (const which of [0, 1]) {
        const { stderr } = await underAttack(attacks[attack] as string, jks2pem(which, args));
        expect(stderr.toString()).not.toMatch(/fault of jks2pem/);
        expect([victimState(), readableKeys()]).toEqual([before, '']);
      }
    }
  });
});

describe('in a directory that others can write to', () => {
  const run = (args: readonly string[], which = 0) => {
    const { status, stderr } = runTool(process.execPath, jks2pem(which, args).slice(1));
    return [status, stderr.toString()];
  };
  const file = () => join(out, 'a.pem');
  const put = (owner: number, mode: number, text = '-----BEGIN PRIVATE KEY-----\n') => {
    writeFileSync(file(), text);
    chmodSync(file(), mode);
    chownSync(file(), owner, owner);
  };
  const rights = () => {
    const { uid, gid, mode } = statSync(file());
    return [uid, gid, mode & 0o7777];
  };

  test('a file of another user is refused, unless the key is meant for them', () => {
    put(nobody, 0o600);
    expect(run(['-o', file()])).toEqual([1, expect.stringMatching(/belongs to nobody, .*\n.*say so: --owner nobody/)]);
    expect(run(['-o', file(), '--owner', 'nobody'])).toEqual([0, '']);
    expect(rights()).toEqual([nobody, 0, 0o600]);
  });

  test('an empty file of another user counts as absent', () => {
    put(nobody, 0o600, '');
    expect(run(['-o', file()])).toEqual([0, '']);
    expect(rights()).toEqual([0, 0, 0o600]);
  });

  test('a mode that opens the key is not kept in silence', () => {
    put(0, 0o640);
    expect(run(['-o', file()])).toEqual([1, expect.stringMatching(/has mode 0640.*\n.*--mode 0640 keeps the mode/)]);
    expect(run(['-o', file(), '--mode', '0640'])).toEqual([0, '']);
    expect(rights()).toEqual([0, 0, 0o640]);
  });

  test("the group of an existing file is not kept: it may be another file's", () => {
    put(0, 0o600);
    chownSync(file(), 0, nobody);
    expect(run(['-o', file(), '--mode', '0640'])).toEqual([0, '']);
    expect([rights(), readableKeys()]).toEqual([[0, 0, 0o640], '']);
  });

  test.each([
    ['bundle', () => file(), '0640'],
    ['certbot', () => join(out, 'live'), '0640'],
  ])('the default access control list of their directory opens nothing: %s', (layout, target, mode) => {
    outputOf('setfacl', ['-d', '-m', 'u:nobody:rwx', out]);
    expect(run(['-o', target(), '--layout', layout, '--mode', mode, '--owner', 'root:daemon'])).toEqual([0, '']);
    expect(readableKeys()).toBe('');
  });

  test('a link that root made in a sticky directory is followed, and one of another user is not', () => {
    chownSync(out, 0, 0);
    chmodSync(out, 0o1777);
    symlinkSync(join(victim, 'new.pem'), file());
    expect(run(['-o', file()])).toEqual([0, '']);
    expect(existsSync(join(victim, 'new.pem'))).toBe(true);
    outputOf('setpriv', [...asNobody.slice(1), 'ln', '-s', join(victim, 'passwd'), join(out, 'b.pem')]);
    expect(run(['-o', join(out, 'b.pem')])).toEqual([
      1,
      expect.stringContaining('a symbolic link in a directory that other users can write to is not followed'),
    ]);
    expect(readFileSync(join(victim, 'passwd'), 'utf8')).toBe('root: passwd');
  });

  test("Kubernetes' links inside the directory are followed", () => {
    chownSync(out, 0, 0);
    chmodSync(out, 0o777);
    mkdirSync(join(out, '..2026_01_01'));
    symlinkSync('..2026_01_01', join(out, '..data'));
    symlinkSync('..data/a.pem', file());
    expect(run(['-o', file()])).toEqual([0, '']);
    expect(readdirSync(join(out, '..2026_01_01'))).toEqual(['a.pem']);
  });

  test('an emptyDir (mode 0777) is written to again and again', () => {
    chownSync(out, 0, 0);
    chmodSync(out, 0o777);
    for (const which of [0, 1, 0]) expect(run(['-o', file(), '--owner', '100:101'], which)[0]).toBe(0);
    expect([rights(), readdirSync(out)]).toEqual([[100, 101, 0o600], ['a.pem']]);
  });
});
