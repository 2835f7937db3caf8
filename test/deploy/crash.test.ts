import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Transaction } from '../../src/deploy/transaction.js';
import { workName } from '../../src/deploy/work-directory.js';
import { HookFailedError } from '../../src/errors.js';
import { effort } from '../effort.js';
import { SystemCalls } from './system-calls.js';
import { content, user } from './transaction-runs.js';

const calls = new SystemCalls();
beforeAll(() => calls.install());
afterAll(() => calls.uninstall());

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jks2pem-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** One arrangement of outputs, with the state before the run. */
interface Scene {
  readonly name: string;
  /** Files that are there before, and those that are not. */
  readonly old: readonly string[];
  readonly new: readonly string[];
  /** A file `a/b.pem` of a directory with this name in {@link sets} belongs to a set. */
  readonly sets?: readonly string[];
}

const scenes: readonly Scene[] = [
  { name: 'a file that is replaced', old: ['a.pem'], new: [] },
  { name: 'a first file', old: [], new: ['a.pem'] },
  { name: 'a set over loose files', old: ['live/cert.pem', 'live/privkey.pem'], new: [], sets: ['live'] },
  { name: 'two directories', old: ['mail/a.pem'], new: ['web/b.pem'] },
];

const crashed = new Error('crashed');
const succeeding = () => Promise.resolve();
const failing = () => Promise.reject(new HookFailedError('deploy hook failed'));

function arrange(scene: Scene): void {
  rmSync(root, { recursive: true });
  mkdirSync(root);
  for (const path of [...scene.old, ...scene.new]) mkdirSync(join(root, dirname(path)), { recursive: true });
  for (const path of scene.old) writeFileSync(join(root, path), 'old', { mode: 0o600 });
}

/**
 * Runs a transaction for all outputs, and stops it at a call as SIGKILL would.
 * @returns whether it came that far
 */
async function run(scene: Scene, hook: () => Promise<void>, crashAt = Number.POSITIVE_INFINITY): Promise<boolean> {
  let count = 0;
  calls.reset(root);
  // Nothing here is lost with the power; without waiting for the disk, all crashes can be tried.
  calls.instead = { fsyncSync: () => {}, fsync: (_: never, done: () => void) => setImmediate(done) };
  calls.before = () => {
    if (++count > crashAt) throw crashed;
  };
  const transaction = new Transaction({ user, hasHook: true, isAllOrNothing: true });
  const byDirectory = groupBy([...scene.old, ...scene.new], dirname);
  let failure: unknown;
  try {
    for (const [directory, paths] of byDirectory) {
      const full = join(root, directory);
      const names = paths.map((path) => path.slice(directory.length + 1));
      if (scene.sets?.includes(directory))
        await transaction.putSet(directory, full, new Map(names.map((name) => [name, content('new')])));
      else for (const path of paths) await transaction.put(path, join(root, path), content('new'));
    }
    await transaction.commit();
    await transaction.settle(hook);
  } catch (error) {
    failure = error;
  }
  try {
    transaction.close();
  } catch (error) {
    failure = error;
  }
  calls.before = () => {};
  if (count > crashAt) markClaimsDead();
  else if (failure !== undefined && !(failure instanceof HookFailedError)) throw failure;
  return count <= crashAt;
}

/** Our process lives on; its claims get the number of one that does not. */
function markClaimsDead(): void {
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const match = /^(.*claim-[^-]+-)\d+(-.*)$/.exec(path);
    if (match) renameSync(join(root, path), join(root, `${match[1]}99999999${match[2]}`));
  }
}

/** The content of each file, `none` where there is none. */
function found({ old, new: fresh }: Scene): string[] {
  return [...old, ...fresh].map((path) => {
    const full = join(root, path);
    return statSync(full, { throwIfNoEntry: false }) ? readFileSync(full, 'utf8') : 'none';
  });
}

const oldState = (scene: Scene) => [...scene.old.map(() => 'old'), ...scene.new.map(() => 'none')];
const newState = (scene: Scene) => [...scene.old, ...scene.new].map(() => 'new');
const untidy = () =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /jks2pem-work/.test(path));

/** Whether there is a journal that says what is to be taken back. */
const isUndecided = () =>
  untidy().some((path) => path.endsWith('/journal') && JSON.parse(readFileSync(join(root, path), 'utf8')).isFirst);

/** Each file is what it was or what it is to be. */
function requireWhole(scene: Scene): void {
  const [old, fresh] = [oldState(scene), newState(scene)];
  for (const [i, text] of found(scene).entries()) expect([old[i], fresh[i]]).toContain(text);
}

describe.each(scenes)('a crash at every call, of $name', (scene) => {
  test.each([
    ['a hook that succeeds', succeeding],
    ['a hook that fails', failing],
  ])('is made good by the next run, with %s', async (_, hook) => {
    for (let crashAt = 0, isComplete = false; !isComplete; crashAt += effort(5, 1)) {
      arrange(scene);
      isComplete = await run(scene, succeeding, crashAt);
      if (isComplete) break;
      requireWhole(scene);
      // Once the journal that decides is gone, what was put in place stays.
      const isSettled = !isUndecided() && found(scene).join() === newState(scene).join();
      await run(scene, hook);
      expect(found(scene), `crash at call ${crashAt}`).toEqual(
        hook === succeeding || isSettled ? newState(scene) : oldState(scene),
      );
      expect(untidy()).toEqual([]);
    }
  });

  test('and another one while the next run takes it back, whose hook fails, loses nothing', async () => {
    for (let first = 0, isFirstComplete = false; !isFirstComplete; first += effort(23, 2)) {
      for (let second = 0, isSecondComplete = false; !isSecondComplete; second += effort(13, 2)) {
        arrange(scene);
        isFirstComplete = await run(scene, succeeding, first);
        if (isFirstComplete) break;
        isSecondComplete = await run(scene, failing, second);
        requireWhole(scene);
        await run(scene, succeeding);
        expect(found(scene), `crashes at calls ${first} and ${second}`).toEqual(newState(scene));
        expect(untidy()).toEqual([]);
      }
    }
  });
});

describe.each(['a file that is replaced', 'two directories'])(
  'a crash of a run for which the usual name was taken, of %s',
  (name) => {
    const scene = scenes.find((each) => each.name === name) as Scene;
    const names = () =>
      [...groupBy([...scene.old, ...scene.new], dirname).keys()].map((each) => join(root, each, workName));
    /** A file in the place of the work directory, as another user can make it. */
    const takeNames = () => {
      for (const path of names()) writeFileSync(path, '');
    };
    const freeNames = () => {
      for (const path of names()) rmSync(path);
    };

    test.each(['is still taken', 'is free again'])('is made good by the next run when the name %s', async (state) => {
      for (let crashAt = 0; ; crashAt += effort(5, 1)) {
        arrange(scene);
        takeNames();
        if (await run(scene, succeeding, crashAt)) break;
        const isSettled = !isUndecided() && found(scene).join() === newState(scene).join();
        if (state === 'is free again') freeNames();
        await run(scene, failing);
        expect(found(scene), `crash at call ${crashAt}`).toEqual(isSettled ? newState(scene) : oldState(scene));
        if (state === 'is still taken') freeNames();
        expect(untidy()).toEqual([]);
      }
    });
  },
);

function groupBy(paths: readonly string[], key: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) groups.set(key(path), [...(groups.get(key(path)) ?? []), path]);
  return groups;
}
