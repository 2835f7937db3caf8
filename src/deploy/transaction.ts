import { OutputError } from '../errors.js';
import { DirectoryOpener, type Place } from './directory/directory-opener.js';
import type { DirectoryTransaction } from './directory-transaction.js';
import { type FileContent, wipeContents } from './file-content.js';
import type { JournalEntry, Undone } from './journal/journal.js';
import { SharedJournal } from './journal/shared-journal.js';
import { LockedDirectories } from './locked-directories.js';
import type { Output } from './output.js';
import { runHookOrUndo } from './run-hook-or-undo.js';
import { SingleFileOutput } from './single-file-output.js';
import { describing, toOutputError } from './system-error.js';
import { changesOf, type Item, type NewDirectory, type StagedPlace } from './transaction-item.js';
import type { TransactionOptions } from './transaction-options.js';
import { WorkDirectory } from './work-directory.js';

/**
 * Writes files into one directory or several, as one transaction; only one run at a time can write into a directory. Each changed file is
 * written and synced in a work directory inside the directory of its destination. {@link commit} then renames all of them, and {@link settle}
 * runs the hooks. If a hook fails, the previous files of its outputs are restored. If a run is killed before its hooks have succeeded, the
 * next run in these directories restores the previous files. README.md in this directory describes the states and the threat model.
 */
export class Transaction {
  readonly #opener: DirectoryOpener;
  readonly #items = new Map<string, Item>();
  /** The directory and the entry of each item that was staged. */
  readonly #staged = new Map<Item, StagedPlace>();
  readonly #directories: LockedDirectories;
  #journal: SharedJournal | undefined;

  /** @throws {OutputError} if the main directory cannot be used */
  constructor(private readonly options: TransactionOptions) {
    this.#opener = new DirectoryOpener(options.user, options.onUnsafe, options.usesHandles);
    this.#directories = new LockedDirectories(this.#opener, options);
  }

  /**
   * Adds a file, which is written if the existing one is not current ({@link ExistingFile.isCurrent}). Fills `wanted.content` with zeros after use.
   * @param id identifies the output in {@link changesOf} and {@link failureOf}
   * @param hook identifies the hook that runs after the file was replaced; see {@link settle}
   * @param directory a directory that is created for the file if it is missing
   * @throws {OutputError} if the file cannot be replaced
   */
  put(id: string, path: string, wanted: FileContent, hook = '', directory?: NewDirectory): Promise<void> {
    return this.#add(
      { id, hook, directory },
      path,
      [wanted],
      () => new SingleFileOutput(path, wanted, this.#opener, this.#isMissing(directory)),
    );
  }

  putSet(
    id: string,
    path: string,
    files: ReadonlyMap<string, FileContent>,
    hook = '',
    directory?: NewDirectory,
  ): Promise<void> {
    return this.#add({ id, hook, directory }, path, [...files.values()], async () => {
      const { LinkedSetOutput } = await import('./linked-set-output.js');
      return new LinkedSetOutput(path, files, this.#opener, this.#isMissing(directory));
    });
  }

  /** False after locking a directory has failed. */
  get isUsable(): boolean {
    return this.#directories.isUsable;
  }

  /** The files of all outputs that change or have changed, also if the previous ones were restored after a failed hook. */
  get changes(): readonly string[] {
    return [...this.#items.values()].flatMap((item) => changesOf(item));
  }

  changesOf(id: string): readonly string[] {
    return changesOf(this.#items.get(id));
  }

  /** Returns the error because of which an output was not written; undefined if there is none. */
  failureOf(id: string): unknown {
    return this.#items.get(id)?.failure;
  }

  /**
   * Renames the new files to their destinations. Without hooks, this completes the transaction; with hooks, {@link settle} completes it.
   * @throws {OutputError} if the whole transaction fails; {@link close} restores files that were replaced, if there is a journal
   */
  async commit(): Promise<void> {
    if (!this.options.dryRun) await describing(this.#name, () => this.#commit());
  }

  /**
   * Runs a hook if one of its outputs has changed. When it has succeeded, or if `runHook` is missing, these outputs are final.
   * @throws {HookFailedError} if the hook failed; the previous files of its outputs are restored then
   * @throws {TypeError} if there is a hook, but the option `hasHook` is not true
   */
  async settle(runHook?: () => Promise<void>, hook = ''): Promise<void> {
    if (runHook && !this.options.hasHook) throw new TypeError('settle: a hook needs a transaction with hasHook');
    const items = this.#inState('placed').filter((item) => item.hook === hook);
    const journal = this.#journal;
    // With hooks, commit() places no file without a journal; without hooks, its files are final already.
    if (items.length === 0 || journal === undefined) return;
    await describing(this.#name, async () => {
      if (runHook) await runHookOrUndo(runHook, () => this.#undo(journal, items));
      this.#keep(items);
    });
  }

  /** Replaces the caller's record in the state directory. Without a state directory, nothing is recorded. */
  writeRecord(content: Uint8Array): void {
    this.#directories.state?.writeRecord(content);
  }

  /** Ends the transaction. If there is a journal, restores the previous files of outputs that are not final. */
  close(): void {
    try {
      try {
        const placed = this.#inState('placed');
        if (this.#journal && placed.length > 0) this.#undo(this.#journal, placed);
      } finally {
        for (const { output } of this.#items.values()) wipeContents(output.contents);
        this.#directories.close();
      }
    } catch (error) {
      // If the journal still exists, the next run restores the previous files.
      throw toOutputError(error, this.#name);
    }
  }

  /** The name of the transaction in messages. */
  get #name(): string {
    const [first] = this.#items.values();
    return this.options.directory?.path ?? first?.output.name ?? '';
  }

  async #commit(): Promise<void> {
    const { hasHook, isAllOrNothing } = this.options;
    this.options.signal?.throwIfAborted();
    await this.#directories.enterState(this.#inState('waiting').length > 0);
    await this.#stageWaiting();
    for (const { staging } of this.#directories.all) await staging.synced();
    for (const [item, { changes, entry }] of this.#placesInState('staged'))
      if (changes.staging.failures.has(entry)) this.#fail(item, changes.staging.failures.get(entry));
    this.options.signal?.throwIfAborted();
    const staged = this.#placesInState('staged');
    if (hasHook || (isAllOrNothing && staged.length > 1)) this.#writeJournals(staged);
    this.#placeAll();
    if (!hasHook) this.#keep(this.#inState('placed'));
  }

  async #add(
    item: Pick<Item, 'id' | 'hook' | 'directory'>,
    path: string,
    contents: readonly FileContent[],
    make: () => Output | Promise<Output>,
  ): Promise<void> {
    try {
      const output = await make();
      const added: Item = { ...item, output, changed: output.paths, state: 'waiting' };
      this.#items.set(item.id, added);
      await this.#begin(added);
      if (added.state === 'staged' || added.state === 'waiting') return;
    } catch (error) {
      this.#items.delete(item.id);
      wipeContents(contents);
      throw toOutputError(error, path);
    }
    wipeContents(contents);
  }

  async #begin(item: Item): Promise<void> {
    const { output } = item;
    const { dryRun, user } = this.options;
    const target = output.place?.directory;
    const isLocked = target !== undefined && this.#directories.has(target);
    const isInUse = dryRun ? WorkDirectory.isInUse : WorkDirectory.mayBeInUse;
    const isOthers = target !== undefined && !isLocked && isInUse(target, user);
    item.changed = await output.outdated();
    // If the directory is in use, another run may be about to change the files, or was killed before its hook succeeded.
    if (item.changed.length === 0 && (dryRun || !isOthers)) item.state = 'unchanged';
    else if (dryRun) {
      // If another run uses the directory, its work directory may contain a second hard link to the file, which would be refused.
      if (!isOthers) output.requireReplaceable(user);
      item.state = 'previewed';
    } else if (!output.isSet && this.#directories.canBeLockedEarly(target))
      await this.#stage(item, output.place ?? this.#locate(item), isLocked);
  }

  /**
   * @param isCompared whether the existing files were compared under the lock; without the lock, other runs and the recovery could change them
   */
  async #stage(item: Item, { directory, entry }: Place, isCompared = false): Promise<void> {
    const { output } = item;
    const changes = await this.#directories.enter(directory);
    if (!isCompared) item.changed = await output.outdated();
    item.state = 'unchanged';
    if (item.changed.length === 0) return;
    const other = await changes.stage(output, entry);
    if (other !== undefined) throw new OutputError(`${output.name}: would be written to the same place as ${other}`);
    this.#staged.set(item, { changes, entry });
    item.state = 'staged';
  }

  /** Stages the waiting outputs. Locks their directories in the order of device and inode; see {@link LockedDirectories}. */
  async #stageWaiting(): Promise<void> {
    const located: [Item, Place][] = [];
    for (const item of this.#inState('waiting'))
      await this.#attempt(item, () => void located.push([item, this.#locate(item)]));
    const statsOf = ([, { directory }]: [Item, Place]) => directory.stats;
    located.sort((a, b) => statsOf(a).dev - statsOf(b).dev || statsOf(a).ino - statsOf(b).ino);
    for (const [item, place] of located) await this.#attempt(item, () => this.#stage(item, place));
  }

  #locate({ output, directory }: Item): Place {
    this.#directories.makeMain();
    if (directory) this.#opener.make(directory.path, directory.mode);
    return output.locate();
  }

  #isMissing(directory: NewDirectory | undefined): boolean {
    if (this.#directories.isMissing) return true;
    if (directory === undefined || this.#opener.find(directory.path) !== undefined) return false;
    this.#opener.requireAbove(directory.path);
    return true;
  }

  #writeJournals(staged: readonly (readonly [Item, StagedPlace])[]): void {
    const entries = new Map<DirectoryTransaction, JournalEntry[]>();
    for (const [item, { changes, entry }] of staged) {
      try {
        const kept = changes.keepOld(entry, item.hook, item.output.name);
        entries.set(changes, [...(entries.get(changes) ?? []), kept]);
      } catch (error) {
        this.#fail(item, error);
      }
    }
    for (const [changes, list] of entries) changes.entries = list;
    // A run that recovers these directories locks them in the order of the journal. All runs must use the same order (LockedDirectories).
    const changed = [...this.#directories.all].filter((changes) => entries.has(changes));
    this.#journal = SharedJournal.write(changed, this.#directories.state?.changes);
  }

  #placeAll(): void {
    for (const [item, { changes, entry }] of this.#placesInState('staged')) {
      try {
        changes.place(entry);
        item.state = 'placed';
      } catch (error) {
        this.#fail(item, error);
      }
    }
    const changed = new Set(this.#placesInState('placed').map(([, { changes }]) => changes));
    for (const changes of changed) changes.makeDurable(this.#journal !== undefined);
  }

  #undo(journal: SharedJournal, items: readonly Item[]): Undone {
    const hooks = new Set(items.map(({ hook }) => hook));
    const undone = journal.undo(hooks);
    for (const hook of hooks) journal.settle(hook);
    for (const item of items) item.state = 'undone';
    return undone;
  }

  #keep(items: readonly Item[]): void {
    for (const hook of new Set(items.map((item) => item.hook))) this.#journal?.settle(hook);
    for (const item of items) item.state = 'kept';
  }

  #inState(state: Item['state']): Item[] {
    return [...this.#items.values()].filter((item) => item.state === state);
  }

  #placesInState(state: Item['state']): (readonly [Item, StagedPlace])[] {
    return this.#inState(state).flatMap((item) => {
      const place = this.#staged.get(item);
      return place === undefined ? [] : [[item, place] as const];
    });
  }

  async #attempt(item: Item, action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#fail(item, error);
    }
  }

  /** Records the error of an output. Throws it if it is not an error of writing (an OutputError), or if all outputs must succeed. */
  #fail(item: Item, error: unknown): void {
    const failure = toOutputError(error, item.output.name);
    if (!(failure instanceof OutputError) || this.options.isAllOrNothing) throw failure;
    item.state = 'failed';
    item.changed = [];
    item.failure = failure;
  }
}
