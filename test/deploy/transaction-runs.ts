import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileContent } from '../../src/deploy/file-content.js';
import { Transaction } from '../../src/deploy/transaction.js';
import type { TransactionOptions } from '../../src/deploy/transaction-options.js';
import { HookFailedError } from '../../src/errors.js';

export interface RunOptions extends Partial<Omit<TransactionOptions, 'hasHook'>> {
  readonly runHook?: () => Promise<void>;
  /** Called when the new files are in place, before the hook. */
  readonly onPlaced?: () => void;
}

/** The user of the tests, as the command gives it. */
export const user = process.geteuid?.();

/**
 * Makes the directories `mail` and `web`. `mail` is locked first: it gets the smaller inode number, which is not always that of the
 * directory that is made first.
 */
export function makeMailAndWeb(root: string): void {
  const made = ['first', 'second'].map((name) => join(root, name));
  for (const path of made) mkdirSync(path);
  made.sort((a, b) => statSync(a).ino - statSync(b).ino);
  for (const name of ['mail', 'web']) renameSync(made.shift() as string, join(root, name));
}

/** Runs a transaction with one output. @returns the files that changed */
export function deployFile(path: string, wanted: FileContent, options: RunOptions = {}): Promise<readonly string[]> {
  return run(options, (transaction) => transaction.put('only', path, wanted));
}

export function deploySet(
  path: string,
  files: ReadonlyMap<string, FileContent>,
  options: RunOptions = {},
): Promise<readonly string[]> {
  return run(options, (transaction) => transaction.putSet('only', path, files));
}

async function run(
  { runHook, onPlaced, ...options }: RunOptions,
  put: (transaction: Transaction) => Promise<void>,
): Promise<readonly string[]> {
  const transaction = new Transaction({ user, isAllOrNothing: true, ...options, hasHook: runHook !== undefined });
  try {
    await put(transaction);
    await transaction.commit();
    onPlaced?.();
    await transaction.settle(runHook);
    return transaction.changes;
  } finally {
    transaction.close();
  }
}

/** A hook that notes what it finds, and fails the first times. */
export function failingHook<T>(
  times: number,
  look: () => T,
): { readonly found: T[]; readonly runHook: () => Promise<void> } {
  const found: T[] = [];
  const runHook = async () => {
    found.push(look());
    if (found.length <= times) throw new HookFailedError('deploy hook failed with exit code 1');
  };
  return { found, runHook };
}

/** Content for a transaction, which wipes it. */
export function content(text: string, rights: Partial<Omit<FileContent, 'content'>> = {}): FileContent {
  return { content: new Uint8Array(Buffer.from(text)), holdsKey: true, defaultMode: 0o600, ...rights };
}
