import type { Owner } from './owner.js';

/** A file to be written: its content and its rights. */
export interface FileContent {
  readonly content: Uint8Array;
  /** Whether it holds a private key, encrypted or not. */
  readonly holdsKey: boolean;
  /** Permission bits of a file that does not exist yet. */
  readonly defaultMode: number;
  /** Wanted permission bits. If left out, an existing file keeps its own. */
  readonly mode?: number;
  /** Wanted owner. If user or group is left out, an existing file keeps its own, and a new file gets that of the process. */
  readonly owner?: Owner;
  /** Whether a file with these bytes needs no change. If left out, the bytes are compared. */
  readonly isCurrent?: (existing: Uint8Array) => boolean | Promise<boolean>;
}

/** Overwrites contents, which may be private keys. */
export function wipeContents(contents: Iterable<FileContent>): void {
  for (const { content } of contents) content.fill(0);
}
