import { DirectoryOpener } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { ExistingFile } from './existing-file.js';
import { toOutputError } from './system-error.js';

/**
 * Checks that a file can have this path: its directory exists, and nothing other than a regular file has its name. Nothing is changed.
 * @throws {OutputError} if not
 */
export function checkOutputPath(path: string, user: User): void {
  const opener = new DirectoryOpener(user);
  try {
    const { directory, entry } = opener.locate(path);
    ExistingFile.find(directory, entry, path);
  } catch (error) {
    throw toOutputError(error, path);
  } finally {
    opener.close();
  }
}
