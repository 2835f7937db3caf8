import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effort } from '../effort.js';
import { expectation } from '../fixtures.js';
import { jks2pem } from './command.js';
import { runTool } from './tool.js';
import { CallTracer, ofThreads } from './traced-calls.js';

/** A power cut cannot be made here, but SIGKILL can: nothing of ours runs after it either. */
const fixtures = new URL('../../fixtures', import.meta.url).pathname;
const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'jks2pem-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stores = ['tomcat.keystore', 'jks/rsa-4096.jks'].map((name) => [
  join(fixtures, name),
  '--storepass',
  `pass:${expectation(name).storePass}`,
]) as [string[], string[]];

interface Layout {
  readonly name: string;
  readonly options: readonly string[];
  readonly files: readonly string[];
  /** What is in the directory when all is done, the number of the set left out. */
  readonly tidy: readonly string[];
}

const certbotFiles = ['cert.pem', 'chain.pem', 'fullchain.pem', 'privkey.pem'];
const layouts: readonly Layout[] = [
  { name: 'bundle', options: [], files: ['a.pem'], tidy: ['a.pem'] },
  {
    name: 'certbot',
    options: ['--layout', 'certbot'],
    files: certbotFiles,
    tidy: ['.jks2pem', '.jks2pem-N', ...certbotFiles],
  },
];

/** One target with the two contents that it may have. */
class Target {
  readonly directory: string;
  readonly out: string;
  readonly contents: readonly (readonly string[])[];

  constructor(
    readonly layout: Layout,
    name: string,
    readonly more: readonly string[] = [],
  ) {
    this.directory = join(folder, name);
    mkdirSync(this.directory);
    this.out = layout.name === 'bundle' ? join(this.directory, 'a.pem') : this.directory;
    this.contents = [1, 0].map((which) => {
      expect(jks2pem(this.command(which)).status).toBe(0);
      return this.read();
    });
  }

  /** The store whose content is not in place. */
  other(): number {
    return this.read().join() === this.contents[0]?.join() ? 0 : 1;
  }

  command(which: number, hook = 'true'): string[] {
    return [
      ...(stores[which] ?? []),
      '-o',
      this.out,
      '-q',
      '--deploy-hook',
      hook,
      ...this.layout.options,
      ...this.more,
    ];
  }

  read(): string[] {
    return this.layout.files.map((file) => readFileSync(join(this.directory, file), 'latin1'));
  }

  /** Whole old or whole new, and nobody else may read any key, wherever a killed run has left it. */
  requireWhole(): void {
    expect(this.contents).toContainEqual(this.read());
    for (const path of readdirSync(this.directory, { recursive: true, encoding: 'utf8' })) {
      const file = join(this.directory, path);
      const stats = existsSync(file) ? statSync(file) : undefined;
      if (!stats?.isFile() || !readFileSync(file, 'latin1').includes('PRIVATE KEY')) continue;
      expect([path, stats.mode & 0o077]).toEqual([path, 0]);
    }
  }

  requireTidy(): void {
    const found = readdirSync(this.directory).map((name) => name.replace(/[0-9a-f]{24}$/, 'N'));
    expect(found.sort()).toEqual(this.layout.tidy);
  }
}

/** Runs the command and kills it after a while; tells whether it had ended before. */
function runAndKill(args: readonly string[], milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code !== null);
    });
  });
}

/** Two layouts, side by side. */
const killsOfEach = effort(25, 250);

describe(`SIGKILL at a random moment of ${2 * killsOfEach} runs`, () => {
  test.concurrent.each(layouts)(
    'leaves the whole old or the whole new $name',
    async (layout) => {
      const target = new Target(layout, `random-${layout.name}`);
      const start = performance.now();
      for (const which of [1, 0]) await runAndKill(target.command(which), 60_000);
      const duration = (performance.now() - start) / 2;
      // A reader that never stops, as servers are.
      let reads = 0;
      const allowed = new Set(target.contents.flat());
      const reader = setInterval(() => {
        for (const content of target.read()) if (!allowed.has(content)) throw new Error('neither old nor new');
        reads++;
      }, 2);
      let killed = 0;
      // The first third is the start of Node, where nothing of ours happens. A run that ends shows that the others may be killed earlier.
      for (let run = 0, latest = duration * 1.1; killed < killsOfEach; run++) {
        if (run > 4 * killsOfEach) throw new Error(`only ${killed} of ${run} runs were killed`);
        const ended = await runAndKill(target.command(target.other()), latest * (0.25 + 0.75 * Math.random()));
        if (!ended) killed++;
        latest = Math.max(duration / 2, latest * (ended ? 0.95 : 1.01));
        target.requireWhole();
      }
      clearInterval(reader);
      expect(reads).toBeGreaterThan(killsOfEach);
      expect(await runAndKill(target.command(0), 60_000)).toBe(true);
      expect(target.read()).toEqual(target.contents[1]);
      target.requireTidy();
    },
    // For a loaded machine; an idle one takes half a minute, and two minutes for the long form.
    effort(600_000, 3_600_000),
  );
});

/** Every call that changes something on disk. For each one of ours, some run has to end with it. */
const calls = ['mkdir', 'openat', 'fchown', 'fchmod', 'write', 'fsync', 'rename', 'unlink', 'rmdir'];
const callsOf = ({ name }: Layout) => [...calls, ...(name === 'certbot' ? ['symlink'] : ['link', ofThreads])];

describe.each(layouts)('SIGKILL at every call that changes a $name', (layout) => {
  let target: Target;
  beforeAll(() => {
    // With a mode asked for, we set the owner of the file with the key; else cp does.
    target = new Target(layout, `every-${layout.name}`, ['--mode', '0600']);
    // Files of another user, so that ownership has to be set, too.
    for (const file of layout.files) chownSync(join(target.directory, file), 4321, 4321);
  });

  test.each(callsOf(layout))('%s', (name) => {
    const tracer = new CallTracer(name, target.directory, join(folder, 'calls'));
    expect(jks2pem(target.command(0)).status).toBe(0);
    const { own: expected } = tracer.run(target.command(1));
    expect(expected.length).toBeGreaterThan(0);
    /** Where each of our calls, by its number, was found in some run. */
    const places = new Map<number, Set<number>>();
    /** Those of our calls that some run has ended with. */
    const endedWith = new Set<number>();
    const killAt = (place: number): boolean => {
      const { own, isKilled, isLastOwn } = tracer.run(target.command(target.other()), place);
      for (const [i, at] of own.entries()) places.set(i, (places.get(i) ?? new Set()).add(at));
      if (isKilled && isLastOwn) endedWith.add(own.length - 1);
      target.requireWhole();
      return isKilled;
    };
    // A run that follows a killed one makes more calls, to take back what that has done: so until one is not killed.
    for (let place = expected[0] as number; killAt(place); place++);
    const every = [...new Set([...expected.keys(), ...endedWith])];
    // One of our calls that came later or earlier in the run that should have ended with it is tried again.
    for (const i of every)
      for (let tries = 0; tries < 10 && !endedWith.has(i); tries++)
        for (const place of places.get(i) ?? expected) if (!endedWith.has(i)) killAt(place);
    expect(every.filter((i) => !endedWith.has(i))).toEqual([]);
    expect(jks2pem(target.command(0)).status).toBe(0);
    expect(target.read()).toEqual(target.contents[1]);
    target.requireTidy();
  });
});

describe('SIGKILL at every call of the first run of the certbot layout', () => {
  const layout = layouts[1] as Layout;
  let target: Target;
  beforeAll(() => {
    target = new Target(layout, 'first-certbot');
  });

  /** What stands there before: nothing, or files that a user has copied. */
  const starts: readonly (readonly [string, boolean])[] = [
    ['an empty directory', false],
    ['a directory with files', true],
  ];

  test.each(starts)('in %s', (_, withFiles) => {
    const old = withFiles ? (target.contents[0] ?? []) : [];
    const reset = () => {
      rmSync(target.directory, { recursive: true });
      mkdirSync(target.directory);
      for (const [i, text] of old.entries())
        writeFileSync(join(target.directory, layout.files[i] ?? ''), text, { mode: 0o600 });
    };
    const found = () =>
      layout.files.flatMap((file) =>
        existsSync(join(target.directory, file)) ? [readFileSync(join(target.directory, file), 'latin1')] : [],
      );
    for (const call of ['mkdir', 'symlink', 'rename', 'fchmod', 'unlink', 'rmdir', ...(withFiles ? ['link'] : [])]) {
      let killed = true;
      for (let when = 1; killed; when++) {
        reset();
        const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${when}`];
        const command = [process.execPath, bin, ...target.command(0)];
        killed = runTool('strace', ['-qq', '-o', '/dev/null', ...inject, ...command]).signal === 'SIGKILL';
        expect([old, target.contents[1]]).toContainEqual(found());
        if (!killed) continue;
        expect(jks2pem(target.command(0)).status).toBe(0);
        expect(found()).toEqual(target.contents[1]);
        target.requireTidy();
      }
    }
  });
});
