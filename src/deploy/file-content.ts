import type { Owner } from './owner.js';

/** A file to be written: its content and its rights. */
export interface FileContent {
  readonly content: Uint8Array;
  /** Whether it holds a private key, encrypted or not. */
  readonly holdsKey: boolean;
  /** Permission bits of a file that does not exist yet. */
  readonly defaultMode: number;
  /** Permission bits asked for; if left out, an existing file keeps its own. */
  readonly mode?: number;
  /** Owner asked for; what is left out, an existing file keeps, and a new one gets from the process. */
  readonly owner?: Owner;
  /** Whether a file with these bytes needs no change; if left out, whether they are the same. */
  readonly isCurrent?: (existing: Uint8Array) => boolean | Promise<boolean>;
}

/** Overwrites what may be a private key. */
export function wipeContents(contents: Iterable<FileContent>): void {
  for (const { content } of contents) content.fill(0);
}
