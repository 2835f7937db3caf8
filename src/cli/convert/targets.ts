import { join, parse } from 'node:path';
import { leadToSameFile } from '../../deploy/existing-file.js';
import { OutputError } from '../../errors.js';
import { UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import type { ConvertOptions } from './options.js';

/** A keystore and the path of its output. */
export interface Target {
  readonly keystore: string;
  /** The output file, or the directory if there are several files; undefined for standard output. */
  readonly path: string | undefined;
}

/**
 * Determines the output of each keystore: standard output, the path of `-o`, or a file in `--output-dir` with the name of the keystore and
 * the extension `.pem` (no extension if the layout is a directory). With `--split`, it is `--output-dir` itself.
 * @throws {UsageError} if `-o` and `--output-dir` are both given, several keystores have no `--output-dir` or the same output in it, or an
 * output cannot be named after its keystore
 */
export function targetsOf(keystores: readonly string[], { out, outputDir, layout, split }: ConvertOptions): Target[] {
  if (out !== undefined && outputDir !== undefined)
    throw new UsageError('-o and --output-dir both name the output: give one of them');
  // With --split, the file names come from the entries.
  if (split && outputDir !== undefined) return keystores.map((keystore) => ({ keystore, path: outputDir }));
  if (outputDir !== undefined) return targetsIn(outputDir, keystores, layout);
  const [keystore, ...others] = keystores;
  if (keystore === undefined || others.length > 0) {
    const hint = '--output-dir DIR writes a file for each keystore, named after it';
    const where = out === undefined ? 'standard output takes' : '-o takes';
    throw new UsageError(`${where} one keystore, not ${keystores.length}`, hint);
  }
  return [{ keystore, path: out === '-' ? undefined : out }];
}

function targetsIn(directory: string, keystores: readonly string[], layout: ConvertOptions['layout']): Target[] {
  const byPath = new Map<string, Target>();
  for (const keystore of keystores) {
    if (keystore === '-')
      throw new UsageError('standard input has no name for a file in --output-dir: give -o FILE instead');
    const stem = parse(keystore).name;
    const name = layout === 'certbot' ? stem : `${stem}.pem`;
    requireUsableName(stem, name, keystore);
    const path = join(directory, name);
    const other = byPath.get(path);
    if (other) throw new UsageError(`${other.keystore} and ${keystore} would both be written to ${path}`);
    byPath.set(path, { keystore, path });
  }
  return [...byPath.values()];
}

/** Matches names that are reserved for src/deploy, such as that of its work directory, `.jks2pem-work`. */
const workName = /^\.jks2pem/;

/**
 * Refuses names that lead to another directory, that {@link workName} matches, or that contain control characters, because a line end would
 * add a line to JKS2PEM_FILES.
 * @throws {UsageError} if it refuses the name
 */
function requireUsableName(stem: string, name: string, keystore: string): void {
  const problem =
    stem === '' || stem === '.' || stem === '..'
      ? `is ${JSON.stringify(stem)}, which names a directory`
      : /\p{Cc}/u.test(stem)
        ? 'has control characters'
        : workName.test(name)
          ? 'is one that jks2pem uses for its own work files'
          : undefined;
  if (problem === undefined) return;
  throw new UsageError(
    `${keystore}: the output would be named after this keystore, but the name ${problem}`,
    'rename the keystore, or convert it by itself with -o FILE',
  );
}

/**
 * Checks that the file of `-o` can have its path: its directory exists, and nothing but a regular file has its name. This is done before the
 * user types a password. Other outputs are not checked.
 * @throws {OutputError} if the file cannot have its path
 */
export async function checkFileTarget(
  { path }: Target,
  { outputDir, layout }: ConvertOptions,
  host: Host,
): Promise<void> {
  if (path === undefined || outputDir !== undefined || layout === 'certbot') return;
  const { checkOutputPath } = await import('../../deploy/check-output-path.js');
  checkOutputPath(path, host.userId());
}

/**
 * Checks that the output does not replace the keystore.
 * @throws {OutputError} if it would
 */
export function requireOtherFile({ keystore, path }: Target): void {
  if (path !== undefined && keystore !== '-' && leadToSameFile(keystore, path))
    throw new OutputError(`${path}: is the keystore itself; nothing was written`);
}
