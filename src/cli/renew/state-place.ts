import { join } from 'node:path';
import { toHex } from '../../bytes/encoding.js';
import { digest } from '../../crypto/hash/digest.js';
import { isWindows } from '../../deploy/windows.js';
import { usualConfiguration } from '../configuration/read-configuration.js';
import type { Host } from '../host.js';

/** Where the state of a keystore is kept, and how many of the last directories are made if they are missing. */
interface StatePlace {
  readonly path: string;
  readonly mayMake: number;
}

const programName = 'jks2pem';
/** Where system services keep their state (Filesystem Hierarchy Standard 5.8). */
const systemDirectory = '/var/lib/jks2pem';
/** Digits of the hash of a configuration's path: enough to tell the files of one machine apart. */
const shownDigits = 12;

/**
 * The directory of a keystore of the configuration. Configurations may use the same names, so that of a file other than the usual one is
 * marked with a hash of its path.
 * @returns undefined if the environment names no place
 */
export function statePlace(configuration: string, name: string, host: Host): StatePlace | undefined {
  const mark = configuration === usualConfiguration ? '' : `@${shortHash(configuration)}`;
  const base = baseDirectory(host);
  return base && { path: join(base.path, `${name}${mark}`), mayMake: base.mayMake + 1 };
}

/** systemd's choice, /var/lib for root, otherwise what the XDG Base Directory Specification says. */
function baseDirectory(host: Host): StatePlace | undefined {
  const chosen = absolute(host.environment('STATE_DIRECTORY'));
  if (chosen !== undefined) return { path: chosen, mayMake: 1 };
  if (isWindows) return placeOnWindows(host);
  if (host.userId() === 0) return { path: systemDirectory, mayMake: 1 };
  const state = absolute(host.environment('XDG_STATE_HOME'));
  if (state !== undefined) return { path: join(state, programName), mayMake: 2 };
  const home = absolute(host.environment('HOME'));
  return home === undefined ? undefined : { path: join(home, '.local/state', programName), mayMake: 3 };
}

/** Every user has a directory for data of programs, services included (Microsoft, FOLDERID_LocalAppData). */
function placeOnWindows(host: Host): StatePlace | undefined {
  const local = host.environment('LOCALAPPDATA');
  return local === undefined ? undefined : { path: join(local, programName), mayMake: 1 };
}

/** The specification ignores relative paths. systemd separates several directories by colons. */
function absolute(path: string | undefined): string | undefined {
  const [first = ''] = path?.split(':') ?? [];
  return first.startsWith('/') ? first : undefined;
}

function shortHash(text: string): string {
  return toHex(digest('sha256', Buffer.from(text))).slice(0, shownDigits);
}
