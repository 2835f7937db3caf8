import { join } from 'node:path';

/** Where a run works that changes many files of one directory: inside it, so that a rename is all that is left to do. */
export class FolderPlace {
  /** Exists only while somebody is at work; holds the lock, too. */
  readonly work: string;
  /** New files, under their names, until they take their place. */
  readonly staged: string;
  /** What was in place, under the same names, until the hook has succeeded. */
  readonly kept: string;
  /** An empty file for each name that nothing stood under before. */
  readonly created: string;
  /** Says that the hook has to run for what is in place. */
  readonly hookDue: string;

  /** @param directory its real path */
  constructor(readonly directory: string) {
    this.work = join(directory, folderWork);
    this.staged = join(this.work, 'new');
    this.kept = join(this.work, 'old');
    this.created = join(this.work, 'created');
    this.hookDue = join(this.work, 'hook-due');
  }
}

export const folderWork = '.jks2pem-batch';

/** The work directory of a run that changes this one file only. */
export function fileWork(name: string): string {
  return `.${name}.jks2pem`;
}
