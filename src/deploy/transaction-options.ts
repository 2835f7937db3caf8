import type { User } from './directory/safety.js';
import type { StateOptions } from './journal/state-directory.js';

export interface TransactionOptions {
  /** The effective user of this process; undefined on systems without numeric users. */
  readonly user: User;
  /** Whether to find out what would change without writing anything. */
  readonly dryRun?: boolean;
  /** Whether hooks run after the files are replaced. If so, the previous files are kept, because a failed hook restores them. */
  readonly hasHook?: boolean;
  /** Whether a failure of one output makes the whole transaction fail. Otherwise the other outputs are still written. */
  readonly isAllOrNothing?: boolean;
  /**
   * The main directory, for most of the outputs. It is created with this mode if it is missing. Its files are written
   * when they are added; those of other directories are kept in memory until {@link Transaction.commit}.
   */
  readonly directory?: { readonly path: string; readonly mode: number };
  /** The state directory, which holds a record and the main journal. Without it, the first output directory has the main journal. */
  readonly state?: StateOptions;
  /** Aborts the transaction while it waits for another run, or before the first file is renamed. */
  readonly signal?: AbortSignal;
  /** Called with a message while this run waits for another one. */
  readonly onWait?: (message: string) => void;
  /** Called with a message about a directory that cannot be written to safely. */
  readonly onUnsafe?: (message: string) => void;
  /** Set to false to address directories by their paths; by default, as the system allows. */
  readonly usesHandles?: boolean;
}
