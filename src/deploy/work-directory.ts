import { mkdirSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from './system-error.js';

/** Makes a directory that is closed to others, unless it is there. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}

/** What a directory holds; nothing if it is not there. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Removes a directory of files, if it is there. */
export function removeDirectory(directory: string): void {
  try {
    for (const name of namesIn(directory)) unlinkSync(join(directory, name));
    rmdirSync(directory);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}
