import type { Place } from './directory/directory-opener.js';
import type { User } from './directory/safety.js';
import type { FileContent } from './file-content.js';
import type { Staging } from './staging.js';
import type { WorkDirectory } from './work-directory.js';

/**
 * Something that changes in one step, by renaming one directory entry: a file, or the link through which all files of a
 * set are reached.
 */
export interface Output {
  /** What the user calls it, for messages. */
  readonly name: string;
  /** The files behind it, as the user calls them. */
  readonly paths: readonly string[];
  /** Whether it is a directory of files. */
  readonly isSet: boolean;
  readonly contents: readonly FileContent[];
  /** The entry that is replaced; undefined while the directory does not exist. */
  readonly place: Place | undefined;
  /** Finds the place again, after a directory was made. @param isMade whether a directory of its own is made, too */
  locate(isMade: boolean): void;
  /** Those of the files that do not hold what they should; none if there is nothing to do. */
  outdated(): Promise<readonly string[]>;
  /**
   * @param user the user whom new files will belong to
   * @throws {OutputError} if what is in place must not be replaced, or if a new file cannot get its rights
   */
  requireReplaceable(user: User): void;
  /** Makes the new entry in the work directory. */
  stage(work: WorkDirectory, staging: Staging): Promise<void>;
}
