import type { Place } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import type { FileContent } from './file-content.js';
import type { Staging } from './staging.js';
import type { WorkDirectory } from './work-directory.js';

/** An output that is replaced by renaming one directory entry: a file, or the link through which all files of a set are read. */
export interface Output {
  /** The path as the user wrote it, for messages. */
  readonly name: string;
  /** The paths of its files, as the user wrote them. */
  readonly paths: readonly string[];
  /** Whether this is a set: files of one directory that are replaced at the same moment (see {@link LinkedSetOutput}). */
  readonly isSet: boolean;
  readonly contents: readonly FileContent[];
  /** The directory entry that is replaced; undefined while the directory does not exist. */
  readonly place: Place | undefined;
  /** Determines {@link place} again, after missing directories were created. Creates the directory of a set. */
  locate(): Place;
  /** Returns the paths of the files whose content or rights must change; empty if there is nothing to do. */
  outdated(): Promise<readonly string[]>;
  /**
   * Checks, without a change, whether the output can be written.
   * @param user the owner of new files by default
   * @throws {OutputError} if an existing file must not be replaced, or a new file cannot get its owner and mode
   */
  requireReplaceable(user: User): void;
  /** Writes the new file or set, so that renaming one entry of the work directory to {@link place} puts it in place. */
  stage(work: WorkDirectory, staging: Staging): Promise<void>;
}
