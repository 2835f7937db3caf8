import { parse, TomlError } from 'smol-toml';
import { ConfigurationError } from '../command-errors.js';
import { type LineNumbers, lineNumbers } from './line-numbers.js';

/** A TOML document: its tables, and the lines of all tables and keys. */
export interface TomlDocument {
  readonly tables: TomlTable;
  readonly lines: LineNumbers;
}

export type TomlTable = Readonly<Record<string, unknown>>;

/** Maximum nesting of lists and inline tables in a value. A configuration needs three levels: `mail = { to = [{ out = "FILE" }] }`. */
const deepest = 20;

/**
 * Reads a TOML document. Only this file uses the TOML library.
 * @throws {ConfigurationError} if it is not valid TOML
 */
export function readToml(text: string): TomlDocument {
  try {
    const tables = parse(text, { maxDepth: deepest });
    return { tables, lines: lineNumbers(text, readKey) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw explain(error, text);
  }
}

export function isTable(value: unknown): value is TomlTable {
  // The library's tables have no prototype, but its dates and lists do.
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** Splits a dotted key into its parts. */
function readKey(key: string): string[] {
  const parts: string[] = [];
  let table: unknown = parse(`${key} = 0`);
  while (isTable(table)) {
    const [name = ''] = Object.keys(table);
    parts.push(name);
    table = table[name];
  }
  return parts;
}

/** Creates the error for invalid TOML. The message does not contain the text of the line, because that may contain a password. */
function explain({ message, line }: TomlError, text: string): ConfigurationError {
  const [told = ''] = message.replace(/^Invalid TOML document: /, '').split('\n');
  const problem = told.startsWith('trying to redefine') ? 'this key or table is written a second time' : told;
  const written = text.split('\n')[line - 1] ?? '';
  return new ConfigurationError(`not TOML: ${problem}`, line, remedyFor(written));
}

/** Returns what to write instead of a line with this text. Common mistakes of users who know other formats have their own advice. */
function remedyFor(line: string): string {
  if (/^\s*[\w-]+\s*:/.test(line)) return 'write an equals sign, not a colon: key = "value"';
  if (/^\s*[\w-]+\s*$/.test(line)) return 'every key has a value: key = "value", or key = true';
  if (/=\s*0\d/.test(line)) return 'a mode is written in quotes: mode = "0640"';
  if (/=\s*(?:yes|no|on|off)\s*(?:#|$)/i.test(line)) return 'write true or false';
  if (/=\s*[A-Za-z/~$.][^"']*$/.test(line)) return 'text is written in quotes: key = "value"';
  if (/=\s*"[^"]*$|=\s*'[^']*$/.test(line)) return 'a text ends with its quote, in the same line';
  if (/"[^"]*\\[^"]*"/.test(line))
    return String.raw`a backslash is written twice, or the text in single quotes: 'C:\keys'`;
  if (/^\s*\[/.test(line)) return 'a table is named once: [mail]; each of its outputs begins with [[mail.to]]';
  if (/^\s*[^=]+=\s*$/.test(line)) return 'a value is missing after the equals sign';
  return 'each line is key = "value", [name], [[name.to]] or a comment; each key is written once in its table';
}
