import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSystemError, isSystemError } from '../../deploy/system-error.js';
import { PostfixError } from '../../errors.js';
import { parseSaslConfig } from '../configuration/sasl-config.js';
import { findAccount, ownerName } from './account.js';
import type { Platform, PostfixFile, PostfixInstallation } from './installation.js';
import { listSaslRealms, Postconf, programPlaces } from './postconf.js';
import { isReachable } from './reachable.js';
import { oldestSmtpdStart } from './running-smtpd.js';
import { findStrayed, type SaslSearch, saslConfigPlaces } from './sasl-config-place.js';

/** Octets of a file that are read. Tables may be larger; what they hold beyond is not judged. */
const maximumFile = 32 * 2 ** 20;

/** How an installation is found. */
export interface ReadingOptions {
  /** Where main.cf is; without it, where Postfix itself looks. */
  readonly directory?: string;
  /** PATH, for a postconf that is in none of the system's directories. */
  readonly searchPath?: string;
  /** Where postconf may be, if not in the usual places. */
  readonly places?: readonly string[];
}

/**
 * Reads a Postfix installation of this machine.
 * @throws {PostfixError} if there is no Postfix, or it cannot be read
 */
export function readInstallation({ directory, searchPath, places }: ReadingOptions = {}): PostfixInstallation {
  const given = directory === undefined ? undefined : resolve(directory);
  const postconf = Postconf.find(given, places ?? programPlaces('postconf', searchPath));
  const ask = (name: string) => (postconf.printIfKnown('-x', '-h', name) ?? postconf.print('-h', name)).trim();
  // Within a second of an edit, Postfix 3.10 answers with the default directory whatever was given.
  const configDirectory = given ?? ask('config_directory');
  const queueDirectory = ask('queue_directory');
  const account = findAccount(ask('mail_owner'));
  const mailVersion = postconf.print('-h', 'mail_version').trim();
  const platform = readPlatform();
  const started = oldestSmtpdStart(queueDirectory);
  const configuredPath = (postconf.printIfKnown('-h', 'cyrus_sasl_config_path')?.trim() ?? '').replaceAll(
    /\$\{?config_directory\}?/g,
    configDirectory,
  );
  return {
    mailVersion,
    // postconf -n leaves the directory out where it is the usual one.
    main: `${postconf.print('-n')}\nconfig_directory = ${configDirectory}\n`,
    // Before 2.9 postconf knew main.cf only.
    master: postconf.printIfKnown('-M') ?? readFileSync(`${configDirectory}/master.cf`, 'utf8'),
    overrides: postconf.printIfKnown('-P') ?? '',
    saslTypes: postconf.printIfKnown('-a') ?? '',
    defaults: postconf.print('-d'),
    ...readSasl(postconf, { platform, mailVersion, configDirectory, configuredPath }),
    ...(started && { started }),
    ...(platform && { platform }),
    file: readFile,
    reachable: (path) => isReachable(path, account),
  };
}

/** What os-release(5) says of the system; FreeBSD has the file, too. */
function readPlatform(): Platform | undefined {
  const path = '/etc/os-release';
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const names = [...text.matchAll(/^ID(?:_LIKE)?=["']?([^"'\n]*)/gm)].flatMap(([, value = '']) => value.split(/\s+/));
  if (names.includes('debian') || names.includes('ubuntu')) return 'debian';
  if (names.some((name) => /^(rhel|fedora|centos)$/.test(name))) return 'redhat';
  return (['freebsd', 'alpine'] as const).find((name) => names.includes(name));
}

function readSasl(postconf: Postconf, search: SaslSearch): Partial<PostfixInstallation> {
  const value = (name: string) => postconf.printIfKnown('-h', name)?.trim() ?? '';
  const name = value('smtpd_sasl_path') || value('smtpd_sasl_application_name') || 'smtpd';
  const saslConfigPaths = saslConfigPlaces(search);
  const path = saslConfigPaths.map((directory) => `${directory}/${name}.conf`).find((place) => existsSync(place));
  const strayedSaslConfig = path === undefined ? findStrayed(name, search) : undefined;
  const saslConfig = path === undefined ? undefined : Buffer.from(readFile(path)?.bytes ?? []).toString('utf8');
  // libsasl's own place, unless smtpd.conf names another.
  const database =
    saslConfig === undefined ? undefined : (parseSaslConfig(saslConfig).get('sasldb_path') ?? '/etc/sasldb2');
  const saslRealms = database !== undefined && existsSync(database) ? listSaslRealms(database) : undefined;
  return {
    saslConfigPaths,
    ...(path !== undefined && { saslConfigPath: path }),
    ...(saslConfig !== undefined && { saslConfig }),
    ...(strayedSaslConfig !== undefined && { strayedSaslConfig }),
    ...(saslRealms && { saslRealms }),
  };
}

/** @throws {PostfixError} if the file is there, but this user cannot read it */
function readFile(path: string): PostfixFile | undefined {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    const descriptor = openSync(path, 'r');
    try {
      const status = fstatSync(descriptor);
      const bytes = new Uint8Array(Math.min(status.size, maximumFile));
      let length = 0;
      for (let read = 1; read > 0 && length < bytes.length; length += read)
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      const mode = status.mode & 0o7777;
      return {
        bytes: bytes.subarray(0, length),
        mode,
        owner: ownerName(status.uid, status.gid),
        modified: status.mtime,
      };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR') || isSystemError(error, 'ENOENT')) return undefined;
    throw new PostfixError(`${path}: ${describeSystemError(error)}`, { cause: error });
  }
}
