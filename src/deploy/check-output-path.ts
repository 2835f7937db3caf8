import { DirectoryOpener } from './directory/directory-opener.js';
import type { User } from './directory/directory-safety.js';
import { ExistingFile } from './existing-file.js';
import { toOutputError } from './system-error.js';

/**
 * Checks, without a change, that an output file can have this path: its directory exists, and nothing but a regular file has this name.
 * @throws {OutputError} if the output file cannot have this path
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
