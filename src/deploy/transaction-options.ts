import type { User } from './directory/directory-safety.js';
import type { StateOptions } from './journal/state-directory.js';

export interface TransactionOptions {
  /** The effective user of this process; undefined on systems without numeric users. */
  readonly user: User;
  /** Whether to determine what would change, without writing anything. */
  readonly dryRun?: boolean;
  /** Whether hooks run after the files are replaced. If so, the previous files are kept, because a failed hook restores them. */
  readonly hasHook?: boolean;
  /** Whether a failure of one output makes the whole transaction fail. Otherwise the other outputs are still written. */
  readonly isAllOrNothing?: boolean;
  /**
   * The main directory, which contains most of the outputs. It is created with this mode if it is missing. Its files are written when they
   * are added; those of other directories are kept in memory until {@link Transaction.commit}.
   */
  readonly directory?: { readonly path: string; readonly mode: number };
  /** The state directory, which contains a record and the main journal. Without it, the main journal is in the first output directory. */
  readonly state?: StateOptions;
  /** Aborts the transaction while it waits for another run, or before the first file is renamed. */
  readonly signal?: AbortSignal;
  /** Called with a message while this run waits for another one. */
  readonly onWait?: (message: string) => void;
  /** Called with a message about a directory to which writing is not safe. */
  readonly onUnsafe?: (message: string) => void;
  /** False: directories are addressed by their paths. Default: by handles if the system has them. */
  readonly usesHandles?: boolean;
}
