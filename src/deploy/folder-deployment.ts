import { realpathSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../errors.js';
import { isAtWork, preview } from './deployment.js';
import type { Exchange } from './exchange.js';
import { FileExchange } from './file-exchange.js';
import { FolderListing } from './folder-listing.js';
import { type OnTrial, runOrUndo } from './hook-trial.js';
import { syncDirectory } from './staged-file.js';
import { readStanding } from './standing-file.js';
import { describing, toOutputError } from './system-error.js';
import { type FileContent, requireOneName } from './target.js';
import { TargetsApart } from './targets-apart.js';
import { Workshop } from './workshop.js';

export interface FolderOptions {
  /** Permission bits of the directory, if it is missing; only the last part of its path is made. */
  readonly directoryMode: number;
  /** Writes nothing. */
  readonly dryRun: boolean;
  /** Whether a hook is to come, after which what was there may be wanted again. */
  readonly hasHook: boolean;
  /** Ends the wait for another run, and the work before anything is in place. */
  readonly signal: AbortSignal;
}

/**
 * Puts many files of one directory in place, by one run at a time. First all that differs is made, complete and synced,
 * beside its place; then {@link commit} renames it, each file in one step; then the hook is run, once, and if it fails
 * everything comes back. A file that cannot be replaced keeps none of the others from it.
 *
 * To lock, sync and clear up for each file, as for a single one, takes several times as long as to convert it. What a
 * killed run leaves is brought to its end or cleared away by the next one for the same directory.
 */
export class FolderDeployment {
  #workshop: Workshop | undefined;
  #listing: FolderListing;
  /** Names that new files are made for. */
  readonly #staged = new Set<string>();
  readonly #apart = new TargetsApart();
  readonly #changes = new Map<string, readonly string[]>();
  readonly #failures = new Map<string, unknown>();
  #isUsable = true;

  private constructor(
    private readonly name: string,
    private readonly options: FolderOptions,
  ) {
    this.#listing = new FolderListing(name);
  }

  /** @throws {OutputError} if this is no directory, or another run does not end */
  static open(name: string, options: FolderOptions): Promise<FolderDeployment> {
    return describing(name, async () => {
      const deployment = new FolderDeployment(name, options);
      if (deployment.#listing.isInUse && !options.dryRun) await deployment.#open();
      return deployment;
    });
  }

  /** False once it has turned out that nothing can be changed in this directory. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Mode of a file that is there. */
  modeOf(name: string): number | undefined {
    return this.#listing.has(name) ? statSync(join(this.name, name), { throwIfNoEntry: false })?.mode : undefined;
  }

  /**
   * Makes a new file, if the one in place is not what it should be. Its content is overwritten when it is not needed any more.
   * @throws {OutputError} if it cannot be replaced
   */
  put(name: string, wanted: FileContent): Promise<void> {
    return this.#overwriting([wanted], name, () => this.#put(name, wanted));
  }

  /** The same for a directory in this one whose files change as one: see {@link SetExchange}. */
  putSet(name: string, files: ReadonlyMap<string, FileContent>): Promise<void> {
    return this.#overwriting([...files.values()], name, () => this.#putSet(name, files));
  }

  /** The files that change, those included that a killed run has changed and whose hook is due. */
  get changes(): readonly string[] {
    const recovered = [...this.#recovered].map((name) => join(this.name, name));
    return [...new Set([...[...this.#changes.values()].flat(), ...recovered])];
  }

  /** Those of the files under one of the names. */
  changesOf(name: string): readonly string[] {
    return this.#changes.get(name) ?? [];
  }

  /** Why a file could not be replaced; known after {@link commit}. */
  failureOf(name: string): unknown {
    return this.#failures.get(name);
  }

  /** Gives the new files their names. From here on the journal says that the hook is due, if there is to be one. */
  async commit(): Promise<void> {
    const { name: folder, options } = this;
    options.signal.throwIfAborted();
    await describing(folder, async () => {
      if (this.#workshop) await this.#commitStaged(this.#workshop);
      await this.#apart.commit(options.hasHook, options.signal, (target, outcome) => {
        if ('error' in outcome) this.#fail(target, outcome.error);
        else this.#changes.set(target, outcome);
      });
    });
  }

  /**
   * Runs the hook if something has changed, and forgets what was there before.
   * @throws {HookFailedError} if the hook failed; what was there before is then in place again
   */
  async settle(runHook?: () => Promise<void>): Promise<void> {
    const trial = { putBack: () => this.#putBack(), settle: () => this.#settle() };
    if (runHook && this.changes.length > 0) await runOrUndo(runHook, trial, this.options.signal);
    this.#settle();
  }

  /** Ends the work. What was made and not put in place goes; what is not settled is for the next run to see. */
  close(): void {
    this.#apart.release();
    this.#workshop?.close();
  }

  get #recovered(): ReadonlySet<string> {
    return (this.options.hasHook && this.#workshop?.journal.recovered) || new Set();
  }

  async #open(): Promise<void> {
    const { directoryMode, signal } = this.options;
    this.#isUsable = false;
    await describing(this.name, async () => {
      this.#workshop ??= await Workshop.open(this.name, directoryMode, signal);
      this.#listing = new FolderListing(this.name, true);
    });
    this.#isUsable = true;
  }

  /** @param action tells whether the contents are wanted still; who wants them overwrites them then */
  async #overwriting(contents: readonly FileContent[], name: string, action: () => Promise<boolean>): Promise<void> {
    let isWanted = false;
    try {
      isWanted = await describing(join(this.name, name), action);
    } finally {
      if (!isWanted) for (const { content } of contents) content.fill(0);
    }
  }

  async #put(name: string, wanted: FileContent): Promise<boolean> {
    const path = join(this.name, name);
    if (this.#listing.isApart(name))
      return this.#putApart(name, new FileExchange(path, wanted, realpathSync(this.name)), [wanted]);
    const standing = this.#listing.has(name) ? await readStanding(path, path, wanted) : undefined;
    if (standing?.isCurrent) {
      if (this.#recovered.has(name)) this.#changes.set(name, [path]);
      return false;
    }
    if (!this.options.dryRun && this.#workshop === undefined) {
      await this.#open();
      // Somebody who was at work before us may have changed it.
      return this.#put(name, wanted);
    }
    // A killed run may have left a second name, which the next one that is not dry takes away.
    if (standing && !this.#listing.isInUse) requireOneName({ path, existing: standing.stats }, path);
    this.#changes.set(name, [path]);
    if (this.#workshop === undefined) return false;
    await this.#workshop.staging.add(name, wanted, standing?.stats);
    this.#staged.add(name);
    return true;
  }

  async #putSet(name: string, files: ReadonlyMap<string, FileContent>): Promise<boolean> {
    const path = join(this.name, name);
    if (this.#listing.isMissing) {
      if (!this.options.dryRun) await this.#open();
      else {
        const paths = [...files.keys()].map((file) => join(path, file));
        this.#changes.set(name, paths);
        return false;
      }
    }
    const { SetExchange } = await import('./set-exchange.js');
    return this.#putApart(name, new SetExchange(path, files), [...files.values()]);
  }

  async #putApart(name: string, exchange: Exchange, contents: readonly FileContent[]): Promise<boolean> {
    const { dryRun } = this.options;
    const changed = dryRun ? (await preview(exchange)).changed : await exchange.outdated();
    if (changed.length > 0) this.#changes.set(name, changed);
    if (dryRun || (changed.length === 0 && !isAtWork(exchange))) return false;
    if (this.#workshop === undefined) await this.#open();
    this.#apart.add(name, exchange, contents);
    return true;
  }

  async #commitStaged({ staging, journal, place }: Workshop): Promise<void> {
    await staging.synced();
    for (const [name, error] of staging.failures) this.#fail(name, error);
    if (this.#staged.size === 0) return;
    if (this.options.hasHook) await journal.keepOld(this.#staged);
    for (const name of this.#staged) {
      try {
        renameSync(join(place.staged, name), join(place.directory, name));
      } catch (error) {
        this.#fail(name, error);
        journal.forget(name);
      }
    }
    syncDirectory(place.directory);
  }

  /** @throws the error itself, if it is not about this file */
  #fail(name: string, error: unknown): void {
    const failure = toOutputError(error, join(this.name, name));
    if (!(failure instanceof OutputError)) throw failure;
    this.#failures.set(name, failure);
    this.#changes.delete(name);
    this.#staged.delete(name);
  }

  get #onTrial(): readonly OnTrial[] {
    return this.#workshop ? [this.#workshop.journal, this.#apart] : [this.#apart];
  }

  #putBack(): boolean {
    return this.#onTrial.map((part) => part.putBack()).some((isAnythingBack) => isAnythingBack);
  }

  #settle(): void {
    for (const part of this.#onTrial) part.settle();
  }
}
