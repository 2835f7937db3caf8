import { type Owner, resolveOwner } from '../../deploy/owner.js';
import { isWindows } from '../../deploy/windows.js';
import type { KeyFormat } from '../../pem/encode-key.js';
import type { PathPreference, PathPurpose } from '../../x509/path/certification-path-types.js';
import { UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import type { PasswordOptions } from '../password/passwords.js';
import type { LimitOptions } from '../shared-options.js';

/** The options of `convert`, as commander parses them. */
export interface ConvertOptions extends Pick<PasswordOptions, 'storepass'>, LimitOptions {
  readonly keypass?: readonly string[];
  readonly alias?: readonly string[];
  readonly out?: string;
  readonly outputDir?: string;
  readonly layout: 'bundle' | 'certbot' | 'sni';
  readonly trusted?: boolean;
  readonly only?: 'key' | 'chain';
  readonly split?: boolean;
  readonly purpose: PathPurpose;
  readonly days?: number;
  readonly allow?: readonly string[];
  readonly addCert?: readonly string[];
  readonly trust?: readonly string[];
  readonly tlsa?: readonly string[];
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

/** Options that need an output file, with the reasons for messages. */
const ofFiles: readonly (readonly [keyof ConvertOptions, string])[] = [
  ['json', '--json describes the file that was written'],
  ['mode', '--mode is the mode of a file'],
  ['owner', '--owner is the owner of a file'],
  ['deployHook', '--deploy-hook runs after a file was changed'],
  ['dryRun', '--dry-run shows whether a file would change'],
];

/** If `when` is true, the options in `without` are refused. */
interface Contradiction {
  readonly when: (options: Partial<ConvertOptions>) => boolean;
  readonly because: string;
  readonly without: readonly (keyof ConvertOptions)[];
}

/** What an output without a key or without a certificate chain cannot have. */
const contradictionsOfContent: readonly Contradiction[] = [
  {
    when: ({ trusted }) => trusted ?? false,
    because: '--trusted writes certificates and no key',
    without: ['encryptKey', 'keyFormat', 'only', 'layout', 'tlsa'],
  },
  {
    when: ({ only }) => only === 'chain',
    because: '--only chain writes no key',
    without: ['encryptKey', 'keyFormat', 'layout'],
  },
  {
    when: ({ only }) => only === 'key',
    because: '--only key writes no certificate',
    without: ['addCert', 'fetchIssuers', 'includeRoot', 'layout', 'tlsa'],
  },
];

const contradictions: readonly Contradiction[] = [
  ...contradictionsOfContent,
  {
    when: ({ split }) => split ?? false,
    because: '--split writes a file for each entry',
    without: ['layout', 'only'],
  },
  {
    when: ({ keyFormat }) => keyFormat === 'traditional',
    because: 'the traditional key format has only weak encryption (one round of MD5)',
    without: ['encryptKey'],
  },
];

/** The defaults of those options that a {@link Contradiction} can refuse. */
const defaultValues: Partial<ConvertOptions> = { keyFormat: 'pkcs8', layout: 'bundle' };

function isGiven(options: ConvertOptions, name: keyof ConvertOptions): boolean {
  const value = options[name];
  return value !== undefined && value !== false && value !== defaultValues[name];
}

/**
 * Returns the options that a table of the configuration file inherits. Those that do not apply to the content of its files are left out: an
 * output with its own `only = "key"` does not inherit `include-root`.
 */
export function inheritable(
  inherited: Readonly<Record<string, unknown>>,
  own: Partial<ConvertOptions>,
): Record<string, unknown> {
  const refused = contradictionsOfContent.filter(({ when }) => when(own)).flatMap(({ without }) => without);
  const kept = Object.entries(inherited).filter(([name]) => !refused.includes(name as keyof ConvertOptions));
  return Object.fromEntries(kept);
}

/** Checks whether the output is written to standard output. */
function isToStandardOutput({ out, outputDir }: Pick<ConvertOptions, 'out' | 'outputDir'>): boolean {
  return outputDir === undefined && (out === undefined || out === '-');
}

/**
 * Checks that no option contradicts another one, is empty, or lacks an option that it needs.
 * @throws {UsageError} for the first such option
 */
export function requireConsistent(options: ConvertOptions): void {
  if (options.out === '') throw new UsageError('-o is empty: give the path of a file');
  if (options.outputDir === '') throw new UsageError('--output-dir is empty: give the path of a directory');
  if (isToStandardOutput(options)) {
    for (const [name, reason] of ofFiles)
      if (options[name] !== undefined) throw new UsageError(`${reason}: give -o FILE`);
    if (options.layout === 'certbot') throw new UsageError('--layout certbot writes a directory: give -o DIRECTORY');
  }
  for (const { when, because, without } of contradictions) {
    if (!when(options)) continue;
    const refused = without.find((name) => isGiven(options, name));
    if (refused !== undefined)
      throw new UsageError(
        `${because}: leave out --${refused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
  }
  const { alias, layout, split, outputDir } = options;
  if (layout === 'certbot' && (alias?.length ?? 0) > 1)
    throw new UsageError('--layout certbot holds one key: give one -a');
  if (layout === 'sni' && outputDir === undefined)
    throw new UsageError('--layout sni writes bundles and a table: give --output-dir DIR');
  if (split && outputDir === undefined) throw new UsageError('--split writes several files: give --output-dir DIR');
}

/**
 * Checks that no password comes from standard input. Called if the keystore comes from there.
 * @throws {UsageError} if a password does
 */
export function requireOneUseOfInput({ storepass, keypass, encryptKey }: ConvertOptions): void {
  if ([storepass, ...(keypass ?? []), encryptKey].some((source) => source === 'stdin' || source === 'fd:0'))
    throw new UsageError('standard input cannot be both the keystore and a password');
}

/** The part of a keystore that is written: key and chain, one of them, the trusted certificates, or all entries separately. */
export type KeystorePart = 'bundle' | 'key' | 'chain' | 'trusted' | 'entries';

/** The mode and the owner from the options. */
export interface RequestedRights {
  readonly mode?: number;
  readonly owner?: Owner;
}

/**
 * Reads mode and owner.
 * @throws {UsageError} if the mode is not an octal number that allows the owner to read and write; on Windows, if a mode or owner is given
 * @throws {OutputError} if the owner does not exist
 */
export function readRights({ mode, owner }: Pick<ConvertOptions, 'mode' | 'owner'>): RequestedRights {
  if (isWindows && (mode !== undefined || owner !== undefined))
    throw new UsageError(
      `--${mode === undefined ? 'owner' : 'mode'}: Windows has neither modes nor numbered owners`,
      'files inherit the access rights of their directory; set those with icacls',
    );
  // The next run reads the file. The mode may restrict even root, because a file server may map root to another user.
  if (mode !== undefined && !/^0?[67][0-7]{2}$/.test(mode))
    throw new UsageError(`--mode ${mode}: expected an octal mode that lets the owner read and write, such as 0640`);
  return {
    ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
    ...(owner !== undefined && { owner: resolveOwner(owner) }),
  };
}

/** Maximum of `--hook-timeout` in seconds: setTimeout allows 2^31 - 1 milliseconds. */
const longestTimeoutSeconds = Math.floor((2 ** 31 - 1) / 1000);

/**
 * Reads the number of seconds of `--hook-timeout`.
 * @throws {UsageError} if the text is not a whole number, or larger than {@link longestTimeoutSeconds}
 */
export function readHookTimeout(text: string): number {
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= longestTimeoutSeconds) return seconds;
  throw new UsageError(
    `--hook-timeout ${text}: expected seconds, from 0 (no limit) to ${longestTimeoutSeconds}`,
    '--hook-timeout 600 is the default',
  );
}

/** Refuses to print an unencrypted private key to a terminal, where it would stay in the scrollback buffer, unless `-o -` is given. */
export function requireNoKeyOnTerminal(options: ConvertOptions, host: Host): void {
  const { out, trusted, only, encryptKey } = options;
  const hasKey = !trusted && only !== 'chain' && encryptKey === undefined;
  if (!hasKey || out === '-' || !isToStandardOutput(options) || host.outputColumns() === undefined) return;
  throw new UsageError(
    'a private key is not written to a terminal',
    '-o FILE writes it to a file; -o - writes it to the terminal anyway',
  );
}
