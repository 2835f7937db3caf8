import { basename, dirname, join } from 'node:path';
import type { Exchange } from './exchange.js';
import { FolderPlace, fileWork } from './folder-place.js';
import { writeStaged } from './staged-file.js';
import { examineTarget, type FileContent, followLinks, isCurrent, isSameFile, requireOneName } from './target.js';

/** One file, replaced by a rename. */
export class FileExchange implements Exchange {
  readonly entry: string;
  readonly work: string;
  readonly #folder: FolderPlace;

  /** @param ownFolder a directory whose lock is held already, with all that is in it */
  constructor(
    readonly name: string,
    private readonly wanted: FileContent,
    private readonly ownFolder?: string,
  ) {
    this.entry = followLinks(name);
    this.#folder = new FolderPlace(dirname(this.entry));
    this.work = join(this.#folder.directory, fileWork(basename(this.entry)));
  }

  get neighbour(): string | undefined {
    return this.#folder.directory === this.ownFolder ? undefined : this.#folder.work;
  }

  get paths(): readonly string[] {
    return [this.name];
  }

  async outdated(): Promise<readonly string[]> {
    return (await isCurrent(examineTarget(this.entry, this.name), this.wanted)) ? [] : [this.name];
  }

  requireReplaceable(): void {
    // A run for many files that was killed has left a second name for it.
    if (isSameFile(this.entry, join(this.#folder.kept, basename(this.entry)))) return;
    requireOneName(examineTarget(this.entry, this.name), this.name);
  }

  prepare(): void {
    // The directory of a single file is for others to make.
  }

  async stage(path: string): Promise<void> {
    await writeStaged(path, this.wanted, examineTarget(this.entry, this.name));
  }

  tidy(): void {
    // Nothing stands outside the work directory.
  }
}
