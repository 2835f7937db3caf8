import type { DirectoryTransaction } from './directory-transaction.js';
import type { Output } from './output.js';

/** The directory of a new file or set, and the entry that it replaces there. */
export interface StagedPlace {
  readonly changes: DirectoryTransaction;
  readonly entry: string;
}

/** A directory that is created if it is missing. Its parent must exist. */
export interface NewDirectory {
  readonly path: string;
  readonly mode: number;
}

/** One output of a transaction, and its state. */
export interface Item {
  readonly id: string;
  readonly output: Output;
  readonly hook: string;
  /** A directory that is created for the output if it is missing. */
  readonly directory: NewDirectory | undefined;
  /**
   * The files that change, by the last comparison with the existing files; before the first comparison, all files of the output. None if the
   * output has failed.
   */
  changed: readonly string[];
  /**
   * `waiting`: in memory until {@link Transaction.commit}; `previewed`: would change, but this is a dry run; `staged`: in the work directory;
   * `placed`: renamed to its destination; `kept`: final, because its hook has succeeded or there is none; `undone`: the previous files
   * were restored, because its hook or the transaction failed.
   */
  state: 'waiting' | 'unchanged' | 'previewed' | 'staged' | 'placed' | 'kept' | 'undone' | 'failed';
  failure?: unknown;
}

/** Returns the files of an output that change or have changed, also if the previous ones were restored after a failed hook. */
export function changesOf(item: Item | undefined): readonly string[] {
  return item?.changed ?? [];
}
