import type { User } from './directory/safety.js';
import type { StateOptions } from './journal/state-directory.js';

export interface TransactionOptions {
  /** The user whose rights this process has; undefined where there are no user numbers. */
  readonly user: User;
  /** Says what would change, and writes nothing. */
  readonly dryRun?: boolean;
  /** Whether hooks follow, after which what was there before may be needed again. */
  readonly hasHook?: boolean;
  /** Whether all outputs have to be put in place, or none. Otherwise an output that fails stops no other. */
  readonly isAllOrNothing?: boolean;
  /**
   * The directory that most outputs are for. It is made with this mode if it is missing. Files for it are written at
   * once; everything else is kept in memory until {@link Transaction.commit}.
   */
  readonly directory?: { readonly path: string; readonly mode: number };
  /** A directory of this program that holds the journal that decides, and a record. Otherwise the first output directory decides. */
  readonly state?: StateOptions;
  /** Ends the wait for another run, and the work before anything is in place. */
  readonly signal?: AbortSignal;
  /** Called with a message while another run is waited for. */
  readonly onWait?: (message: string) => void;
  /** Called with a message about a directory that cannot be written to safely. */
  readonly onUnsafe?: (message: string) => void;
  /** Set to false to address directories by their paths; by default, as the system allows. */
  readonly usesHandles?: boolean;
}
