import { basename, dirname, join } from 'node:path';
import type { Exchange } from './exchange.js';
import { writeStaged } from './staged-file.js';
import { examineTarget, type FileContent, followLinks, isCurrent, requireOneName } from './target.js';

/** One file, replaced by a rename. */
export class FileExchange implements Exchange {
  readonly entry: string;
  readonly work: string;

  constructor(
    readonly name: string,
    private readonly wanted: FileContent,
  ) {
    this.entry = followLinks(name);
    this.work = join(dirname(this.entry), `.${basename(this.entry)}.jks2pem`);
  }

  get paths(): readonly string[] {
    return [this.name];
  }

  async outdated(): Promise<readonly string[]> {
    return (await isCurrent(examineTarget(this.entry, this.name), this.wanted)) ? [] : [this.name];
  }

  requireReplaceable(): void {
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
