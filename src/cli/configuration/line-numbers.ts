import { ConfigurationError } from '../command-errors.js';

/** The position of a table or value in the document: names of tables and keys and indexes in lists, from the outermost to its own. */
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

/** Matches the characters that end a key. */
const keyEnd = /[=\]\n]/;
/** Matches the characters that end a number, a date, true or false. */
const valueEnd = /[\n,\]}#]/;
const quotes: readonly string[] = ['"""', "'''", '"', "'"];

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
    for (this.#skipBlank(); this.#at < this.text.length; this.#skipBlank()) {
      if (this.#next('[')) table = this.#header();
      else this.#pair(table);
    }
    return this.#found;
  }

  #header(): KeyPath {
    const line = this.#line;
    const isList = this.text[this.#at] === '[';
    if (isList) this.#at++;
    const named = this.#resolve(this.readKey(this.#key()));
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
    const names = this.readKey(this.#key());
    const path = [...table, ...names];
    // A dotted key also defines tables: `a.b = 1` defines `a`.
    for (let i = 1; i <= names.length; i++) this.#found.add([...table, ...names.slice(0, i)], line);
    if (!this.#next('=')) throw new ConfigurationError('a key without a value', line);
    this.#value(path);
  }

  #key(): string {
    const begin = this.#at;
    while (this.#at < this.text.length) {
      const character = this.text[this.#at] as string;
      if (character === '"' || character === "'") this.#string();
      else if (keyEnd.test(character)) break;
      else this.#at++;
    }
    return this.text.slice(begin, this.#at);
  }

  #value(path: KeyPath): void {
    this.#skipBlank();
    const character = this.text[this.#at] as string;
    if (character === '"' || character === "'") this.#string();
    else if (this.#next('[')) this.#list(path);
    else if (this.#next('{')) this.#inlineTable(path);
    else while (this.#at < this.text.length && !valueEnd.test(this.text[this.#at] as string)) this.#at++;
  }

  #list(path: KeyPath): void {
    for (let i = 0; this.#at < this.text.length; i++) {
      this.#skipBlank();
      if (this.#next(']')) return;
      this.#found.add([...path, i], this.#line);
      this.#value([...path, i]);
      this.#skipBlank();
      this.#next(',');
    }
  }

  #inlineTable(path: KeyPath): void {
    while (this.#at < this.text.length) {
      this.#skipBlank();
      if (this.#next('}')) return;
      this.#pair(path);
      this.#skipBlank();
      this.#next(',');
    }
  }

  #string(): void {
    const quote = quotes.find((candidate) => this.text.startsWith(candidate, this.#at)) as string;
    this.#advance(quote.length);
    while (this.#at < this.text.length && !this.text.startsWith(quote, this.#at)) {
      const isEscape = quote.startsWith('"') && this.text[this.#at] === '\\';
      this.#advance(isEscape ? 2 : 1);
    }
    this.#advance(quote.length);
    // The text of a multi-line string may end with one or two quotes of its own, before the three that close the string.
    if (quote.length === 3) while (this.text[this.#at] === quote[0]) this.#at++;
  }

  #advance(count: number): void {
    for (let i = 0; i < count; i++) if (this.text[this.#at++] === '\n') this.#line++;
  }

  #next(expected: string): boolean {
    if (this.text[this.#at] !== expected) return false;
    this.#at++;
    return true;
  }

  /** Skips white space, line ends, a byte order mark and comments. */
  #skipBlank(): void {
    for (;;) {
      const character = this.text[this.#at];
      if (character === '#') while (this.#at < this.text.length && this.text[this.#at] !== '\n') this.#at++;
      else if (character !== undefined && /[\s\ufeff]/.test(character)) this.#advance(1);
      else return;
    }
  }
}
