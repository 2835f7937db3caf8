import type { Output } from './output.js';

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
  /** The files that change, as far as this is known. */
  changed: readonly string[];
  /** `waiting` for {@link Transaction.commit}; `previewed` by a dry run; `kept` once its hook has succeeded. */
  state: 'waiting' | 'unchanged' | 'previewed' | 'staged' | 'placed' | 'kept' | 'undone' | 'failed';
  failure?: unknown;
}

/** Returns the files of an output that change, or that have changed. */
export function changesOf(item: Item | undefined): readonly string[] {
  return item === undefined || item.state === 'failed' || item.state === 'unchanged' ? [] : item.changed;
}
