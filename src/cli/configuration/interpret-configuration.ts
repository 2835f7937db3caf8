import { dirname } from 'node:path';
import { parseServerAddress, type ServerAddress } from '../../probe/server-address.js';
import { warningCodes } from '../../warnings.js';
import { requireKnownCodes } from '../allowed-codes.js';
import { UsageError } from '../command-errors.js';
import { type ConvertOptions, inheritable, readRights, requireConsistent } from '../convert/options.js';
import { targetsOf } from '../convert/targets.js';
import { nearestName } from '../nearest-name.js';
import type { Configuration, ConfiguredKeystore, ConfiguredOutput } from './configuration.js';
import { configurationKeys, runOptions, type Scope } from './configuration-keys.js';
import { requireDistinctOutputs } from './distinct-outputs.js';
import type { KeyPath } from './line-numbers.js';
import { optionToKeyNames } from './option-to-key-names.js';
import { TableReader, type TableShape } from './table-reader.js';
import { isTable, readToml, type TomlTable } from './toml.js';

/** Name of the table with settings for all keystores. */
const defaultsName = 'defaults';
/** Matches names of keystores. They are valid as file names, and need no quotes in a shell. */
const usableName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
/** Keys of the file that are not options of `convert`. */
const keystoreOnly = ['keystore', 'to'] as const;
const outputOnly = ['probe'] as const;

/**
 * Interprets the text of a configuration file.
 * @param path the absolute path of the file
 * @param isReadable whether other users can read the file
 * @throws {ConfigurationError} with the number of the line; the caller adds the path with {@link ConfigurationError.in}
 */
export async function interpretConfiguration(text: string, path: string, isReadable: boolean): Promise<Configuration> {
  const document = readToml(text);
  const reader = new TableReader(document, dirname(path), isReadable);
  return new Interpreter(reader, document.tables).interpret(path);
}

class Interpreter {
  readonly #definitions = configurationKeys();

  constructor(
    private readonly reader: TableReader,
    private readonly tables: TomlTable,
  ) {}

  interpret(path: string): Configuration {
    const { [defaultsName]: defaults, ...tables } = this.tables;
    const common = defaults === undefined ? {} : this.#defaults(defaults);
    const keystores = Object.entries(tables).map(([name, table]) => this.#keystore(name, table, common));
    if (keystores.length === 0)
      throw this.reader.error(
        [],
        'no keystore is configured',
        'add a table [NAME] with keystore = "PATH", and [[NAME.to]] with out = "PATH"',
      );
    requireDistinctOutputs(keystores);
    return { path, keystores, secretVariables: secretVariables(keystores) };
  }

  #defaults(table: unknown): Record<string, unknown> {
    const path = [defaultsName];
    if (!isTable(table)) throw this.#notTable(defaultsName);
    const elsewhere = (key: string) =>
      key === 'to' || key === 'keystore' || key === 'probe'
        ? `${key} is different for each keystore: write it in [NAME]${key === 'probe' ? ', below [[NAME.to]]' : ''}`
        : this.#ofRun(key);
    const shape = { title: `[${defaultsName}]`, path, keys: this.#definitions.keys, others: [], elsewhere };
    return this.#options(table, shape);
  }

  /** Reads the options of a table, and refuses values of `allow` that are not codes of warnings. */
  #options(table: TomlTable, shape: TableShape): Record<string, unknown> {
    const options = this.reader.options(table, shape);
    try {
      requireKnownCodes(options['allow'] as ConvertOptions['allow'], warningCodes);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw this.reader.error(
        [...shape.path, 'allow'],
        optionToKeyNames(error.message),
        error.hint && optionToKeyNames(error.hint),
      );
    }
    return options;
  }

  #keystore(name: string, table: unknown, common: Record<string, unknown>): ConfiguredKeystore {
    const path = [name];
    if (!isTable(table)) throw this.#notTable(name);
    this.#refuseTableInside(table, path);
    if (!usableName.test(name))
      throw this.reader.error(
        path,
        `"${name}" cannot be the name of a keystore`,
        'use letters, digits, "-", "_" and "." only, 64 at most',
      );
    const title = `[${quotedKey(name)}]`;
    const own = this.#options(table, this.#shape('keystore', title, path, keystoreOnly));
    const keystore = this.reader.path(table, 'keystore', path);
    if (keystore === undefined)
      throw this.reader.error(path, `${title} has no keystore`, 'add keystore = "/path/to/keystore"');
    const options = { ...this.#definitions.defaults, ...inheritable(common, own), ...own };
    const [first, ...others] = this.#outputTables(name, table).map((output, i) =>
      this.#output(output, { name, keystore, index: i, options }),
    );
    if (first === undefined)
      throw this.reader.error(
        path,
        `${title} has no output`,
        `add [[${quotedKey(name)}.to]] with out = "/path/to/file"`,
      );
    return { name, line: this.reader.lineOf(path), keystore, options, outputs: [first, ...others] };
  }

  /** Refuses the table of a name with dots that is not in quotation marks: `[mail.example.com]` is a table inside `[mail]`. */
  #refuseTableInside(table: TomlTable, path: readonly string[]): void {
    const [key, inside] = Object.entries(table).find(([name, value]) => isTable(value) && !this.#isKey(name)) ?? [];
    if (key === undefined || !isTable(inside)) return;
    const place = [...path, key];
    this.#refuseTableInside(inside, place);
    const name = place.join('.');
    throw this.reader.error(
      place,
      `[${name}] is a table inside [${path.join('.')}], because dots separate the names of tables`,
      `write a name with dots in quotes: ["${name}"] and [["${name}".to]]`,
    );
  }

  #outputTables(name: string, { to }: TomlTable): TomlTable[] {
    if (to === undefined) return [];
    const outputs: readonly unknown[] = Array.isArray(to) ? to : [];
    if (!Array.isArray(to) || !outputs.every(isTable))
      throw this.reader.error(
        [name, 'to'],
        `to is not a list of outputs`,
        `begin each output with [[${quotedKey(name)}.to]]`,
      );
    return outputs.filter(isTable);
  }

  #output(
    table: TomlTable,
    {
      name,
      keystore,
      index,
      options: common,
    }: {
      readonly name: string;
      readonly keystore: string;
      readonly index: number;
      readonly options: Record<string, unknown>;
    },
  ): ConfiguredOutput {
    const path = [name, 'to', index];
    const title = `[[${quotedKey(name)}.to]]`;
    const own = this.reader.options(table, this.#shape('output', title, path, outputOnly));
    // `out` and `output-dir` exclude each other, so an output that has one of them takes neither from [defaults].
    const { out: _, outputDir: __, ...rest } = common;
    const isPlaced = own['out'] !== undefined || own['outputDir'] !== undefined;
    const inherited = inheritable(isPlaced ? rest : common, own);
    const options = withOneKey({ ...this.#definitions.defaults, ...inherited, ...own });
    const probe = this.#probe(table, options, path);
    return {
      line: this.reader.lineOf([...path, own['out'] === undefined ? 'output-dir' : 'out']),
      path: this.#placeOf(keystore, options, path, title),
      options,
      ...(probe !== undefined && { probe }),
    };
  }

  #probe(table: TomlTable, { only, trusted, split }: ConvertOptions, path: KeyPath): ServerAddress | undefined {
    const text = this.reader.text(table, 'probe', path);
    if (text === undefined) return undefined;
    const place = [...path, 'probe'];
    const address = parseServerAddress(text, 0);
    if (address === undefined)
      throw this.reader.error(place, `probe = "${text}" is not a server`, 'write probe = "HOST:PORT", with the port');
    if (only === 'key' || trusted || split)
      throw this.reader.error(
        place,
        'probe asks a server for its certificate, and this output has none',
        'write probe below the output that has the certificate',
      );
    return address;
  }

  /** Returns the path of an output. Refuses all combinations of options that `convert` refuses. */
  #placeOf(keystore: string, options: ConvertOptions, path: KeyPath, title: string): string {
    const { out, outputDir, layout } = options;
    if (out === undefined && outputDir === undefined)
      throw this.reader.error(path, `${title} has no out`, 'add out = "/path/to/file"');
    if (layout === 'sni')
      throw this.reader.error(
        [...path, 'layout'],
        'layout = "sni" makes one table of several keystores, and an output has one',
        'use jks2pem convert --layout sni --output-dir DIR KEYSTORE…',
      );
    try {
      requireConsistent(options);
      readRights(options.mode === undefined ? {} : { mode: options.mode });
      const [target] = targetsOf([keystore], options);
      return target?.path ?? '';
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const message = optionToKeyNames(error.message);
      // The error has the line of the key that the message names; if the table does not contain that key, the line of the table.
      const [, key = ''] = /leave out ([a-z-]+)$/.exec(message) ?? /^([a-z-]+) /.exec(message) ?? [];
      throw this.reader.error([...path, key], `${title}: ${message}`, error.hint && optionToKeyNames(error.hint));
    }
  }

  #shape(scope: Scope, title: string, path: KeyPath, others: readonly string[]): TableShape {
    const { keys } = this.#definitions;
    const name = quotedKey(String(path[0]));
    const elsewhere = (key: string): string | undefined => {
      const isOther = keys.some((known) => known.name === key && known.scope !== scope);
      if (scope === 'keystore' && (isOther || key === 'probe')) return `write it below [[${name}.to]]`;
      if (scope === 'output' && (isOther || key === 'keystore')) return `write it in [${name}], for all of its outputs`;
      return this.#ofRun(key);
    };
    return { title, path, keys: keys.filter((key) => key.scope === scope), others, elsewhere };
  }

  #isKey(name: string): boolean {
    return [...this.#definitions.keys.map((key) => key.name), ...keystoreOnly, ...outputOnly].includes(name);
  }

  #ofRun(key: string): string | undefined {
    return runOptions.includes(key) ? `it is an option of a run: jks2pem renew --${key}` : undefined;
  }

  #notTable(name: string): Error {
    const { keys } = this.#definitions;
    const meant = this.#isKey(name) ? name : nearestName(name, [...keys.map((key) => key.name), ...keystoreOnly]);
    return meant === undefined
      ? this.reader.error([name], `"${name}" is not a table`, `begin a keystore with [${name}]`)
      : this.reader.error([name], `${name} is outside of a table`, 'write it below [NAME] or [defaults]');
  }
}

/** Writes the name of a keystore as a TOML key. Of the characters that {@link usableName} allows, only the dot needs quotation marks. */
function quotedKey(name: string): string {
  return name.includes('.') ? `"${name}"` : name;
}

/** Keeps only the first alias for a layout that can contain only one key. */
function withOneKey(options: ConvertOptions): ConvertOptions {
  const { layout, alias } = options;
  return layout === 'certbot' && alias ? { ...options, alias: alias.slice(0, 1) } : options;
}

/** Returns the names of the environment variables that contain passwords: NAME of each password source `env:NAME`. */
function secretVariables(keystores: readonly ConfiguredKeystore[]): string[] {
  const sources = keystores.flatMap(({ options, outputs }) => [
    options.storepass,
    ...(options.keypass ?? []),
    ...outputs.map((output) => output.options.encryptKey),
  ]);
  return [...new Set(sources.flatMap((source) => (source?.startsWith('env:') ? [source.slice('env:'.length)] : [])))];
}
