import { join } from 'node:path';
import { isRegularFile, octal, permissionBits, readableByOthers } from '../../bytes/file-mode.js';
import type { FileContent } from '../../deploy/file-content.js';
import { groupName, userName } from '../../deploy/owner.js';
import { isSystemError } from '../../deploy/system-error.js';
import { LimitExceededError } from '../../errors.js';
import { InputError } from '../command-errors.js';
import type { FileStatus, Host } from '../host.js';
import type { OutputUnit } from '../renew/convert-outputs.js';
import type { StatusFinding } from './status-result.js';

/** A file of an output as it is on disk. */
export interface InstalledFile {
  readonly path: string;
  /** The content, mode and owner that `renew` would give the file. */
  readonly wanted: FileContent;
  /** Undefined if the file is missing, or if this user may not search its directory. */
  readonly status: FileStatus | undefined;
  readonly isMissing: boolean;
  /** Whether the content is that of `wanted`; undefined if the file is missing or cannot be read. */
  readonly isSame: boolean | undefined;
  readonly findings: readonly StatusFinding[];
}

/**
 * Compares content, mode and owner of the files of an output with those that `renew` would give them.
 * @param renewal the command that renews them, for hints
 */
export async function examineFiles(
  units: readonly OutputUnit[],
  renewal: string,
  host: Host,
): Promise<InstalledFile[]> {
  const files = units.flatMap(({ path, files: wanted }) =>
    [...wanted].map(([name, content]) => ({ path: name === '' ? path : join(path, name), wanted: content })),
  );
  return Promise.all(files.map(({ path, wanted }) => examineFile(path, wanted, renewal, host)));
}

async function examineFile(path: string, wanted: FileContent, renewal: string, host: Host): Promise<InstalledFile> {
  const status = host.statusOf(path);
  const findings = status === undefined ? [] : rightsProblems(path, status, wanted, `${renewal} sets it`);
  try {
    // Reading a pipe could wait forever.
    if (status !== undefined && !isRegularFile(status.mode)) throw new InputError(`${path}: not a regular file`);
    return { path, wanted, status, isMissing: false, isSame: await isSame(path, wanted, host), findings };
  } catch (error) {
    if (!(error instanceof InputError || error instanceof LimitExceededError)) throw error;
    const isDenied = isSystemError(error.cause, 'EACCES');
    const isMissing = status === undefined && !isDenied;
    const hint = isDenied && { hint: 'run status as root, or as the user who runs renew' };
    if (!isMissing) findings.push({ code: 'OUTPUT_UNREADABLE', severity: 'error', message: error.message, ...hint });
    return { path, wanted, status, isMissing, isSame: undefined, findings };
  }
}

async function isSame(path: string, { content, isCurrent }: FileContent, host: Host): Promise<boolean> {
  const bytes = host.readFile(path);
  try {
    return isCurrent ? await isCurrent(bytes) : Buffer.compare(bytes, content) === 0;
  } finally {
    // The file may contain a private key.
    bytes.fill(0);
  }
}

function rightsProblems(
  path: string,
  { mode, uid, gid }: FileStatus,
  { mode: wantedMode, owner = {}, holdsKey }: FileContent,
  hint: string,
): StatusFinding[] {
  const found: StatusFinding[] = [];
  const bits = mode & permissionBits;
  if (wantedMode !== undefined && bits !== wantedMode)
    found.push({
      code: 'FILE_MODE',
      severity: 'error',
      message: `${path}: has mode ${octal(bits)}, and ${octal(wantedMode)} is configured`,
      hint,
    });
  else if (holdsKey && bits & readableByOthers && wantedMode === undefined)
    found.push({
      code: 'FILE_MODE',
      severity: 'error',
      message: `${path}: every user can read the private key (mode ${octal(bits)})`,
      hint: 'write mode = "0600" below its out',
    });
  const isOwner = owner.uid === undefined || owner.uid === uid;
  const isGroup = owner.gid === undefined || owner.gid === gid;
  if (!isOwner || !isGroup) {
    const wanted = `${userName(owner.uid ?? uid)}:${groupName(owner.gid ?? gid)}`;
    const message = `${path}: belongs to ${userName(uid)}:${groupName(gid)}, and ${wanted} is configured`;
    found.push({ code: 'FILE_OWNER', severity: 'error', message, hint });
  }
  return found;
}
