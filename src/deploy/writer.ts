import { OutputError } from '../errors.js';
import { changed } from './existing-file.js';
import { type JournalEntry, keepOld, markOf } from './journal/journal.js';
import type { Output } from './output.js';
import { removeUnusedSets } from './set-directory.js';
import { Staging } from './staging.js';
import { describeSystemError, isSystemError } from './system-error.js';
import { renameOver } from './windows.js';
import type { WorkDirectory } from './work-directory.js';

/** What a transaction does in one directory. */
export class Writer {
  readonly staging: Staging;
  readonly #names = new Map<string, string>();
  #hasSet = false;
  /** What is written in the journal of this directory. */
  entries: readonly JournalEntry[] = [];

  constructor(readonly work: WorkDirectory) {
    this.staging = new Staging(work);
  }

  /**
   * Makes the new entry.
   * @returns the name of another output that goes to the same place
   */
  async stage(output: Output, entry: string): Promise<string | undefined> {
    const other = this.#names.get(entry);
    if (other !== undefined) return other;
    this.#names.set(entry, output.name);
    this.#hasSet ||= output.isSet;
    await output.stage(this.work, this.staging);
    return undefined;
  }

  /** Keeps what is in place, and tells what the journal has to hold. */
  keepOld(entry: string, hook: string, name: string): JournalEntry {
    const { target, new: staged } = this.work;
    const mark = markOf(staged, entry);
    if (mark === undefined) throw changed(name);
    const replaces = target.stat(entry) !== undefined;
    if (replaces) keepOld(this.work, entry, name);
    return { entry, hook, replaces, mark };
  }

  /** The one step that replaces an entry. */
  place(entry: string): void {
    renameOver(this.work.new.at(entry), this.work.target.at(entry));
  }

  /**
   * Makes the new names durable.
   * @param canBeTakenBack whether there is a journal
   * @throws {OutputError} if the disk fails and they cannot be taken back
   */
  makeDurable(canBeTakenBack: boolean): void {
    const { target } = this.work;
    try {
      target.sync();
    } catch (error) {
      if (canBeTakenBack || !isSystemError(error)) throw error;
      throw new OutputError(
        `${target.name}: the new files are in place, but a power cut may bring the old ones back: ${describeSystemError(error)}`,
        { cause: error, hint: 'check the disk; if it is sound, run sync(1)' },
      );
    }
  }

  close(): void {
    this.staging.close();
    try {
      // If the journal is still there, the next run needs what is kept.
      if (this.#hasSet && !this.work.hasJournal) removeUnusedSets(this.work);
    } finally {
      this.work.leave();
    }
  }
}
