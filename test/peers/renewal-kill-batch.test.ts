import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectation } from '../fixtures.js';
import { jks2pem } from './command.js';
import { runTool } from './tool.js';

/** SIGKILL in the middle of a batch of 50 keystores with a hook. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'jks2pem-kill-batch-'));
afterAll(() => rmSync(root, { recursive: true }));

const count = 50;
const out = join(root, 'out');
const names = Array.from({ length: count }, (_, i) => `k${`${i}`.padStart(2, '0')}`);
/** Two directories of keystores with the same names and different contents. */
const stores = ['tomcat.keystore', 'jks/ec-p256.jks'].map((fixture, i) => {
  const directory = join(root, `stores${i}`);
  mkdirSync(directory);
  for (const name of names) copyFileSync(join(fixtures, fixture), join(directory, `${name}.jks`));
  return { directory, password: expectation(fixture).storePass ?? '' };
});

function command(which: number, hook = 'true'): string[] {
  const { directory, password } = stores[which] as (typeof stores)[number];
  const keystores = names.map((name) => join(directory, `${name}.jks`));
  return [...keystores, '--storepass', `pass:${password}`, '--output-dir', out, '-q', '--deploy-hook', hook];
}

const read = () => names.map((name) => readFileSync(join(out, `${name}.pem`), 'latin1'));
let contents: readonly string[];
beforeAll(() => {
  contents = [0, 1].map((which) => {
    expect(jks2pem(command(which)).status).toBe(0);
    const [first = '', ...others] = new Set(read());
    expect(others).toEqual([]);
    return first;
  });
});

/** The keystores whose content is not in place. */
const other = () => (read()[0] === contents[0] ? 1 : 0);

/** Each file is the whole old or the whole new one, and no other user can read anything that was left. */
function requireWhole(): void {
  for (const text of read()) expect(contents).toContain(text);
  for (const path of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const stats = statSync(join(out, path), { throwIfNoEntry: false });
    if (stats?.isFile()) expect(stats.mode & 0o077, path).toBe(0);
  }
}

/** The next run, whose hook fails: all files are as they were before the killed run, or, if that was done, as it left them. */
function requireAllOrNone(which: number): void {
  expect([0, 4]).toContain(jks2pem(command(which, 'false')).status);
  expect(new Set(read()).size).toBe(1);
  expect(readdirSync(out).sort()).toEqual(names.map((name) => `${name}.pem`));
}

test('at a random moment of 60 runs', async () => {
  const begin = performance.now();
  for (const which of [0, 1]) jks2pem(command(which));
  const duration = (performance.now() - begin) / 2;
  let killed = 0;
  for (let run = 0; run < 60; run++) {
    const which = other();
    const child = spawn(process.execPath, [bin, ...command(which)], { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    // The first third is the start of Node and the reading of keystores.
    const timer = setTimeout(() => child.kill('SIGKILL'), duration * (0.3 + 0.7 * Math.random()));
    if ((await ended) === 'SIGKILL') killed++;
    clearTimeout(timer);
    requireWhole();
    requireAllOrNone(which);
  }
  expect(killed).toBeGreaterThan(10);
}, 600_000);

const calls = ['mkdir', 'openat', 'write', 'fsync', 'link', 'rename', 'unlink', 'rmdir'];

describe('at calls that change a file: the first ones, the last ones, and some between', () => {
  test.each(calls)(
    '%s',
    (call) => {
      const log = join(root, 'calls');
      const trace = (which: number, more: readonly string[] = []) =>
        runTool('strace', [
          ...['-f', '-qq', '-o', log, '-e', `trace=${call}`, ...more],
          ...[process.execPath, bin, ...command(which)],
        ]);
      expect(trace(other()).status).toBe(0);
      const lines = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.includes(`${call}(`));
      const isOurs = (line: string) => /\/proc\/self\/fd\/|fsync\(|"-----BEGIN/.test(line);
      const [first, last] = [lines.findIndex(isOurs), lines.findLastIndex(isOurs)];
      expect(first).toBeGreaterThanOrEqual(0);
      const steps = 10;
      const chosen = new Set(
        Array.from({ length: steps }, (_, i) => first + Math.round(((last - first) * i) / (steps - 1))),
      );
      for (const edge of [first + 1, last - 1]) if (edge >= first && edge <= last) chosen.add(edge);
      let killed = 0;
      for (const i of chosen) {
        const which = other();
        if (trace(which, ['-e', `inject=${call}:signal=SIGKILL:when=${i + 1}`]).signal === 'SIGKILL') killed++;
        requireWhole();
        requireAllOrNone(which);
      }
      // Calls of several threads are counted by thread, so some do not come.
      expect(killed).toBeGreaterThan(0);
    },
    300_000,
  );
});
