import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import { type Directory, isRestricted } from './directory/directory.js';

/**
 * Flags for creating a file. The name must not exist, not even as a link. If Node's permission model forbids fsync(2), O_SYNC makes every
 * write wait for the disk instead.
 */
const flags =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_NOFOLLOW |
  (isRestricted ? constants.O_SYNC : 0);

export function createFile(directory: Directory, name: string, mode: number): number {
  return openSync(directory.at(name), flags, mode);
}

export function writeContent(descriptor: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
}

/** Runs an action on an open file, and closes the file if the action fails. */
export function closingOnError<T>(descriptor: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Syncs and closes a file. Under Node's permission model, it is already synced; see {@link flags}. */
export function syncAndClose(descriptor: number): void {
  try {
    if (!isRestricted) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
