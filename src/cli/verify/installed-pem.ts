import { join } from 'node:path';
import { concat } from '../../bytes/concat.js';
import { groupName, userName } from '../../deploy/owner.js';
import type { PemFinding } from '../../pem/finding.js';
import { InputError } from '../failure.js';
import type { FileStatus, Host } from '../host.js';

/** A PEM file in use, or a directory with certbot's names. */
export interface InstalledPem {
  /** Key and certificates in the order in which a server reads them. */
  readonly text: Uint8Array;
  /** The file that holds the key. */
  readonly keyFile: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly findings: readonly PemFinding[];
}

const typeBits = 0o170000;
const directoryType = 0o040000;
const permissionBits = 0o7777;

/** @throws {InputError} if it cannot be read */
export function readInstalledPem(path: string, host: Host): InstalledPem {
  const status = host.statusOf(path);
  const isDirectory = status !== undefined && (status.mode & typeBits) === directoryType;
  const keyFile = isDirectory ? join(path, 'privkey.pem') : path;
  const findings: PemFinding[] = [];
  const text = isDirectory ? readDirectory(path, host, findings) : host.readFile(path);
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

function readDirectory(path: string, host: Host, findings: PemFinding[]): Uint8Array {
  const [key, leaf, chain, full] = ['privkey.pem', 'cert.pem', 'chain.pem', 'fullchain.pem'].map((name) =>
    host.readFile(join(path, name)),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  if (Buffer.compare(concat(leaf, chain), full) !== 0) {
    const message = 'fullchain.pem is not cert.pem and chain.pem together';
    findings.push({ code: 'FILES_DIFFER', severity: 'error', message });
  }
  const text = concat(key, full);
  key.fill(0);
  return text;
}

function examineRights(path: string, status: FileStatus, text: Uint8Array, host: Host, findings: PemFinding[]): void {
  const bits = (status.mode & permissionBits).toString(8).padStart(4, '0');
  const secret = Buffer.from(text.buffer, text.byteOffset, text.length).includes('PRIVATE KEY-----');
  if (secret && status.mode & 0o004)
    findings.push({ code: 'FILE_MODE', severity: 'error', message: `${path}: everybody can read the key (${bits})` });
  if (status.mode & 0o022)
    findings.push({ code: 'FILE_MODE', severity: 'error', message: `${path}: others can change it (${bits})` });
  if (status.uid !== 0 && status.uid !== host.userId()) {
    const message = `${path}: belongs to ${userName(status.uid)}, who can change it`;
    findings.push({ code: 'FILE_OWNER', severity: 'warning', message });
  }
}
