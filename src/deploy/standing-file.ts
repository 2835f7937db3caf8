import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileContent, isSameContent, mayBeCurrent, requireRegular } from './target.js';

/** A regular file that stands where one is to be written. */
export interface StandingFile {
  readonly stats: Stats;
  /** Whether it is as it should be. */
  readonly isCurrent: boolean;
}

/**
 * Looks at a file and reads it in one go.
 * @param name what the user calls it
 * @throws {OutputError} if it is no regular file
 */
export async function readStanding(path: string, name: string, wanted: FileContent): Promise<StandingFile> {
  // A pipe that somebody has just put there is not waited for.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    requireRegular(stats, name);
    return { stats, isCurrent: mayBeCurrent(stats, wanted) && (await isSameContent(readFileSync(fd), wanted)) };
  } finally {
    closeSync(fd);
  }
}
