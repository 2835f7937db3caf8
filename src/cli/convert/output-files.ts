import { join } from 'node:path';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { FileContent } from '../../deploy/file-content.js';
import type { Warning } from '../../warnings.js';
import type { RequestedRights } from './options.js';

/** Modes of new files: a key is for its owner alone, certificates are for everyone. */
const keyMode = 0o600;
const certificateMode = 0o644;
/** Read by others (inode(7)); the group of a key file is often the server's, so the group does not count. */
const readableByOthers = 0o004;

/** One of the files that the output of a keystore consists of. */
export interface OutputFile {
  /** Its name in the directory of a layout with several files; undefined for the only file. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
  /** Whether it holds private keys, encrypted or not. */
  readonly isSecret: boolean;
}

/** How files are written, and how unchanged ones are recognised. */
export interface WritingOptions {
  readonly rights: RequestedRights;
  /** The password that keys are encrypted with, if they are. */
  readonly encryptKey?: string;
}

/** The path of an output file below the path of its target. */
export function pathOf(targetPath: string, { name }: OutputFile): string {
  return name === undefined ? targetPath : join(targetPath, name);
}

/** An output file as src/deploy takes it: content, rights, and how an unchanged file is recognised. */
export function fileContent(
  { content, isSecret, name }: OutputFile,
  keys: readonly PrivateKey[],
  { rights, encryptKey }: WritingOptions,
): FileContent {
  // --mode is for the file with the key; the certificates of a layout beside it stay public.
  const { mode: _, ...others } = rights;
  if (!isSecret) {
    const own = name === undefined ? rights : others;
    return { content, holdsKey: false, defaultMode: certificateMode, ...own };
  }
  const plain = { content, holdsKey: true, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  return {
    ...plain,
    // Salt and IV are new each time, so the bytes always differ: what is decrypted is compared.
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../../pem/same-keys.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}

/**
 * A warning if others can read the file that the private key is written to.
 * @param existing mode of the file that is there, type bits included
 */
export function readableKeyWarning(
  path: string,
  existing: number | undefined,
  { mode }: RequestedRights,
): Warning | undefined {
  const kept = existing !== undefined && isRegularFile(existing) ? existing : 0;
  if (((mode ?? kept) & readableByOthers) === 0) return undefined;
  return { code: 'WARN_OUTPUT_READABLE', message: `${path}: holds a private key and is world-readable` };
}

/** By the type bits of a mode (inode(7)). */
function isRegularFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}
