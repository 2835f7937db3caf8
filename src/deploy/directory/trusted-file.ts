import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { octal, permissionBits } from '../../bytes/file-mode.js';
import { OutputError } from '../../errors.js';
import { userName } from '../owner.js';
import { isSystemError, toOutputError } from '../system-error.js';
import { DirectoryOpener } from './directory-opener.js';
import { isControlled, isTrusted, type User } from './directory-safety.js';

/** A file that only root and the user of this run can change. */
export interface TrustedFile {
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Maximum size of such a file in bytes. In a configuration file, that is enough for 3,000 keystores with 300 bytes each. */
const mostBytes = 2 ** 20;

/** The error for a file that another user can change or replace; see {@link readTrustedFile}. */
export class UntrustedFileError extends OutputError {}

/**
 * Reads a file that only root and the user of this run may be able to change, for example because it contains commands to run.
 * @returns undefined if there is no such file
 * @throws {UntrustedFileError} if another user can change or replace the file
 * @throws {OutputError} if it cannot be read, or is too large
 */
export function readTrustedFile(path: string, user: User): TrustedFile | undefined {
  const opener = new DirectoryOpener(user);
  try {
    if (opener.find(dirname(path)) === undefined) return undefined;
    const { directory, entry } = opener.locate(path);
    if (!directory.isSafe && !directory.isReadOnly()) {
      throw new UntrustedFileError(
        `${path}: its directory can be changed by other users, so they could replace the file`,
        {
          hint: 'it holds commands to run: keep it in a directory that only its owner can write to, such as /etc',
        },
      );
    }
    const descriptor = openSync(directory.at(entry), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      requireTrusted(path, stats, user);
      if (stats.size > mostBytes) throw new OutputError(`${path}: is larger than ${mostBytes / 1024} KiB`);
      return { content: readFileSync(descriptor), mode: stats.mode & permissionBits };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw toOutputError(error, path);
  } finally {
    opener.close();
  }
}

function requireTrusted(path: string, stats: Stats, user: User): void {
  if (!stats.isFile()) throw new OutputError(`${path}: is not a regular file`);
  if (isControlled(stats, user)) return;
  if (isTrusted(stats.uid, user)) {
    const mode = octal(stats.mode & permissionBits);
    throw new UntrustedFileError(`${path}: other users can change it (mode ${mode})`, {
      hint: `it holds commands to run: chmod go-w ${path}`,
    });
  }
  throw new UntrustedFileError(`${path}: belongs to ${userName(stats.uid)}, who can change it`, {
    hint: `it holds commands to run: chown it to the user who runs them`,
  });
}
