import { parseTlsaRecord } from '../../x509/tlsa.js';
import { ConfigurationError, UsageError } from '../command-errors.js';
import { nearestName } from '../nearest-name.js';
import type { ConfigurationKey } from './configuration-keys.js';
import type { KeyPath } from './line-numbers.js';
import { optionToKeyNames } from './option-to-key-names.js';
import { resolveSource, resolveWithin } from './resolve-paths.js';
import { isTable, type TomlDocument, type TomlTable } from './toml.js';

/** A table of the configuration, and the keys that it can have. */
export interface TableShape {
  /** The title of the table in messages, such as `[mail]`. */
  readonly title: string;
  readonly path: KeyPath;
  readonly keys: readonly ConfigurationKey[];
  /** Keys that are not options of `convert`. */
  readonly others: readonly string[];
  /** Returns the advice for a key that belongs to another table or is an option of `renew`; undefined for other keys. */
  readonly elsewhere: (key: string) => string | undefined;
}

/** Reads the tables of one file. */
export class TableReader {
  constructor(
    private readonly document: TomlDocument,
    /** The directory to which relative paths refer. */
    private readonly directory: string,
    /** Whether other users can read the file. */
    private readonly isReadable: boolean,
  ) {}

  /**
   * Reads the options of a table. Returns the values by {@link ConfigurationKey.property}.
   * @throws {ConfigurationError} with the number of the line, and with what to write instead
   */
  options(table: TomlTable, shape: TableShape): Record<string, unknown> {
    const byName = new Map(shape.keys.map((key) => [key.name, key]));
    const options: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(table)) {
      const key = byName.get(name);
      if (key !== undefined) options[key.property] = this.#value(key, value, [...shape.path, name]);
      else if (!shape.others.includes(name)) throw this.#unknown(name, shape);
    }
    return options;
  }

  /** Reads a text; undefined if the key is missing. */
  text(table: TomlTable, name: string, path: KeyPath): string | undefined {
    const value = table[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw this.#wrongType(name, value, [...path, name], `"…"`);
    return value;
  }

  /** Reads a path and resolves it; undefined if the key is missing. */
  path(table: TomlTable, name: string, path: KeyPath): string | undefined {
    const text = this.text(table, name, path);
    if (text === undefined) return undefined;
    this.#requirePath(name, text, [...path, name]);
    return resolveWithin(this.directory, text);
  }

  /** Creates an error about a key or a table, with the number of its line. */
  error(path: KeyPath, message: string, hint?: string): ConfigurationError {
    return new ConfigurationError(message, this.document.lines.of(path), hint);
  }

  lineOf(path: KeyPath): number {
    return this.document.lines.of(path);
  }

  #value(key: ConfigurationKey, value: unknown, path: KeyPath): unknown {
    const { name, type } = key;
    if (type === 'flag') {
      if (typeof value === 'boolean') return value;
      throw this.#wrongType(name, value, path, 'true');
    }
    if (type === 'list') return this.#list(key, value, path);
    if (type === 'number') {
      if (typeof value === 'number' && Number.isInteger(value)) return this.#read(key, String(value), undefined, path);
      throw this.#wrongType(name, value, path, '600');
    }
    if (typeof value !== 'string') throw this.#wrongType(name, value, path, example(key));
    return this.#read(key, value, undefined, path);
  }

  /** Reads a list. A single value may be written without brackets. */
  #list(key: ConfigurationKey, value: unknown, path: KeyPath): unknown {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    let list: unknown = [];
    if (key.name === 'limit') list = {};
    values.forEach((each, i) => {
      const place = Array.isArray(value) ? [...path, i] : path;
      if (typeof each !== 'string') throw this.#wrongType(key.name, each, place, `[${example(key)}]`);
      list = this.#read(key, each, list, place);
    });
    return list;
  }

  #read(key: ConfigurationKey, value: string, previous: unknown, path: KeyPath): unknown {
    const { name, holds, choices } = key;
    if (value === '' && name !== 'deploy-hook')
      throw this.error(path, `${name} is empty`, 'give it a value, or remove the line');
    if (holds === 'path') this.#requirePath(name, value, path);
    if (choices.length > 0 && !choices.includes(value)) {
      const meant = nearestName(value, choices);
      const hint = `${meant === undefined ? '' : `did you mean "${meant}"? `}it is one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
      throw this.error(path, `${name} = "${value}" is unknown`, hint);
    }
    if (holds === 'password') this.#requireSource(name, value, path);
    try {
      return key.read(this.#resolved(value, holds), previous);
    } catch (error) {
      if (error instanceof UsageError)
        throw this.error(path, optionToKeyNames(error.message), error.hint && optionToKeyNames(error.hint));
      throw error;
    }
  }

  #resolved(value: string, holds: ConfigurationKey['holds']): string {
    const isFile = holds === 'path' || (holds === 'record' && parseTlsaRecord(value) === undefined);
    if (isFile) return resolveWithin(this.directory, value);
    return holds === 'password' ? resolveSource(this.directory, value) : value;
  }

  #requirePath(name: string, value: string, path: KeyPath): void {
    if (value === '-')
      throw this.error(path, `${name} = "-" would be standard input or output`, 'write the path of a file');
    this.#refuseControlCharacters(name, value, path);
  }

  #refuseControlCharacters(name: string, file: string, path: KeyPath): void {
    if (/\p{Cc}/u.test(file))
      throw this.error(path, `${name} has control characters`, 'write the path without line ends and tabs');
  }

  /**
   * Refuses invalid password sources, those that a run by a timer does not have (standard input, descriptors), and passwords in a file that
   * other users can read. No message contains a value that may be a password.
   */
  #requireSource(name: string, source: string, path: KeyPath): void {
    const hint = `write ${name} = "file:PATH" or "env:NAME"`;
    if (source === 'stdin' || source.startsWith('fd:')) {
      const what = source === 'stdin' ? 'standard input' : 'a file descriptor';
      throw this.error(path, `${name} cannot be read from ${what}, which a timer does not have`, hint);
    }
    if (!/^(?:env|file|pass):/.test(source)) throw this.error(path, `${name} does not say where the password is`, hint);
    if (/^(?:env|file):$/.test(source)) throw this.error(path, `${name}: "${source}" lacks the name`, hint);
    if (source.startsWith('file:')) this.#refuseControlCharacters(name, source, path);
    if (source.startsWith('pass:') && this.isReadable)
      throw this.error(
        path,
        `${name} holds a password, and other users can read this file`,
        `chmod 600 the file, or ${hint}`,
      );
  }

  #wrongType(name: string, value: unknown, path: KeyPath, expected: string): ConfigurationError {
    const found = Array.isArray(value)
      ? 'a list'
      : isTable(value)
        ? 'a table'
        : typeof value === 'string'
          ? value === ''
            ? 'empty'
            : 'text'
          : value instanceof Date
            ? 'a date'
            : typeof value === 'boolean'
              ? 'true or false'
              : 'a number';
    return this.error(path, `${name} is ${found}`, `write ${name} = ${expected}`);
  }

  #unknown(name: string, { title, path, keys, others, elsewhere }: TableShape): ConfigurationError {
    const place = [...path, name];
    const advice = elsewhere(name);
    if (advice !== undefined) return this.error(place, `${name} does not belong in ${title}`, advice);
    const known = [...keys.map((key) => key.name), ...others];
    // Recognizes other spellings of a key: add_cert, addCert, ADD-CERT.
    const kebab = name
      .replace(/([a-z])([A-Z])/g, '$1-$2')
      .replaceAll('_', '-')
      .toLowerCase();
    const meant = known.includes(kebab) ? kebab : nearestName(kebab, known);
    const hint = meant === undefined ? `the keys of ${title} are ${known.join(', ')}` : `did you mean ${meant}?`;
    return this.error(place, `${title} has no key "${name}"`, hint);
  }
}

function example({ name, choices, holds }: ConfigurationKey): string {
  if (name === 'mode') return '"0640", in quotes';
  if (name === 'limit') return '"iterations=10000000"';
  const [choice] = choices;
  if (choice !== undefined) return `"${choice}"`;
  if (holds === 'record') return '"3 1 1 HEX"';
  return holds === 'password' ? '"file:PATH"' : holds === 'path' ? '"/path/to/file"' : '"text"';
}
