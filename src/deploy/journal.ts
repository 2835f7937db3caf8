import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Exchange } from './exchange.js';
import { keepEntry } from './kept-entry.js';
import { syncDirectory } from './staged-file.js';
import { entryExists } from './target.js';

/** Everything a run may leave in the work directory, but for claims. Links made to be renamed are called `link-…`. */
const ownNames = /^(?:new|old|hook-due|link-[0-9a-f]+)$/;

/**
 * How far a change has come, told by what stands in the work directory, so that it can be taken up after a crash:
 *
 * - `new`: made, not yet in place; `old`: what was in its place, kept until the hook has succeeded;
 * - `hook-due`: the hook has to run for what is in place, if `new` is gone; holds `replaced` or `created`.
 */
export class Journal {
  constructor(private readonly exchange: Exchange) {}

  get newPath(): string {
    return this.#path('new');
  }

  /** Whether an earlier run put something in place and was killed before its hook had ended. If not, what it left is removed. */
  recover(): boolean {
    if (entryExists(this.#path('hook-due')) && !entryExists(this.newPath)) return true;
    this.clear();
    return false;
  }

  /** Keeps what is in place, and notes that a hook will be due: a second name for it, so that to put it back takes no space. */
  async keepOld(): Promise<void> {
    const replaced = entryExists(this.exchange.entry);
    if (replaced) await keepEntry(this.exchange.entry, this.#path('old'));
    const fd = openSync(this.#path('hook-due'), 'wx', 0o600);
    writeSync(fd, replaced ? 'replaced' : 'created');
    fsyncSync(fd);
    closeSync(fd);
    syncDirectory(this.exchange.work);
  }

  /** The one step. */
  exchangeNow(): void {
    renameSync(this.newPath, this.exchange.entry);
    syncDirectory(dirname(this.exchange.entry));
  }

  /**
   * Undoes the step.
   * @returns whether something is in place again
   */
  putBack(): boolean {
    const { entry } = this.exchange;
    if (entryExists(this.#path('old'))) renameSync(this.#path('old'), entry);
    else if (readFileSync(this.#path('hook-due'), 'latin1') === 'created' && entryExists(entry)) unlinkSync(entry);
    syncDirectory(dirname(entry));
    return entryExists(entry);
  }

  /** Where the kept entry leads, if it is a link. */
  get oldLink(): string | undefined {
    const old = this.#path('old');
    return entryExists(old) && lstatSync(old).isSymbolicLink() ? readlinkSync(old) : undefined;
  }

  /** Forgets everything. What says that the hook is due goes first: without `old` it could not be undone any more. */
  clear(): void {
    const names = readdirSync(this.exchange.work).filter((name) => ownNames.test(name));
    for (const name of names.sort()) unlinkSync(this.#path(name));
  }

  #path(name: string): string {
    return join(this.exchange.work, name);
  }
}
