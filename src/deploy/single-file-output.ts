import type { DirectoryOpener, Place } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { ExistingFile } from './existing-file.js';
import type { FileContent } from './file-content.js';
import type { Output } from './output.js';
import { requireRights } from './rights.js';
import type { Staging } from './staging.js';
import type { WorkDirectory } from './work-directory.js';

/** A single file that is replaced by a rename. If the path is a symbolic link, the link is kept and the file to which it leads is replaced. */
export class SingleFileOutput implements Output {
  readonly isSet = false;
  #place: Place | undefined;

  constructor(
    readonly name: string,
    private readonly wanted: FileContent,
    private readonly opener: DirectoryOpener,
    directoryMayBeMissing: boolean,
  ) {
    this.#place = directoryMayBeMissing ? undefined : opener.locate(name);
  }

  get place(): Place | undefined {
    return this.#place;
  }

  get paths(): readonly string[] {
    return [this.name];
  }

  get contents(): readonly FileContent[] {
    return [this.wanted];
  }

  locate(): Place {
    this.#place = this.opener.locate(this.name);
    return this.#place;
  }

  async outdated(): Promise<readonly string[]> {
    const existing = this.#existing();
    return existing !== undefined && (await existing.isCurrent(this.wanted)) ? [] : [this.name];
  }

  requireReplaceable(user: User): void {
    const existing = this.#existing();
    existing?.requireOneName();
    if (this.#place) requireRights(this.name, this.wanted, existing, { isSafe: this.#place.directory.isSafe, user });
  }

  async stage(_work: WorkDirectory, staging: Staging): Promise<void> {
    if (this.#place !== undefined) await staging.add(this.#place.entry, this.wanted, this.name);
  }

  #existing(): ExistingFile | undefined {
    return this.#place && ExistingFile.find(this.#place.directory, this.#place.entry, this.name);
  }
}
