import type { Owner } from './owner.js';

/** A file to be written: its content and its rights. */
export interface FileContent {
  readonly content: Uint8Array;
  /** Whether the content contains a private key, encrypted or not. */
  readonly holdsKey: boolean;
  /** Permission bits if `mode` is not given and the file is missing or empty. */
  readonly defaultMode: number;
  /** Wanted permission bits. Default: those of the existing file, or else {@link defaultMode}. */
  readonly mode?: number;
  /** Wanted owner. Default for user and group: that of the existing file, or else that of the process; see {@link chooseRights}. */
  readonly owner?: Owner;
  /** Checks whether an existing file with these bytes needs no new content. Default: the bytes are compared with `content`. */
  readonly isCurrent?: (existing: Uint8Array) => boolean | Promise<boolean>;
}

/** Overwrites contents in memory with zeros, because they may be private keys. */
export function wipeContents(contents: Iterable<FileContent>): void {
  for (const { content } of contents) content.fill(0);
}
