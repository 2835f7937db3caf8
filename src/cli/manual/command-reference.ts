import { commandOutlines } from '../commands.js';
import type { Host } from '../host.js';
import { Command, examplesOf } from '../shared-options.js';

/** A command of jks2pem, as described in the man page and the completions. */
export interface CommandReference {
  readonly name: string;
  /** The usage, such as `[options] <keystore>`. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionReference[];
  /** Command lines, and what each does. */
  readonly examples: readonly (readonly [string, string])[];
}

export interface OptionReference {
  /** The short form, such as `-a`, if there is one. */
  readonly short?: string;
  readonly long: string;
  /** The value, such as `<alias>`; unset for an option without a value. */
  readonly value?: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly default?: string;
  /** How the shell completes the value. `none`: the option has no value. `nothing known`: there is nothing to propose. */
  readonly completion: 'none' | 'choice' | 'file' | 'password' | 'nothing known';
}

/** Matches the placeholders of values that are paths. */
const pathValue = /<(?:file|pem|keystore|dir|directory)>/;

/** Sources of passwords, for completions. `pass:` is not proposed, because other users see such a password in the list of processes. */
export const passwordPrefixes = ['env:', 'file:', 'fd:', 'stdin'] as const;

/** Returns all commands with their options, from the definitions with which the command line is parsed. */
export async function commandReferences(): Promise<CommandReference[]> {
  const references: CommandReference[] = [];
  for (const { name, usage, description, define } of commandOutlines) {
    const command = new Command(name).usage(usage).description(description);
    // Only the action uses the host, and no action is run here.
    (await define())(command, undefined as unknown as Host, () => {});
    references.push({ name, usage, description, options: optionsOf(command), examples: examplesOf(command) });
  }
  return references;
}

function optionsOf(command: Command): OptionReference[] {
  return command.options.map(({ short, long, flags, description, argChoices, defaultValue, required, variadic }) => {
    const value = /[<[].*$/.exec(flags)?.[0];
    const takesValue = required || variadic;
    const completion = !takesValue
      ? 'none'
      : argChoices
        ? 'choice'
        : /<source>/.test(flags)
          ? 'password'
          : pathValue.test(flags)
            ? 'file'
            : 'nothing known';
    return {
      ...(short && { short }),
      long: long ?? short ?? flags,
      ...(value !== undefined && { value }),
      description,
      choices: argChoices ?? [],
      ...(defaultValue !== undefined && { default: String(defaultValue) }),
      completion,
    };
  });
}
