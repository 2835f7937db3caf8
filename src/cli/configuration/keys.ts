import { defineConvert } from '../convert/command.js';
import type { ConvertOptions } from '../convert/options.js';
import type { Host } from '../host.js';
import { Command, isRepeatable, type Option } from '../options.js';

/** Where a key of the configuration stands: in `[name]`, or in `[[name.to]]`. */
export type Scope = 'keystore' | 'output';

/** A key that is an option of `convert`, read in the same way. */
export interface ConfigurationKey {
  /** `add-cert` for `--add-cert`. */
  readonly name: string;
  /** The property of {@link ConvertOptions}. */
  readonly property: string;
  readonly scope: Scope;
  readonly type: 'flag' | 'number' | 'text' | 'list';
  /** What is relative to the directory of the file. `record`: a TLSA record, or the path of a file with records. */
  readonly holds: 'path' | 'password' | 'record' | 'other';
  readonly choices: readonly string[];
  /** Reads a value, and adds it to the previous ones of a list. @throws {UsageError} if it is not one */
  read(value: string, previous: unknown): unknown;
}

/** Options that belong to an output. All others belong to the keystore, except those of a run. */
const outputKeys: readonly string[] = [
  'out',
  'output-dir',
  'layout',
  'split',
  'only',
  'mode',
  'owner',
  'key-format',
  'encrypt-key',
  'include-root',
  'deploy-hook',
  'hook-timeout',
];

/** Options of `convert` that are options of `renew`, and so are no keys. */
export const runOptions: readonly string[] = ['dry-run', 'json', 'quiet'];

/** The keys of a configuration and their defaults, from the definition of `convert`: nothing is listed twice. */
export function configurationKeys(): { readonly keys: readonly ConfigurationKey[]; readonly defaults: ConvertOptions } {
  const command = new Command('convert');
  // Only the action uses the host, and it does not run here.
  defineConvert(command, undefined as unknown as Host, () => {});
  const options = command.options.filter((option) => !runOptions.includes(nameOf(option)));
  return { keys: options.map(keyOf), defaults: command.opts<ConvertOptions>() };
}

function nameOf({ long = '' }: Option): string {
  return long.replace(/^--/, '');
}

function keyOf(option: Option): ConfigurationKey {
  const name = nameOf(option);
  const { flags, argChoices, parseArg } = option;
  return {
    name,
    property: option.attributeName(),
    scope: outputKeys.includes(name) ? 'output' : 'keystore',
    type: typeOf(option),
    holds: kindOf(flags),
    choices: argChoices ?? [],
    read: (value, previous) => (parseArg ? parseArg(value, previous) : value),
  };
}

function kindOf(flags: string): ConfigurationKey['holds'] {
  if (/<(?:file|dir)>/.test(flags)) return 'path';
  if (/<source>/.test(flags)) return 'password';
  return /<record>/.test(flags) ? 'record' : 'other';
}

function typeOf(option: Option): ConfigurationKey['type'] {
  if (!option.required) return 'flag';
  if (isRepeatable(option)) return 'list';
  return /<(?:n|number|seconds)>/.test(option.flags) ? 'number' : 'text';
}
