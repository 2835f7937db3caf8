import type { Owner } from './owner.js';

/** A file to be written: its content and its rights. */
export interface FileContent {
  readonly content: Uint8Array;
  /** Whether the content contains a private key, encrypted or not. */
  readonly holdsKey: boolean;
  /** Permission bits for a file that does not exist yet. */
  readonly defaultMode: number;
  /** Wanted permission bits. Default: those of the existing file. */
  readonly mode?: number;
  /** Wanted owner. A missing user or group is that of the existing file; for a new file, it is that of the process. */
  readonly owner?: Owner;
  /** Checks whether a file with these bytes needs no change. Default: the bytes are compared with the content. */
  readonly isCurrent?: (existing: Uint8Array) => boolean | Promise<boolean>;
}

/** Overwrites contents, because they may be private keys. */
export function wipeContents(contents: Iterable<FileContent>): void {
  for (const { content } of contents) content.fill(0);
}
