import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effort } from '../effort.js';
import { expectation } from '../fixtures.js';
import { jks2pem } from './command.js';
import { runTool } from './tool.js';

/** SIGKILL at the calls that change something on disk, while one keystore is renewed for three servers. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-renew-kill-'));
const logs = mkdtempSync(join(tmpdir(), 'jks2pem-renew-calls-'));
afterAll(() => {
  for (const directory of [root, logs]) rmSync(directory, { recursive: true });
});

const at = (name: string) => join(root, name);
const config = at('jks2pem.toml');
const stores = ['tomcat.keystore', 'jks/ec-p256.jks'];
/** In the order of their hooks. */
const outputs = [['postfix/mail.pem'], ['dovecot/privkey.pem', 'dovecot/fullchain.pem'], ['nginx/mail.pem']] as const;
const directories = ['postfix', 'dovecot', 'nginx'];

/** A hook that fails in the environment of a test that says so. */
const hook = 'deploy-hook = "test -z $HOOKS_FAIL"';

/** The contents of the three outputs, for each keystore. */
let contents: readonly (readonly string[])[];
beforeAll(() => {
  for (const name of directories) mkdirSync(at(name));
  writeFileSync(
    config,
    `
[mail]
keystore = "mail.jks"
storepass = "file:password"
[[mail.to]]
out = "postfix/mail.pem"
${hook}
[[mail.to]]
out = "dovecot"
layout = "certbot"
${hook}
[[mail.to]]
out = "nginx/mail.pem"
${hook}
`,
  );
  contents = [1, 0].map((which) => {
    use(which);
    expect(renew().status).toBe(0);
    return read();
  });
  contents = [...contents].reverse();
});

/** Puts one of the two keystores in place. */
function use(which: number): void {
  const store = stores[which] ?? '';
  copyFileSync(join(fixtures, store), at('mail.jks'));
  chmodSync(at('mail.jks'), 0o600);
  writeFileSync(at('password'), expectation(store).storePass ?? '', { mode: 0o600 });
}

const environment = { STATE_DIRECTORY: at('state') };
const command = ['renew', '--config', config, '-q'];
const renew = (more: Record<string, string> = {}) => jks2pem(command, { env: { ...environment, ...more } });
const read = () => outputs.map((files) => files.map((file) => readFileSync(at(file), 'latin1')).join(''));
/** The keystore of each output, by what is in place: 0 or 1; anything else is neither the old nor the new content. */
const inPlace = () => read().map((text, i) => contents.findIndex((of) => of[i] === text));

/** Every file is the whole old or the whole new one, and nobody else can read a key that a killed run has left. */
function requireWhole(): void {
  expect(inPlace()).not.toContain(-1);
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const stats = statSync(at(path), { throwIfNoEntry: false });
    if (!stats?.isFile() || !readFileSync(at(path), 'latin1').includes('PRIVATE KEY')) continue;
    expect([path, stats.mode & 0o077]).toEqual([path, 0]);
  }
}

/** The next run, whose hooks fail: what has a hook's consent stays, the rest is as before the killed run; nothing of it is left. */
function requireAllOrNone(before: number, wanted: number): void {
  const { status, stderr } = renew({ HOOKS_FAIL: 'x' });
  const found = inPlace();
  const kept = found.indexOf(before);
  const accepted = kept < 0 ? outputs.length : kept;
  // Hooks run one after another, so those of the first outputs had succeeded.
  expect(found, stderr.toString()).toEqual(found.map((_, i) => (i < accepted ? wanted : before)));
  expect(status, stderr.toString()).toBe(accepted === outputs.length ? 0 : 4);
  for (const name of directories) {
    const names = readdirSync(at(name)).filter((entry) => entry.startsWith('.jks2pem-work'));
    expect([name, names]).toEqual([name, []]);
  }
  const [mark = ''] = readdirSync(at('state'));
  expect(readdirSync(join(at('state'), mark))).toEqual(['state.json']);
}

/** A run that is killed at the nth call of a name, in any of its threads. @returns whether it was */
function killAt(call: string, place: number): boolean {
  const options = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:signal=SIGKILL:when=${place}`,
  ];
  const env = Object.entries({ ...environment, UV_THREADPOOL_SIZE: '1' }).flatMap(([name, value]) => [
    '-E',
    `${name}=${value}`,
  ]);
  return runTool('strace', [...options, ...env, process.execPath, bin, ...command]).signal === 'SIGKILL';
}

/** The places of calls that change something in our directories, among all calls of this name. */
function ownPlaces(call: string): number[] {
  const log = join(logs, 'calls');
  const options = ['-y', '-qq', '-o', log, '-e', `trace=${call}`];
  const env = Object.entries(environment).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
  expect(runTool('strace', [...options, ...env, process.execPath, bin, ...command]).status).toBe(0);
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(`${call}(`));
  const isOwn = (line: string) =>
    (line.includes(root) || line.includes('/proc/self/fd/')) && (call !== 'openat' || line.includes('O_CREAT'));
  return [...lines.keys()].filter((i) => isOwn(lines[i] ?? '')).map((i) => i + 1);
}

const calls = ['mkdir', 'openat', 'write', 'fchmod', 'fsync', 'link', 'symlink', 'rename', 'unlink', 'rmdir'];
/** Places at which a run is killed for each call. */
const most = effort(3, 1_000);

test.each(calls)(
  'at %s',
  (call) => {
    const [before, wanted] = inPlace()[0] === 0 ? [0, 1] : [1, 0];
    use(wanted);
    const places = ownPlaces(call);
    expect(places.length, call).toBeGreaterThan(0);
    const chosen = new Set(
      Array.from(
        { length: Math.min(most, places.length) },
        (_, i) =>
          places[Math.round((i * (places.length - 1)) / Math.max(1, Math.min(most, places.length) - 1))] as number,
      ),
    );
    let killed = 0;
    let [old, next] = [wanted, before];
    for (const place of chosen) {
      use(next);
      if (killAt(call, place)) killed++;
      requireWhole();
      requireAllOrNone(old, next);
      expect(renew().status).toBe(0);
      expect(inPlace()).toEqual([next, next, next]);
      [old, next] = [next, old];
    }
    expect(killed, call).toBeGreaterThan(0);
  },
  600_000,
);
