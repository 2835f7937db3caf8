import { join } from 'node:path';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import type { FileContent } from '../../deploy/file-content.js';
import type { Warning } from '../../warnings.js';
import type { RequestedRights } from './options.js';

/** Modes of new files: keys are readable by the owner only, certificates by everyone. */
const keyMode = 0o600;
const certificateMode = 0o644;
/** Read permission of others (inode(7)). The group is ignored, because the group of a key file is often the server's. */
const readableByOthers = 0o004;

/** A file of the output of a keystore. */
export interface OutputFile {
  /** The name in the directory of a layout with several files; undefined if the output is a single file. */
  readonly name: string | undefined;
  readonly content: Uint8Array;
  /** Whether it holds private keys, encrypted or not. */
  readonly isSecret: boolean;
}

/** Options for writing files and for recognising unchanged ones. */
interface WritingOptions {
  readonly rights: RequestedRights;
  /** The password of encrypted keys. */
  readonly encryptKey?: string;
}

/** The path of an output file below the path of its target. */
export function pathOf(targetPath: string, { name }: OutputFile): string {
  return name === undefined ? targetPath : join(targetPath, name);
}

/** Makes the input of src/deploy: content, mode and owner, and the comparison with an existing file. */
export function fileContent(
  { content, isSecret, name }: OutputFile,
  keys: readonly PrivateKey[],
  { rights, encryptKey }: WritingOptions,
): FileContent {
  // --mode applies to files with keys; files with certificates only keep their public mode.
  const { mode: _, ...others } = rights;
  if (!isSecret) {
    const own = name === undefined ? rights : others;
    return { content, holdsKey: false, defaultMode: certificateMode, ...own };
  }
  const plain = { content, holdsKey: true, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  return {
    ...plain,
    // Salt and IV are random, so the bytes always differ. The decrypted keys are compared.
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../../pem/same-keys.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}

/**
 * Warns if other users can read the file that the private key is written to.
 * @param existing the mode of the existing file, with its type bits
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
