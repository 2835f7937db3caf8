import type { User } from './directory/directory-safety.js';
import type { StateOptions } from './journal/state-directory.js';

export interface TransactionOptions {
  /** The effective user of this process; undefined on systems without numeric users. */
  readonly user: User;
  /** Whether to determine what would change, without writing anything. */
  readonly dryRun?: boolean;
  /** Whether hooks run after the files are replaced. If so, the previous files are kept until the hooks have succeeded. */
  readonly hasHook?: boolean;
  /** Whether the whole transaction fails if one output cannot be written. By default, the other outputs are still written. */
  readonly isAllOrNothing?: boolean;
  /**
   * The main directory, which contains most of the outputs. It is created with this mode if it is missing. Its files are written to its
   * work directory ({@link WorkDirectory}) as soon as they are added, so that a large batch does not fill the memory. Kept in memory until
   * {@link Transaction.commit} are outputs of several files, outputs in other directories, and all outputs if the main directory contains a
   * symbolic link.
   */
  readonly directory?: { readonly path: string; readonly mode: number };
  /** The state directory: see {@link StateDirectory}. Without it, the main journal is in the output directory that is locked first. */
  readonly state?: StateOptions;
  /** Aborts the transaction while it waits for another run, or before the first file is renamed. */
  readonly signal?: AbortSignal;
  /** Called with a message while this run waits for another one. */
  readonly onWait?: (message: string) => void;
  /** Called with a warning about an output directory to which other users can write and that is addressed by its path. */
  readonly onUnsafe?: (message: string) => void;
  /** Whether directories are addressed by open descriptors, and not by their paths. Default: {@link hasHandles}. */
  readonly usesHandles?: boolean;
}
