import { OutputError } from '../errors.js';
import { changed } from './existing-file.js';
import { type JournalEntry, keepOld, markOf } from './journal/journal.js';
import { removeUnusedSets } from './linked-set-directory.js';
import type { Output } from './output.js';
import { Staging } from './staging.js';
import { describeSystemError, isSystemError } from './system-error.js';
import { renameOver } from './windows.js';
import type { WorkDirectory } from './work-directory.js';

/** The part of a transaction that concerns one directory. */
export class DirectoryTransaction {
  readonly staging: Staging;
  readonly #names = new Map<string, string>();
  #hasSet = false;
  /** The entries of this directory's journal. */
  entries: readonly JournalEntry[] = [];

  constructor(readonly work: WorkDirectory) {
    this.staging = new Staging(work);
  }

  /**
   * Writes the new file, or the new set of files, of an output; see {@link Output.stage}.
   * @returns the name of another output with the same destination, if there is one; then nothing is written
   */
  async stage(output: Output, entry: string): Promise<string | undefined> {
    const other = this.#names.get(entry);
    if (other !== undefined) return other;
    this.#names.set(entry, output.name);
    this.#hasSet ||= output.isSet;
    await output.stage(this.work, this.staging);
    return undefined;
  }

  /**
   * Keeps the existing file, if there is one, in the work directory.
   * @returns the journal entry for its replacement
   */
  keepOld(entry: string, hook: string, name: string): JournalEntry {
    const { target, new: staged } = this.work;
    const mark = markOf(staged, entry);
    if (mark === undefined) throw changed(name);
    const replaces = target.stat(entry) !== undefined;
    if (replaces) keepOld(this.work, entry, name);
    return { entry, hook, replaces, mark };
  }

  /** Renames the new file or link to its destination. */
  place(entry: string): void {
    renameOver(this.work.new.at(entry), this.work.target.at(entry));
  }

  /**
   * Syncs the directory, so that the renamed files survive a power failure.
   * @param hasJournal whether there is a journal, by which the caller restores the previous files after an error
   * @throws if the disk fails; without a journal, an {@link OutputError} that says that the new files are in place
   */
  makeDurable(hasJournal: boolean): void {
    const { target } = this.work;
    try {
      target.sync();
    } catch (error) {
      if (hasJournal || !isSystemError(error)) throw error;
      throw new OutputError(
        `${target.name}: the new files are in place, but a power cut may restore the previous ones: ${describeSystemError(error)}`,
        { cause: error, hint: 'check the disk; if it is sound, run sync(1)' },
      );
    }
  }

  close(): void {
    this.staging.close();
    try {
      // While the journal exists, the next run needs the previous files.
      if (this.#hasSet && !this.work.hasJournal) removeUnusedSets(this.work);
    } finally {
      this.work.clearAndUnlock();
    }
  }
}
