import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effort } from '../effort.js';
import { expectation } from '../fixtures.js';
import { jks2pem } from './command.js';
import { CallTracer, ofThreads } from './traced-calls.js';

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

const randomKills = effort(8, 100);

test(`at a random moment of ${randomKills} runs`, async () => {
  const begin = performance.now();
  for (const which of [0, 1]) jks2pem(command(which));
  const duration = (performance.now() - begin) / 2;
  let killed = 0;
  // The first third is the start of Node and the reading of keystores. A run that ends shows that the others may be killed earlier.
  for (let run = 0, latest = duration; killed < randomKills; run++) {
    if (run > 4 * randomKills) throw new Error(`only ${killed} of ${run} runs were killed`);
    const which = other();
    const child = spawn(process.execPath, [bin, ...command(which)], { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    const timer = setTimeout(() => child.kill('SIGKILL'), latest * (0.3 + 0.7 * Math.random()));
    const isKilled = (await ended) === 'SIGKILL';
    clearTimeout(timer);
    if (isKilled) killed++;
    latest = Math.max(duration / 2, latest * (isKilled ? 1.01 : 0.8));
    requireWhole();
    if (isKilled) requireAllOrNone(which);
  }
}, 900_000);

const calls = ['mkdir', 'openat', 'write', 'fsync', ofThreads, 'link', 'rename', 'unlink', 'rmdir'];
const killsBetween = effort(1, 8);

describe('at calls that change a file: the first two, the last two, and some between', () => {
  test.each(calls)(
    '%s',
    (call) => {
      const tracer = new CallTracer(call, out, join(root, 'calls'));
      const { own } = tracer.run(command(other()));
      expect(own.length).toBeGreaterThan(0);
      const last = own.length - 1;
      const between = Array.from({ length: killsBetween }, (_, i) => Math.round((last * (i + 1)) / (killsBetween + 1)));
      const chosen = new Set([0, 1, ...between, last - 1, last].filter((i) => i >= 0 && i <= last));
      let killed = 0;
      for (const i of chosen) {
        const which = other();
        if (tracer.run(command(which), own[i]).isKilled) killed++;
        requireWhole();
        requireAllOrNone(which);
      }
      // The calls by which Node wakes its threads are counted, too, so the last place may not be reached.
      expect(killed).toBeGreaterThan(0);
    },
    300_000,
  );
});
