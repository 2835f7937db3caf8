import { join } from 'node:path';
import { isRegularFile, readableByOthers } from '../../bytes/file-mode.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { containsPrivateKey } from '../../deploy/existing-file.js';
import type { FileContent } from '../../deploy/file-content.js';
import { LimitExceededError } from '../../errors.js';
import type { Warning } from '../../warnings.js';
import { InputError } from '../command-errors.js';
import type { Host } from '../host.js';
import type { KeystorePart, RequestedRights } from './options.js';

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
  readonly part: KeystorePart;
  /** The password with which the keys were encrypted; undefined if they were not. */
  readonly encryptKey?: string;
}

/** Returns the path of an output file of a target. */
export function pathOf(targetPath: string, { name }: OutputFile): string {
  return name === undefined ? targetPath : join(targetPath, name);
}

/**
 * Creates the input of src/deploy: content, mode and owner, and for encrypted keys the comparison with an existing file.
 * @param file must have its name even if `--split` writes it as a separate output: the name decides whether `--mode` applies
 */
export function fileContent(
  { content, isSecret, name }: OutputFile,
  keys: readonly PrivateKey[],
  { rights, part, encryptKey }: WritingOptions,
): FileContent {
  if (!isSecret) {
    // Beside files with keys, --mode does not apply to certificates: servers that run as other users must be able to read them.
    const { mode: _, ...others } = rights;
    const own = name === undefined || part === 'trusted' ? rights : others;
    return { content, holdsKey: false, defaultMode: certificateMode, ...own };
  }
  const plain = { content, holdsKey: true, defaultMode: keyMode, ...rights };
  if (encryptKey === undefined) return plain;
  return {
    ...plain,
    // Salt and IV are random, so the bytes always differ. Therefore the keys are encrypted again with the salt and IV of the existing file.
    isCurrent: async (existing) => {
      const { isSameButForEncryption } = await import('../../pem/same-but-for-encryption.js');
      return isSameButForEncryption(existing, content, keys, encryptKey);
    },
  };
}

/**
 * Warns if the file to which the private key is written will be world-readable: by `--mode`, or by the mode of the existing file.
 *
 * An existing file without a key causes no warning, because src/deploy refuses it or, if it is empty, does not keep its mode.
 */
export function readableKeyWarning(path: string, { mode }: RequestedRights, host: Host): Warning | undefined {
  const isReadable = mode === undefined ? isReadableKeyFile(path, host) : (mode & readableByOthers) !== 0;
  return isReadable
    ? { code: 'WARN_OUTPUT_READABLE', message: `${path}: holds a private key and is world-readable` }
    : undefined;
}

function isReadableKeyFile(path: string, host: Host): boolean {
  const { mode = 0 } = host.statusOf(path) ?? {};
  // The group may read the key without a warning, because it is often the group of the server.
  if (!isRegularFile(mode) || (mode & readableByOthers) === 0) return false;
  let bytes: Uint8Array;
  try {
    bytes = host.readFile(path);
  } catch (error) {
    // Writing the output fails too, and reports the reason.
    if (error instanceof InputError || error instanceof LimitExceededError) return false;
    throw error;
  }
  try {
    return containsPrivateKey(bytes);
  } finally {
    // The bytes are overwritten, because they may contain the private key in use.
    bytes.fill(0);
  }
}
