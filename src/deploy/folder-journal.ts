import { closeSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderPlace } from './folder-place.js';
import { keepEntry } from './kept-entry.js';
import { syncDirectory } from './staged-file.js';
import { entryExists, isSameFile } from './target.js';
import { makeDirectory, namesIn, removeDirectory } from './work-directory.js';

/**
 * What stood under many names of a directory before they were given to new files, kept until the hook has succeeded for
 * those. See {@link FolderPlace} for what is noted where.
 */
export class FolderJournal {
  /** Names that an earlier run has given to new files, whose hook has not ended. */
  readonly recovered: ReadonlySet<string>;

  /** Takes up what a killed run left; unless a hook is due for it, it is removed. */
  constructor(private readonly place: FolderPlace) {
    removeDirectory(place.staged);
    if (entryExists(place.hookDue)) {
      this.recovered = this.#recover();
      return;
    }
    this.recovered = new Set();
    this.settle();
  }

  /** Keeps what stands under these names, and notes that a hook will be due. */
  async keepOld(names: Iterable<string>): Promise<void> {
    const { work, kept, created, hookDue } = this.place;
    for (const directory of [kept, created]) makeDirectory(directory);
    // Of what a killed run has changed, the state before that is the last that a hook has succeeded for.
    for (const name of names) if (!this.recovered.has(name)) await this.#keep(name);
    closeSync(openSync(hookDue, 'w', 0o600));
    for (const directory of [kept, created, work]) syncDirectory(directory);
  }

  /** For a name that did not change after all. */
  forget(name: string): void {
    for (const note of this.#notesOf(name)) if (entryExists(note)) unlinkSync(note);
  }

  /**
   * Puts everything back that stood there before, and takes away what stands where nothing did.
   * @returns whether something is in place again
   */
  putBack(): boolean {
    const { directory, kept, created } = this.place;
    const old = namesIn(kept);
    for (const name of old) renameSync(join(kept, name), join(directory, name));
    for (const name of namesIn(created)) if (entryExists(join(directory, name))) unlinkSync(join(directory, name));
    syncDirectory(directory);
    return old.length > 0;
  }

  /** Forgets everything. What says that the hook is due goes first: without the rest it could not be undone any more. */
  settle(): void {
    const { hookDue, kept, created, staged } = this.place;
    if (entryExists(hookDue)) unlinkSync(hookDue);
    for (const directory of [kept, created, staged]) removeDirectory(directory);
  }

  async #keep(name: string): Promise<void> {
    const entry = join(this.place.directory, name);
    const [kept, created] = this.#notesOf(name);
    if (entryExists(entry)) await keepEntry(entry, kept);
    else closeSync(openSync(created, 'wx', 0o600));
  }

  /** Which names have changed; of those that have not, nothing needs to be known. */
  #recover(): Set<string> {
    const { directory, kept, created } = this.place;
    const replaced = namesIn(kept).filter((name) => !isSameFile(join(kept, name), join(directory, name)));
    const made = namesIn(created).filter((name) => entryExists(join(directory, name)));
    const changed = new Set([...replaced, ...made]);
    for (const name of [...namesIn(kept), ...namesIn(created)]) if (!changed.has(name)) this.forget(name);
    return changed;
  }

  #notesOf(name: string): readonly [kept: string, created: string] {
    return [join(this.place.kept, name), join(this.place.created, name)];
  }
}
