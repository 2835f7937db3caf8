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
import { expectation } from '../fixtures.js';
import { jks2pem } from './command.js';
import { runTool } from './tool.js';

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

describe('SIGKILL at any moment of 500 runs', () => {
  /** Two layouts, side by side. */
  const runsOfEach = 250;

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
      for (let run = 0; run < runsOfEach; run++) {
        // The first third is the start of Node, where nothing of ours happens.
        const ended = await runAndKill(target.command(target.other()), duration * (0.3 + 0.8 * Math.random()));
        if (!ended) killed++;
        target.requireWhole();
      }
      clearInterval(reader);
      expect(killed).toBeGreaterThan(runsOfEach / 10);
      expect(reads).toBeGreaterThan(runsOfEach);
      expect(await runAndKill(target.command(0), 60_000)).toBe(true);
      expect(target.read()).toEqual(target.contents[1]);
      target.requireTidy();
    },
    // Ten minutes on a loaded machine; half a minute on an idle one.
    600_000,
  );
});

/** Every call that changes something on disk. In each run another one of them is the last thing that the process does. */
const calls = ['mkdir', 'openat', 'fchown', 'fchmod', 'write', 'fsync', 'rename', 'unlink', 'rmdir'];
const callsOf = ({ name }: Layout) => [...calls, name === 'certbot' ? 'symlink' : 'link'];

describe.each(layouts)('SIGKILL at every call that changes a $name', (layout) => {
  let target: Target;
  beforeAll(() => {
    // With a mode asked for, we set the owner of the file with the key; else cp does.
    target = new Target(layout, `every-${layout.name}`, ['--mode', '0600']);
    // Files of another user, so that ownership has to be set, too.
    for (const file of layout.files) chownSync(join(target.directory, file), 4321, 4321);
  });

  test.each(callsOf(layout))('%s', (call) => {
    const log = join(folder, 'calls');
    const trace = (which: number, more: readonly string[] = []) => {
      const options = ['-qq', '-o', log, '-e', `trace=${call}`, ...more];
      return runTool('strace', [...options, process.execPath, bin, ...target.command(which)]);
    };
    expect(jks2pem(target.command(0)).status).toBe(0);
    expect(trace(1).status).toBe(0);
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${call}(`));
    // Node opens and writes for itself before we do.
    const first = lines.findIndex((line) => !/^(?:openat|write)/.test(line) || /O_EXCL|"-----BEGIN/.test(line));
    expect(first).toBeGreaterThanOrEqual(0);
    // Afterwards it may wake its threads once more, or many times.
    const last = lines.findLastIndex((line) => !/^write\(\d+, "\\1(?:\\0)+"/.test(line));
    let killed = 0;
    for (let i = first; i <= last; i++) {
      const inject = `inject=${call}:signal=SIGKILL:when=${i + 1}`;
      if (trace(target.other(), ['-e', inject]).signal === 'SIGKILL') killed++;
      target.requireWhole();
    }
    // Runs differ by a call or two: the ones that come last may not come at all.
    expect(killed).toBeGreaterThan((last + 1 - first) * 0.8);
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
