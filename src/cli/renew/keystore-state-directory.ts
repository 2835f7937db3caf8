import { join } from 'node:path';
import { toHex } from '../../bytes/encoding.js';
import { digest } from '../../crypto/hash/digest.js';
import { isWindows } from '../../deploy/windows.js';
import { usualConfiguration } from '../configuration/read-configuration.js';
import type { Host } from '../host.js';

/** Where the state of a keystore is kept, and how many directories at the end of the path may be created. */
interface StatePlace {
  readonly path: string;
  readonly mayMake: number;
}

const programName = 'jks2pem';
/** The directory for the state of jks2pem if root runs it. /var/lib is for the state of programs (Filesystem Hierarchy Standard 5.8). */
const systemDirectory = '/var/lib/jks2pem';
/** Number of hexadecimal digits of the hash of a configuration file's path. They are enough to distinguish the files of one machine. */
const shownDigits = 12;

/**
 * Returns the directory for the state of a keystore. Keystores in several configuration files may have the same name. Therefore a hash of
 * the configuration file's path is appended to the name, unless it is the default file.
 * @returns undefined if the environment does not determine a directory
 */
export function keystoreStateDirectory(configuration: string, name: string, host: Host): StatePlace | undefined {
  const mark = configuration === usualConfiguration ? '' : `@${shortHash(configuration)}`;
  const base = baseDirectory(host);
  return base && { path: join(base.path, `${name}${mark}`), mayMake: base.mayMake + 1 };
}

/**
 * Returns the directory in STATE_DIRECTORY, which systemd sets. Without this variable: on Windows, {@link placeOnWindows}; for root,
 * /var/lib/jks2pem; for other users, the directory of the XDG Base Directory Specification.
 */
function baseDirectory(host: Host): StatePlace | undefined {
  // systemd separates several directories with colons.
  const chosen = absolute(host.environment('STATE_DIRECTORY')?.split(':')[0]);
  if (chosen !== undefined) return { path: chosen, mayMake: 1 };
  if (isWindows) return placeOnWindows(host);
  if (host.userId() === 0) return { path: systemDirectory, mayMake: 1 };
  const state = absolute(host.environment('XDG_STATE_HOME'));
  if (state !== undefined) return { path: join(state, programName), mayMake: 2 };
  const home = absolute(host.environment('HOME'));
  return home === undefined ? undefined : { path: join(home, '.local/state', programName), mayMake: 3 };
}

/** Returns a directory in LOCALAPPDATA, which each account on Windows has, including the accounts of services (FOLDERID_LocalAppData). */
function placeOnWindows(host: Host): StatePlace | undefined {
  const local = host.environment('LOCALAPPDATA');
  return local === undefined ? undefined : { path: join(local, programName), mayMake: 1 };
}

/** Returns the path in a variable, if it is absolute. The XDG specification requires that relative paths are ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}

function shortHash(text: string): string {
  return toHex(digest('sha256', Buffer.from(text))).slice(0, shownDigits);
}
