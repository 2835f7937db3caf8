import { ConfigurationError } from '../command-errors.js';

/** The position of a table or value in the document: the names of tables and keys, and indexes in lists, from the outermost to the innermost. */
export type KeyPath = readonly (string | number)[];

/**
 * Finds the line of each table and key in a TOML document, because the parser does not return lines.
 * @param text a document that the parser has accepted
 * @param readKey splits a dotted key into its parts
 */
export function lineNumbers(text: string, readKey: (key: string) => readonly string[]): LineNumbers {
  return new Scanner(text, readKey).scan();
}

export class LineNumbers {
  readonly #lines = new Map<string, number>();

  add(path: KeyPath, line: number): void {
    const key = JSON.stringify(path);
    if (!this.#lines.has(key)) this.#lines.set(key, line);
  }

  /** Returns the line number of a table or key; if it is missing, that of the innermost table around it, or 1. */
  of(path: KeyPath): number {
    for (let length = path.length; length > 0; length--) {
      const line = this.#lines.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return 1;
  }
}

/** Matches white space, line ends, a byte order mark and comments. */
const blank = /(?:\s|#[^\n]*)*/y;
/** Matches a dotted key, with the white space after it. */
const dottedKey = /(?:[^=\]\n"']|"(?:[^"\\]|\\.)*"|'[^']*')*/y;
/**
 * Matches a string, or a number, a date, true or false with the white space after it. The text of a multi-line string may end with one or
 * two quotes of its own, before the three that close the string.
 */
const scalar = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*'|[^\n,\]}#]*/y;

/** Records the lines of the tables, keys and list items of a valid document. */
class Scanner {
  readonly #found = new LineNumbers();
  /** The number of `[[tables]]` with each name so far. */
  readonly #counts = new Map<string, number>();
  #at = 0;
  #line = 1;

  constructor(
    private readonly text: string,
    private readonly readKey: (key: string) => readonly string[],
  ) {}

  scan(): LineNumbers {
    let table: KeyPath = [];
    for (this.#skip(blank); this.#at < this.text.length; this.#skip(blank)) {
      if (this.#next('[')) table = this.#header();
      else this.#pair(table);
    }
    return this.#found;
  }

  #header(): KeyPath {
    const line = this.#line;
    const isList = this.text[this.#at] === '[';
    if (isList) this.#at++;
    const named = this.#resolve(this.readKey(this.#skip(dottedKey)));
    this.#at += isList ? 2 : 1;
    if (!isList) {
      this.#found.add(named, line);
      return named;
    }
    const name = JSON.stringify(named);
    const index = this.#counts.get(name) ?? 0;
    this.#counts.set(name, index + 1);
    this.#found.add(named, line);
    this.#found.add([...named, index], line);
    return [...named, index];
  }

  /** Inserts the index of the last table so far after the name of a list of tables: after two `[[a]]`, the path of `[a.b]` is a, 1, b. */
  #resolve(names: readonly string[]): KeyPath {
    let path: KeyPath = [];
    names.forEach((name, i) => {
      path = [...path, name];
      const count = this.#counts.get(JSON.stringify(path));
      if (count !== undefined && i < names.length - 1) path = [...path, count - 1];
    });
    return path;
  }

  #pair(table: KeyPath): void {
    const line = this.#line;
    const names = this.readKey(this.#skip(dottedKey));
    const path = [...table, ...names];
    // A dotted key also defines tables: `a.b = 1` defines `a`.
    for (let i = 1; i <= names.length; i++) this.#found.add([...table, ...names.slice(0, i)], line);
    if (!this.#next('=')) throw new ConfigurationError('a key without a value', line);
    this.#value(path);
  }

  #value(path: KeyPath): void {
    this.#skip(blank);
    if (this.#next('[')) this.#list(path);
    else if (this.#next('{')) this.#inlineTable(path);
    else this.#skip(scalar);
  }

  #list(path: KeyPath): void {
    let i = 0;
    do {
      this.#skip(blank);
      if (this.#next(']')) return;
      this.#found.add([...path, i], this.#line);
      this.#value([...path, i++]);
      this.#skip(blank);
    } while (this.#next(','));
    this.#next(']');
  }

  #inlineTable(path: KeyPath): void {
    do {
      this.#skip(blank);
      if (this.#next('}')) return;
      this.#pair(path);
      this.#skip(blank);
    } while (this.#next(','));
    this.#next('}');
  }

  #next(expected: string): boolean {
    if (this.text[this.#at] !== expected) return false;
    this.#at++;
    return true;
  }

  /** Skips the text that a sticky pattern matches, and returns it. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [skipped = ''] = pattern.exec(this.text) ?? [];
    this.#at += skipped.length;
    this.#line += skipped.split('\n').length - 1;
    return skipped;
  }
}
