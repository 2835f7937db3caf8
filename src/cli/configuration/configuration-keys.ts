import { defineConvert } from '../convert/command.js';
import type { ConvertOptions } from '../convert/options.js';
import type { Host } from '../host.js';
import { Command, isRepeatable, type Option } from '../shared-options.js';

/** The table that a key belongs to: `[name]` or `[[name.to]]`. */
export type Scope = 'keystore' | 'output';

/** A key of the configuration that corresponds to an option of `convert`. */
export interface ConfigurationKey {
  /** The name of the key, such as `add-cert` for `--add-cert`. */
  readonly name: string;
  /** The corresponding property of {@link ConvertOptions}. */
  readonly property: string;
  readonly scope: Scope;
  readonly type: 'flag' | 'number' | 'text' | 'list';
  /** What the value is. `record`: a TLSA record, or the path of a file with records. */
  readonly holds: 'path' | 'password' | 'record' | 'other';
  readonly choices: readonly string[];
  /** Parses a value. In a list, returns the previous values together with this one. @throws {UsageError} if the value is invalid */
  read(value: string, previous: unknown): unknown;
}

/** Options that belong to an output. The others belong to the keystore, except {@link runOptions}. */
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

/** Options of `convert` that are options of a run of `renew`, and not keys of the configuration file. */
export const runOptions: readonly string[] = ['dry-run', 'json', 'quiet'];

/** Derives the keys of the configuration and their defaults from the options of `convert`. */
export function configurationKeys(): { readonly keys: readonly ConfigurationKey[]; readonly defaults: ConvertOptions } {
  const command = new Command('convert');
  // Only the action uses the host, and the action is not run here.
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
