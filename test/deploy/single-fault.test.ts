import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Transaction } from '../../src/deploy/transaction.js';
import { SystemCalls, systemError } from './system-calls.js';
import { content, user } from './transaction-runs.js';

/* Every call that changes something fails once with EIO, while all other calls succeed. */

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => {
  calls.reset('/nonexistent');
  rmSync(root, { recursive: true });
});

/** Creates an output directory with an existing file. */
function arrange(name: string): string {
  const directory = join(root, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'a.pem'), 'old', { mode: 0o600 });
  return directory;
}

interface Outcome {
  readonly error: unknown;
  readonly failed: string | undefined;
  readonly contents: readonly Uint8Array[];
}

/** Writes `a.pem`, as a set or alone. @param at the number of the call that fails */
async function deploy(
  directory: string,
  isSet: boolean,
  hasHook: boolean,
  at = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  let failed: string | undefined;
  let count = 0;
  calls.reset(directory);
  calls.instead = { fsyncSync: () => {}, fsync: (_: never, done: () => void) => setImmediate(done) };
  calls.before = (call) => {
    if (count++ !== at) return;
    failed = call;
    throw systemError('EIO', call.split(' ')[0] ?? '');
  };
  const wanted = content('new');
  let error: unknown;
  const transaction = new Transaction({ user, hasHook, isAllOrNothing: true });
  try {
    if (isSet) await transaction.putSet('a', directory, new Map([['a.pem', wanted]]));
    else await transaction.put('a', join(directory, 'a.pem'), wanted);
    await transaction.commit();
    await transaction.settle(hasHook ? async () => {} : undefined);
  } catch (thrown) {
    error = thrown;
  }
  try {
    transaction.close();
  } catch (thrown) {
    error ??= thrown;
  }
  return { error, failed, contents: [wanted.content] };
}

/** The files below the directory that this process has open. */
const openFiles = (directory: string) =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(directory) ? [path] : [];
    } catch {
      // The descriptor that listed the directory is closed already.
      return [];
    }
  });

test.each([
  ['a file', false, false],
  ['a file with a hook', false, true],
  ['a set with a hook', true, true],
])(
  '%s: a failing call is reported, leaves a whole file, no open file and no secret, and the next run succeeds',
  async (_, isSet, hasHook) => {
    for (let at = 0; ; at++) {
      const directory = arrange(String(at));
      const { error, failed, contents } = await deploy(directory, isSet, hasHook, at);
      if (failed === undefined) break;
      const text = readFileSync(join(directory, 'a.pem'), 'utf8');
      const isReplaced = /^(?:write \S*claim|rmdir|unlink|fsync)/.test(failed) ? ['old', 'new'] : ['old'];
      expect(error === undefined ? ['new'] : isReplaced, failed).toContain(text);
      if (error !== undefined)
        expect(error, failed).toMatchObject({ code: 'ERR_OUTPUT', message: expect.stringContaining('made up') });
      expect(
        contents[0]?.every((byte) => byte === 0),
        failed,
      ).toBe(true);
      expect(openFiles(directory), failed).toEqual([]);
      // A disk that is full at the first call leaves nothing.
      if (failed.startsWith('create') && failed.endsWith('claim')) expect(readdirSync(directory)).toEqual(['a.pem']);
      // This process lives, so that its claim would be respected.
      if (failed.startsWith('unlink') && failed.endsWith('claim')) continue;
      expect((await deploy(directory, isSet, hasHook)).error, failed).toBeUndefined();
      expect(readFileSync(join(directory, 'a.pem'), 'utf8'), failed).toBe('new');
      expect(
        readdirSync(directory).filter((name) => name.includes('work')),
        failed,
      ).toEqual([]);
      expect(statSync(join(directory, 'a.pem')).mode & 0o7777, failed).toBe(0o600);
    }
  },
);
