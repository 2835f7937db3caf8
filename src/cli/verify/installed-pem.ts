import { join } from 'node:path';
import { concat } from '../../bytes/concat.js';
import { isDirectory, octal, permissionBits } from '../../bytes/file-mode.js';
import { groupName, userName } from '../../deploy/owner.js';
import { isWindows } from '../../deploy/windows.js';
import { rightsProblems } from '../../pem/file-rights.js';
import type { PemFinding } from '../../pem/finding.js';
import { InputError, UsageError } from '../command-errors.js';
import type { FileStatus, Host } from '../host.js';

/** An installed PEM file, or the files of a directory in certbot's layout. */
export interface InstalledPem {
  /** The content of the file. Of several files, the content of the key file comes first. */
  readonly text: Uint8Array;
  /** The path of the file that contains the key. Mode, owner and group are those of this file. */
  readonly keyFile: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly findings: readonly PemFinding[];
}

/**
 * Reads an installed file or directory, and examines mode and owner of the key file.
 * @param path a PEM file, or a directory with certbot's file names
 * @param keyPath the file with the private key, if `path` is a file without it
 * @throws {InputError} if a file cannot be read
 * @throws {UsageError} if there is a `keyPath`, although `path` is a directory
 */
export function readInstalledPem(path: string, keyPath: string | undefined, host: Host): InstalledPem {
  const status = host.statusOf(path);
  const namesDirectory = status !== undefined && isDirectory(status.mode);
  if (namesDirectory && keyPath !== undefined)
    throw new UsageError(
      `--key ${keyPath}: the key of the directory ${path} is its privkey.pem`,
      `leave out --key, or name a file: ${join(path, 'fullchain.pem')}`,
    );
  const keyFile = namesDirectory ? join(path, 'privkey.pem') : (keyPath ?? path);
  const findings: PemFinding[] = [];
  const text = namesDirectory ? readDirectory(path, host, findings) : readFiles(path, keyPath, host);
  const own = host.statusOf(keyFile);
  if (own === undefined) throw new InputError(`${keyFile}: cannot be examined`);
  examineRights(keyFile, own, text, host, findings);
  return {
    text,
    keyFile,
    mode: own.mode & permissionBits,
    owner: userName(own.uid),
    group: groupName(own.gid),
    findings,
  };
}

function readFiles(path: string, keyPath: string | undefined, host: Host): Uint8Array {
  const text = host.readFile(path);
  if (keyPath === undefined) return text;
  return joinPem(host.readFile(keyPath), text);
}

/** Joins a key and certificates in PEM, and overwrites the key. */
function joinPem(key: Uint8Array, certificates: Uint8Array): Uint8Array {
  // The key file may lack the final line feed, and a PEM block must begin on a new line.
  const both = concat(key, Buffer.from('\n'), certificates);
  key.fill(0);
  return both;
}

function readDirectory(path: string, host: Host, findings: PemFinding[]): Uint8Array {
  const [key, leaf, chain, full] = ['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem'].map((name) =>
    host.readFile(join(path, name)),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  if (Buffer.compare(concat(leaf, chain), full) !== 0) {
    const message = 'fullchain.pem is not cert.pem followed by chain.pem';
    findings.push({ code: 'FILES_DIFFER', severity: 'error', message });
  }
  return joinPem(key, full);
}

function examineRights(path: string, status: FileStatus, text: Uint8Array, host: Host, findings: PemFinding[]): void {
  if (isWindows) return;
  const bits = octal(status.mode & permissionBits);
  const add = (code: PemFinding['code'], severity: PemFinding['severity'], message: string) =>
    findings.push({ code, severity, message: `${path}: ${message}` });
  const hasKey = Buffer.from(text.buffer, text.byteOffset, text.length).includes('PRIVATE KEY-----');
  const owned = { owner: userName(status.uid), group: groupName(status.gid) };
  for (const { severity, what } of rightsProblems({ mode: status.mode, ...owned, holdsKey: hasKey }))
    add('FILE_MODE', severity, `${what} (mode ${bits})`);
  if (status.uid !== 0 && status.uid !== host.userId())
    add('FILE_OWNER', 'warning', `belongs to ${userName(status.uid)}, who can change it`);
}
