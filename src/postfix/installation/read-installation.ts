import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSystemError, isSystemError } from '../../deploy/system-error.js';
import { ProbeError } from '../../errors.js';
import { parseSaslConfig } from '../configuration/sasl-config.js';
import { findAccount, ownerName } from './account.js';
import type { PostfixFile, PostfixInstallation } from './installation.js';
import { listSaslRealms, Postconf } from './postconf.js';
import { isReachable } from './reachable.js';
import { oldestSmtpdStart } from './running-smtpd.js';
import { findStrayed, saslConfigPlaces } from './sasl-config-place.js';

/** Octets beyond which a file is no bundle and no table of networks. */
const maximumFile = 4 * 2 ** 20;

/**
 * Reads a Postfix installation of this machine.
 * @param directory where main.cf is; left out, where Postfix itself looks
 * @throws {ProbeError} if there is no Postfix, or it cannot be read
 */
export function readInstallation(directory?: string): PostfixInstallation {
  // postconf passes a relative path over in silence.
  const postconf = Postconf.find(directory === undefined ? undefined : resolve(directory));
  const ask = (name: string) => (postconf.printIfKnown('-x', '-h', name) ?? postconf.print('-h', name)).trim();
  const configDirectory = ask('config_directory');
  const queueDirectory = ask('queue_directory');
  const account = findAccount(ask('mail_owner'));
  const sasl = readSasl(postconf, configDirectory);
  const started = oldestSmtpdStart(queueDirectory);
  return {
    mailVersion: postconf.print('-h', 'mail_version').trim(),
    // The directory is part of what follows from it; -n leaves it out where it is the usual one.
    main: `${postconf.unknownParameters()}${postconf.print('-n')}\nconfig_directory = ${configDirectory}\n`,
    // Before 2.9 postconf knew main.cf only.
    master: postconf.printIfKnown('-M') ?? readFileSync(`${configDirectory}/master.cf`, 'utf8'),
    overrides: postconf.printIfKnown('-P') ?? '',
    saslTypes: postconf.printIfKnown('-a') ?? '',
    defaults: postconf.print('-d'),
    ...sasl,
    ...(started && { started }),
    file: readFile,
    reachable: (path) => isReachable(path, account),
  };
}

function readSasl(postconf: Postconf, configDirectory: string): Partial<PostfixInstallation> {
  const value = (name: string) => postconf.printIfKnown('-h', name)?.trim() ?? '';
  const name = value('smtpd_sasl_path') || value('smtpd_sasl_application_name') || 'smtpd';
  const configured = value('cyrus_sasl_config_path').replaceAll('$config_directory', configDirectory);
  const saslConfigPaths = saslConfigPlaces(configDirectory, configured);
  const path = saslConfigPaths.map((folder) => `${folder}/${name}.conf`).find((place) => existsSync(place));
  const strayedSaslConfig =
    path === undefined ? findStrayed(name, configDirectory, configured, saslConfigPaths) : undefined;
  const saslConfig = path === undefined ? undefined : Buffer.from(readFile(path)?.bytes ?? []).toString('utf8');
  // libsasl's own place, where nothing else is said.
  const database =
    saslConfig === undefined ? undefined : (parseSaslConfig(saslConfig).get('sasldb_path') ?? '/etc/sasldb2');
  const saslRealms = database !== undefined && existsSync(database) ? listSaslRealms(database) : undefined;
  return {
    saslConfigPaths,
    ...(saslConfig !== undefined && { saslConfig }),
    ...(strayedSaslConfig !== undefined && { strayedSaslConfig }),
    ...(saslRealms && { saslRealms }),
  };
}

/** @throws {ProbeError} if the file is there, but not for us */
function readFile(path: string): PostfixFile | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile()) return undefined;
    if (status.size > maximumFile)
      throw new ProbeError(`${path}: ${status.size} bytes are too many for what it should be`);
    const bytes = new Uint8Array(readFileSync(path));
    return { bytes, mode: status.mode & 0o7777, owner: ownerName(status.uid, status.gid), modified: status.mtime };
  } catch (error) {
    if (isSystemError(error, 'ENOTDIR') || isSystemError(error, 'ENOENT')) return undefined;
    if (error instanceof ProbeError) throw error;
    throw new ProbeError(`${path}: ${describeSystemError(error)}`, { cause: error });
  }
}
