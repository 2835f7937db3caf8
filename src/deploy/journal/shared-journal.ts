import { randomName } from '../../crypto/random-name.js';
import type { DirectoryTransaction } from '../directory-transaction.js';
import { removeJournal, type Undone, undo, writeJournal } from './journal.js';

/**
 * The journals of a transaction, one in each directory. The main journal is in the state directory, or, without one, in the output
 * directory that was locked first. It contains the hooks that have not succeeded yet; it is written last and removed first.
 */
export class SharedJournal {
  readonly #id = randomName();
  #pending: readonly string[];

  private constructor(
    private readonly first: DirectoryTransaction,
    private readonly others: readonly DirectoryTransaction[],
    hooks: Iterable<string>,
  ) {
    this.#pending = [...new Set(hooks)];
  }

  /**
   * Syncs the directories that contain the previous files, and then writes and syncs the journals.
   * @param all the directories in which entries are replaced
   * @param state the directory of the main journal; default: the first of `all`
   * @returns undefined if no entry is replaced
   */
  static write(all: readonly DirectoryTransaction[], state?: DirectoryTransaction): SharedJournal | undefined {
    const [firstChanged] = all;
    if (firstChanged === undefined) return undefined;
    const first = state ?? firstChanged;
    const others = all.filter((changes) => changes !== first);
    const hooks = [first, ...others].flatMap(({ entries }) => entries.map(({ hook }) => hook));
    const journal = new SharedJournal(first, others, hooks);
    for (const { work, entries } of journal.#all) if (entries.some(({ replaces }) => replaces)) work.old.sync();
    const paths = others.map(({ work }) => work.target.realPath());
    for (const { work, entries } of others)
      writeJournal(work, {
        id: journal.#id,
        entries,
        pending: [],
        others: [first.work.target.realPath()],
        isFirst: false,
      });
    journal.#writeFirst(paths);
    return journal;
  }

  /** Restores the previous files of the outputs of these hooks. */
  undo(hooks: ReadonlySet<string>): Undone {
    const parts = this.#all.map(({ work, entries }) =>
      undo(
        work,
        entries.filter(({ hook }) => hooks.has(hook)),
      ),
    );
    return {
      isRestored: parts.some(({ isRestored }) => isRestored),
      isRemoved: parts.some(({ isRemoved }) => isRemoved),
      skipped: parts.flatMap(({ skipped }) => skipped),
    };
  }

  /** Records that the outputs of a hook are final, or were restored. After the last hook, removes the journals. */
  settle(hook: string): void {
    this.#pending = this.#pending.filter((pending) => pending !== hook);
    if (this.#pending.length > 0) this.#writeFirst(this.others.map(({ work }) => work.target.realPath()));
    else for (const { work } of this.#all) removeJournal(work);
  }

  get #all(): readonly DirectoryTransaction[] {
    return [this.first, ...this.others];
  }

  #writeFirst(others: readonly string[]): void {
    const { work, entries } = this.first;
    writeJournal(work, { id: this.#id, entries, pending: this.#pending, others, isFirst: true });
  }
}
