import { closeSync, openSync, renameSync } from 'node:fs';
import { sep } from 'node:path';

/**
 * Whether this is Windows. Windows has no mode bits (Node derives some from the read-only attribute) and no user numbers; a new file gets
 * the access control list of its directory. A directory cannot be synced, and creating symbolic links needs a privilege.
 */
export const isWindows: boolean = sep === '\\';

/** A flag of open, libuv's UV_FS_O_EXLOCK (uv/win.h): no other process can open the file until this process closes it or ends. */
export const exclusively: number = isWindows ? 0x1000_0000 : 0;

/**
 * Number of attempts to replace a file. With the pauses between them, they take two seconds. A file cannot be replaced while another program
 * has it open; virus scanners open every new file for a moment.
 */
const renameAttempts = 40;
const renamePauseMilliseconds = 50;
/** Node's error codes on Windows for a file that another program has open. */
const openElsewhere: readonly unknown[] = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Matches characters with which a name on Windows refers to something outside the directory, or to a stream of another file (`name:stream`).
 */
const leadsElsewhereOnWindows = /[/\\:]/;

/**
 * Matches names of devices, with any extension. Data that is written to `nul.pem` is lost (Microsoft, Naming Files, Paths, and Namespaces).
 */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Checks whether a text is the name of an entry in a directory on this system, or on Windows if `onWindows` is true. */
export function isEntryName(text: string, onWindows = isWindows): boolean {
  if (text === '' || text === '.' || text === '..') return false;
  return onWindows ? !leadsElsewhereOnWindows.test(text) : !text.includes('/');
}

/** Checks whether a file name refers to a device on this system, or on Windows if `onWindows` is true. */
export function isDeviceName(entry: string, onWindows = isWindows): boolean {
  return onWindows && deviceName.test(entry);
}

/** Renames a file, and replaces an existing one. On Windows, waits up to two seconds for programs that have one of them open. */
export function renameOver(from: string, to: string, onWindows = isWindows): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!mayBeOpenElsewhere(error, onWindows) || attempt === renameAttempts) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, renamePauseMilliseconds);
    }
  }
}

/** Checks whether another process has opened a file {@link exclusively}. */
export function isHeldOpen(path: string, onWindows = isWindows): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return false;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    if (mayBeOpenElsewhere(error, onWindows)) return true;
    throw error;
  }
}

/** Checks whether a call may have failed because another program has the file open. Only on Windows can that be the reason. */
export function mayBeOpenElsewhere(error: unknown, onWindows = isWindows): boolean {
  return onWindows && openElsewhere.includes(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
