import type { Output } from './output.js';

/** A directory that is made if it is missing, but none above it. */
export interface NewDirectory {
  readonly path: string;
  readonly mode: number;
}

/** One output of a transaction, and what has become of it. */
export interface Item {
  readonly id: string;
  readonly output: Output;
  readonly hook: string;
  /** A directory that is made for it if it is missing. */
  readonly directory: NewDirectory | undefined;
  /** The files that change, as far as is known. */
  changed: readonly string[];
  /** `waiting` for {@link Transaction.commit}; `previewed` by a dry run; `kept` once its hook has succeeded. */
  state: 'waiting' | 'unchanged' | 'previewed' | 'staged' | 'placed' | 'kept' | 'undone' | 'failed';
  failure?: unknown;
}

/** The files of an output that change, or have changed. */
export function changesOf(item: Item | undefined): readonly string[] {
  return item === undefined || item.state === 'failed' || item.state === 'unchanged' ? [] : item.changed;
}
