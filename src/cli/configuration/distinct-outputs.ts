import { dirname, join } from 'node:path';
import { certbotNames } from '../../pem/certbot-files.js';
import { ConfigurationError } from '../command-errors.js';
import type { Configuration, ConfiguredKeystore, ConfiguredOutput } from './configuration.js';

/** Returns the path of the same file without symbolic links. */
type RealPlace = (path: string) => string;

/**
 * Checks that all outputs are different files.
 * @param real resolves symbolic links; by default links are not resolved, and only the paths are compared
 * @throws {ConfigurationError} if two outputs would write the same file, or an output with `split` shares its directory with another
 */
export function requireDistinctOutputs(
  keystores: readonly ConfiguredKeystore[],
  real: RealPlace = (path) => path,
): void {
  const entries = entriesOf(keystores);
  const owners = new Map<string, Entry>();
  for (const entry of entries) {
    for (const place of placesOf(entry.output, real)) {
      const other = owners.get(place);
      if (other !== undefined && other !== entry) throw twice(place, other, entry);
      owners.set(place, entry);
    }
  }
  // The file names of `split` come from the keystore and are not known here. Therefore no other output may use the same directory.
  for (const entry of entries) {
    if (!entry.output.options.split) continue;
    const directory = real(entry.output.path);
    const other = entries.find((each) => each !== entry && directoriesOf(each.output, real).includes(directory));
    if (other) throw twice(directory, ...inOrder(entry, other));
  }
}

/**
 * Checks that no output replaces a file that the command reads.
 * @throws {ConfigurationError} if an output would replace a keystore, a password file, or the configuration
 */
export function requireNoInput({ path, keystores }: Pick<Configuration, 'path' | 'keystores'>, real: RealPlace): void {
  const readers = new Map<string, string>([[real(path), 'is this file']]);
  for (const { name, keystore, options, outputs } of keystores) {
    const sources = [
      options.storepass,
      ...(options.keypass ?? []),
      ...outputs.map((output) => output.options.encryptKey),
    ];
    const passwords = sources.flatMap((source) => (source?.startsWith('file:') ? [source.slice('file:'.length)] : []));
    // The files of `trust` and `add-cert` are not checked, because an output of one keystore may be the CA file that another keystore names.
    for (const input of [keystore, ...passwords]) readers.set(real(input), `is read for [${name}]`);
  }
  for (const { name, output } of entriesOf(keystores)) {
    for (const place of placesOf(output, real)) {
      const use = readers.get(place);
      if (use === undefined) continue;
      throw new ConfigurationError(
        `[[${name}.to]] would replace ${place}, which ${use}`,
        output.line,
        'write to another file',
      );
    }
  }
}

function entriesOf(keystores: readonly ConfiguredKeystore[]): Entry[] {
  return keystores.flatMap((keystore) => keystore.outputs.map((output) => ({ name: keystore.name, output })));
}

function placesOf({ path, options }: ConfiguredOutput, real: RealPlace): string[] {
  const place = real(path);
  return options.layout === 'certbot' ? [place, ...certbotNames.map((name) => join(place, name))] : [place];
}

function directoriesOf({ path }: ConfiguredOutput, real: RealPlace): string[] {
  return [real(path), dirname(real(path))];
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
