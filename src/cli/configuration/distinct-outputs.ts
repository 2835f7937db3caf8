import { dirname, join } from 'node:path';
import { certbotNames } from '../../pem/certbot-files.js';
import { ConfigurationError } from '../failure.js';
import type { ConfiguredKeystore, ConfiguredOutput } from './configuration.js';

/** @throws {ConfigurationError} if two outputs would write the same file */
export function requireDistinctOutputs(keystores: readonly ConfiguredKeystore[]): void {
  const outputs = keystores.flatMap((keystore) => keystore.outputs.map((output) => ({ name: keystore.name, output })));
  const owners = new Map<string, (typeof outputs)[number]>();
  for (const entry of outputs) {
    for (const place of placesOf(entry.output)) {
      const other = owners.get(place);
      if (other !== undefined && other !== entry) throw twice(place, other, entry);
      owners.set(place, entry);
    }
  }
  // The names of `split` files come from the keystore, so no other output may use their directory.
  for (const entry of outputs) {
    if (!entry.output.options.split) continue;
    const other = outputs.find((each) => each !== entry && directoriesOf(each.output).includes(entry.output.path));
    if (other) throw twice(entry.output.path, ...inOrder(entry, other));
  }
}

function placesOf({ path, options }: ConfiguredOutput): string[] {
  return options.layout === 'certbot' ? [path, ...certbotNames.map((name) => join(path, name))] : [path];
}

function directoriesOf(output: ConfiguredOutput): string[] {
  return [output.path, dirname(output.path)];
}

interface Entry {
  readonly name: string;
  readonly output: ConfiguredOutput;
}

function inOrder(a: Entry, b: Entry): [Entry, Entry] {
  return a.output.line <= b.output.line ? [a, b] : [b, a];
}

function twice(place: string, first: Entry, second: Entry): ConfigurationError {
  return new ConfigurationError(
    `[[${second.name}.to]] writes ${place}, as [[${first.name}.to]] of line ${first.output.line} does`,
    second.output.line,
    'give one of them another out, or remove it',
  );
}
