import { type Owner, resolveOwner } from '../../deploy/owner.js';
import type { KeyFormat } from '../../pem/key.js';
import type { PathPreference } from '../../x509/path/certification-path.js';
import { UsageError } from '../failure.js';
import type { LimitOptions } from '../options.js';
import type { PasswordOptions } from '../password/passwords.js';

/** The options of `convert` as commander gives them. */
export interface ConvertOptions extends PasswordOptions, LimitOptions {
  readonly alias?: readonly string[];
  readonly out?: string;
  readonly outputDir?: string;
  readonly layout: 'bundle' | 'certbot';
  readonly trusted?: boolean;
  readonly addCert?: readonly string[];
  readonly trust?: readonly string[];
  readonly fetchIssuers?: boolean;
  readonly fetchPrivate?: boolean;
  readonly chain: PathPreference;
  readonly includeRoot?: boolean;
  readonly keyFormat: KeyFormat;
  readonly encryptKey?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly deployHook?: string;
  readonly hookTimeout: number;
  readonly strict?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options about output files, which need one. */
const ofFiles: readonly (readonly [keyof ConvertOptions, string])[] = [
  ['json', '--json describes the file that was written'],
  ['mode', '--mode is the mode of a file'],
  ['owner', '--owner is the owner of a file'],
  ['deployHook', '--deploy-hook runs after a file was changed'],
  ['dryRun', '--dry-run shows whether a file would change'],
];

/** @throws {UsageError} if the options contradict each other */
export function requireConsistent(options: ConvertOptions): void {
  const hasPlace = options.out !== undefined || options.outputDir !== undefined;
  for (const [name, reason] of ofFiles) {
    if (options[name] !== undefined && !hasPlace) throw new UsageError(`${reason}: give -o FILE`);
  }
  const { alias, trusted, layout, keyFormat, encryptKey } = options;
  if (trusted && alias) throw new UsageError('--trusted writes all trusted certificates: leave out -a');
  if (trusted && (encryptKey !== undefined || keyFormat !== 'pkcs8'))
    throw new UsageError('--trusted writes no key: leave out --encrypt-key and --key-format');
  if (layout === 'certbot') {
    if (!hasPlace) throw new UsageError('--layout certbot writes a directory: give -o DIRECTORY');
    if (trusted) throw new UsageError('--trusted writes one file: leave out --layout certbot');
    if ((alias?.length ?? 0) > 1) throw new UsageError('--layout certbot holds one key: give one -a');
  }
  if (encryptKey !== undefined && keyFormat === 'traditional') {
    throw new UsageError(
      '--encrypt-key writes PKCS#8: the encryption of the traditional format is too weak (one round of MD5)',
    );
  }
}

/** @throws {UsageError} if both the keystore and a password come from standard input */
export function requireOneUseOfInput({ storepass, keypass, encryptKey }: ConvertOptions): void {
  if ([storepass, keypass, encryptKey].some((source) => source === 'stdin' || source === 'fd:0'))
    throw new UsageError('standard input cannot be both the keystore and a password');
}

/** Mode and owner that were asked for. */
export interface Rights {
  readonly mode?: number;
  readonly owner?: Owner;
}

/**
 * @throws {UsageError} if the mode is none
 * @throws {OutputError} if the owner does not exist
 */
export function readRights({ mode, owner }: Pick<ConvertOptions, 'mode' | 'owner'>): Rights {
  // Read and write for the owner at least: the next run has to read the file, and root may be mapped to somebody else.
  if (mode !== undefined && !/^0?[67][0-7]{2}$/.test(mode))
    throw new UsageError(`--mode ${mode}: an octal mode that lets the owner read and write expected, such as 0640`);
  return {
    ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
    ...(owner !== undefined && { owner: resolveOwner(owner) }),
  };
}

/** setTimeout takes no more than 2^31 - 1 milliseconds. */
const longestTimeoutSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** @throws {UsageError} if it is no number of seconds */
export function readHookTimeout(text: string): number {
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= longestTimeoutSeconds) return seconds;
  throw new UsageError(
    `--hook-timeout ${text}: expected seconds, from 0 (no limit) to ${longestTimeoutSeconds}`,
    '--hook-timeout 600 is the default',
  );
}
