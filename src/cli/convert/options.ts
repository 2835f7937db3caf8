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
  readonly jobs?: number;
  readonly layout: 'bundle' | 'certbot';
  readonly trusted?: boolean;
  readonly addCert?: readonly string[];
  readonly trust?: readonly string[];
  readonly fetchIssuers?: boolean;
  readonly chain: PathPreference;
  readonly includeRoot?: boolean;
  readonly keyFormat: KeyFormat;
  readonly encryptKey?: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly deployHook?: string;
  readonly strict?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options that say something about a file, and so want one. */
const ofFiles: readonly (readonly [keyof ConvertOptions, string])[] = [
  ['json', '--json tells of a file that was written'],
  ['mode', '--mode is that of a file'],
  ['owner', '--owner is that of a file'],
  ['deployHook', '--deploy-hook runs after a file was changed'],
  ['dryRun', '--dry-run says whether a file would change'],
];

/** @throws {UsageError} if the options contradict each other */
export function requireSense(options: ConvertOptions): void {
  for (const [name, reason] of ofFiles) {
    if (options[name] !== undefined && options.out === undefined) throw new UsageError(`${reason}: it wants -o FILE`);
  }
  const { alias, trusted, layout, keyFormat, encryptKey } = options;
  if (trusted && alias) throw new UsageError('--trusted writes all trusted certificates: -a has no meaning beside it');
  if (trusted && (encryptKey !== undefined || keyFormat !== 'pkcs8'))
    throw new UsageError('--trusted writes no key: --encrypt-key and --key-format have no meaning beside it');
  if (layout === 'certbot') {
    if (options.out === undefined) throw new UsageError('--layout certbot writes a directory: it wants -o DIRECTORY');
    if (trusted) throw new UsageError('--trusted writes one file: --layout certbot has no meaning beside it');
    if ((alias?.length ?? 0) > 1) throw new UsageError('--layout certbot holds one key: only one -a goes with it');
  }
  if (encryptKey !== undefined && keyFormat === 'traditional') {
    throw new UsageError(
      '--encrypt-key writes PKCS#8: the traditional format has no encryption that deserves the name',
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
