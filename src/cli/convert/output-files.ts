import { join } from 'node:path';
import { readableByOthers } from '../../bytes/file-mode.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { FileContent } from '../../deploy/file-content.js';
import type { Warning } from '../../warnings.js';
import type { RequestedRights } from './options.js';

/** Modes of new files. Only the owner can read keys; everyone can read certificates. */
const keyMode = 0o600;
const certificateMode = 0o644;

/** A file of the output of a keystore. */
export interface OutputFile {
  /** The name in the directory of a layout with several files; undefined if the output is a single file. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
  /** Whether the file contains private keys, encrypted or not. */
  readonly isSecret: boolean;
}

/** Options for writing files, and for recognizing unchanged ones. */
interface WritingOptions {
  readonly rights: RequestedRights;
  /** The password of encrypted keys. */
  readonly encryptKey?: string;
}

/** Returns the path of an output file of a target. */
export function pathOf(targetPath: string, { name }: OutputFile): string {
  return name === undefined ? targetPath : join(targetPath, name);
}

/** Creates the input of src/deploy: content, mode and owner, and the comparison with an existing file. */
export function fileContent(
  { content, isSecret, name }: OutputFile,
  keys: readonly PrivateKey[],
  { rights, encryptKey }: WritingOptions,
): FileContent {
  // --mode applies to files with keys. Files that contain only certificates keep their public mode.
  const { mode: _, ...others } = rights;
  if (!isSecret) {
    const own = name === undefined ? rights : others;
    return { content, holdsKey: false, defaultMode: certificateMode, ...own };
  }
  const plain = { content, holdsKey: true, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  return {
    ...plain,
    // Salt and IV are random, so the bytes always differ. Therefore the decrypted keys are compared.
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../../pem/same-keys.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}

/**
 * Warns if other users can read the file to which the private key is written.
 * @param existing the mode of the existing file, with its type bits
 */
export function readableKeyWarning(
  path: string,
  existing: number | undefined,
  { mode }: RequestedRights,
): Warning | undefined {
  const kept = existing !== undefined && isRegularFile(existing) ? existing : 0;
  // The group of a key file is often that of the server, so it may read the key.
  if (((mode ?? kept) & readableByOthers) === 0) return undefined;
  return { code: 'WARN_OUTPUT_READABLE', message: `${path}: holds a private key and is world-readable` };
}

/** Checks the type bits of a mode (inode(7)). */
function isRegularFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}
