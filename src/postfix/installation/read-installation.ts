import { closeSync, existsSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { permissionBits } from '../../bytes/file-mode.js';
import { decodeUtf8Leniently } from '../../bytes/utf8.js';
import { describeSystemError, isSystemError } from '../../deploy/system-error.js';
import { PostfixError } from '../../errors.js';
import { parseSaslConfig } from '../configuration/sasl-config.js';
import { findAccount, ownerName } from './account.js';
import { isReachable } from './account-access.js';
import type { Platform, PostfixFile, PostfixInstallation } from './installation.js';
import { platformOf } from './os-release.js';
import { listSaslRealms, Postconf, programPlaces } from './postconf.js';
import { oldestSmtpdStart } from './running-smtpd.js';
import { otherSaslConfigPlaces, type SaslSearch, saslConfigPlaces } from './sasl-config-place.js';

/** Maximum number of bytes that are read from a file. The rest of a larger file, such as a lookup table, is not examined. */
const maximumFile = 32 * 2 ** 20;

/** Options of {@link readInstallation}. */
export interface ReadingOptions {
  /** The directory of main.cf. Default: the one that postconf prints as config_directory. */
  readonly directory?: string;
  /** The value of PATH, to find programs of Postfix and SASL that are not in one of the system's directories. */
  readonly searchPath?: string;
  /** Returns the paths at which a program is searched for. Default: {@link programPlaces}. */
  readonly places?: (program: string) => readonly string[];
}

/**
 * Reads the Postfix installation of this machine.
 * @throws {PostfixError} if Postfix is not installed, or cannot be read
 */
export function readInstallation({
  directory,
  searchPath,
  places = (program) => programPlaces(program, searchPath),
}: ReadingOptions = {}): PostfixInstallation {
  const given = directory === undefined ? undefined : resolve(directory);
  const postconf = Postconf.find(given, places('postconf'));
  const ask = (name: string) => (postconf.printIfKnown('-x', '-h', name) ?? postconf.print('-h', name)).trim();
  // The given directory is preferred, because during the first second after an edit of main.cf, Postfix 3.10 prints the default directory
  // instead.
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
    // postconf -n does not print config_directory if it has its default.
    main: `${postconf.print('-n')}\nconfig_directory = ${configDirectory}\n`,
    // Before 2.9, postconf could not read master.cf.
    master: postconf.printIfKnown('-M') ?? readMasterFile(`${configDirectory}/master.cf`),
    overrides: postconf.printIfKnown('-P') ?? '',
    saslTypes: postconf.printIfKnown('-a') ?? '',
    defaults: postconf.print('-d'),
    ...readSasl(postconf, { platform, mailVersion, configDirectory, configuredPath }, places('sasldblistusers2')),
    ...(started && { started }),
    ...(platform && { platform }),
    file: readFile,
    reachable: (path) => isReachable(path, account),
  };
}

/** @throws {PostfixError} if master.cf is missing or cannot be read */
function readMasterFile(path: string): string {
  const file = readFile(path);
  if (file === undefined) throw new PostfixError(`${path}: no such file`);
  return decodeUtf8Leniently(file.bytes);
}

/** Reads /etc/os-release, which FreeBSD has too. */
function readPlatform(): Platform | undefined {
  const file = readFile('/etc/os-release');
  return file && platformOf(decodeUtf8Leniently(file.bytes));
}

/** @param listPlaces paths at which sasldblistusers2 is searched for */
function readSasl(postconf: Postconf, search: SaslSearch, listPlaces: readonly string[]): Partial<PostfixInstallation> {
  const value = (name: string) => postconf.printIfKnown('-h', name)?.trim() ?? '';
  const name = value('smtpd_sasl_path') || value('smtpd_sasl_application_name') || 'smtpd';
  const saslConfigPaths = saslConfigPlaces(search);
  const find = (directories: readonly string[]) =>
    directories.map((directory) => `${directory}/${name}.conf`).find((place) => existsSync(place));
  const path = find(saslConfigPaths);
  const strayedSaslConfig = path === undefined ? find(otherSaslConfigPlaces(search)) : undefined;
  const saslConfig = path === undefined ? undefined : decodeUtf8Leniently(readFile(path)?.bytes ?? new Uint8Array());
  // smtpd.conf can set the path of the database; otherwise libsasl uses /etc/sasldb2.
  const database =
    saslConfig === undefined ? undefined : (parseSaslConfig(saslConfig).get('sasldb_path') ?? '/etc/sasldb2');
  const saslRealms = database !== undefined && existsSync(database) ? listSaslRealms(database, listPlaces) : undefined;
  return {
    saslConfigPaths,
    ...(path !== undefined && { saslConfigPath: path }),
    ...(saslConfig !== undefined && { saslConfig }),
    ...(strayedSaslConfig !== undefined && { strayedSaslConfig }),
    ...(saslRealms && { saslRealms }),
  };
}

/**
 * Reads a regular file; undefined if there is none at this path.
 * @throws {PostfixError} if the file cannot be read for another reason, such as missing permission
 */
function readFile(path: string): PostfixFile | undefined {
  const read = readBytes(path);
  if (read === undefined) return undefined;
  const { bytes, status } = read;
  const owner = ownerName(status.uid, status.gid);
  return { bytes, mode: status.mode & permissionBits, owner, modified: status.mtime };
}

function readBytes(path: string): { bytes: Uint8Array; status: Stats } | undefined {
  try {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    const descriptor = openSync(path, 'r');
    try {
      const status = fstatSync(descriptor);
      const bytes = new Uint8Array(Math.min(status.size, maximumFile));
      let length = 0;
      for (let read = 1; read > 0 && length < bytes.length; length += read)
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      return { bytes: bytes.subarray(0, length), status };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR') || isSystemError(error, 'ENOENT')) return undefined;
    throw new PostfixError(`${path}: ${describeSystemError(error)}`, { cause: error });
  }
}
