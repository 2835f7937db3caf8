import { readableByGroupOrOthers } from '../../bytes/file-mode.js';
import { InputError, UsageError } from '../command-errors.js';
import type { Host } from '../host.js';
import { passwordSources } from '../shared-options.js';

/** Reads passwords from the sources that OpenSSL knows (openssl-passphrase-options(1)). */
export class PasswordSources {
  /** The remaining lines of each descriptor, which may contain several passwords, one per line. */
  readonly #lines = new Map<number, string[]>();
  /** Environment variables that contain a password. They are not passed to the deploy hook. */
  readonly variables = new Set<string>();
  #doubt: string | undefined;

  constructor(
    private readonly host: Host,
    private readonly warn: (message: string) => void,
  ) {}

  /** A possible mistake in a password that was read, for the message if the password is wrong. */
  get doubt(): string | undefined {
    return this.#doubt;
  }

  /**
   * Reads a password from a source.
   * @param option the option that named the source, for messages
   * @throws {UsageError} if the source has none of the known prefixes, or contains no password
   * @throws {InputError} if the file or the descriptor cannot be read
   */
  read(source: string, option: string): string {
    if (source === 'stdin') return this.#nextLine(0, option);
    const [, kind, value = ''] = /^(env|file|fd|pass):(.*)$/s.exec(source) ?? [];
    if (value === '' && (kind === 'env' || kind === 'file'))
      throw new UsageError(
        `${option}: ${kind}: lacks the name of the ${kind === 'env' ? 'variable' : 'file'}`,
        `write ${passwordSources}`,
      );
    switch (kind) {
      case 'pass':
        return value;
      case 'env':
        return this.#fromEnvironment(value, option);
      case 'file':
        return this.#fromFile(value, option);
      case 'fd':
        // No system has descriptors with more than nine digits.
        if (/^\d{1,9}$/.test(value)) return this.#nextLine(Number(value), option);
        throw new UsageError(`${option}: fd:N needs the number of an open descriptor, e.g. fd:3`);
      default:
        // The message does not contain the value, because it is probably the password.
        throw new UsageError(`${option} needs a prefix, e.g. file:PATH`, `write ${passwordSources}`);
    }
  }

  #fromEnvironment(name: string, option: string): string {
    const value = this.host.environment(name);
    this.variables.add(name);
    if (value === undefined) throw new UsageError(`${option}: the environment has no variable ${name}`);
    this.#examine(value, `the password in the variable ${name}`);
    return value;
  }

  #fromFile(path: string, option: string): string {
    const mode = this.host.modeOf(path);
    if (mode !== undefined && mode & readableByGroupOrOthers)
      this.warn(`${path}: others can read this password file; chmod 600 it`);
    const [line] = splitLines(this.#readFile(path), path);
    if (line === undefined)
      throw new UsageError(`${option}: ${path} is empty`, 'write the password into its first line');
    this.#examine(line, `the first line of ${path}`);
    return line;
  }

  #readFile(path: string): Uint8Array {
    try {
      return this.host.readFile(path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`password file ${error.message}`, error.hint, { cause: error });
    }
  }

  #nextLine(descriptor: number, option: string): string {
    const where = descriptor === 0 ? 'standard input' : `descriptor ${descriptor}`;
    const lines = this.#lines.get(descriptor) ?? splitLines(this.host.readDescriptor(descriptor), where);
    const line = lines.shift();
    this.#lines.set(descriptor, lines);
    if (line === undefined) throw new UsageError(`${option}: ${where} has no further line`);
    this.#examine(line, `the line of ${where}`);
    return line;
  }

  /** Records what looks wrong in a password. The record does not contain the password. */
  #examine(password: string, where: string): void {
    const problem = oddities.find(([isOdd]) => isOdd(password))?.[1];
    if (problem !== undefined) this.#doubt = `${where} ${problem}`;
  }
}

/** Common mistakes in passwords from variables, files and descriptors, in the order in which they are checked. */
const oddities: readonly (readonly [isOdd: (password: string) => boolean, problem: string])[] = [
  [(password) => password === '', 'is empty'],
  [
    (password) => /\s$/.test(password),
    'ends with white space (a space, tab or line end), which was taken as part of the password',
  ],
  [
    (password) => /^\s/.test(password),
    'begins with white space (a space, tab or line end), which was taken as part of the password',
  ],
  // Shells remove quotation marks; `docker --env-file` and systemd credentials do not.
  [
    (password) => /^(["']).*\1$/s.test(password),
    'begins and ends with a quotation mark, which was taken as part of the password',
  ],
  [(password) => /\\n$/.test(password), 'ends with a backslash and an n instead of a line feed'],
  [isBase64OfText, 'looks like Base64, as Kubernetes shows the values of a Secret; decode it with base64 -d'],
];

function isBase64OfText(password: string): boolean {
  if (password.length < 8 || password.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(password)) return false;
  return /^[\x20-\x7e]+\n?$/.test(Buffer.from(password, 'base64').toString('latin1'));
}

/** Splits UTF-8, or the UTF-16 that PowerShell writes, into lines. A byte order mark is removed; lines end with LF or CRLF. */
function splitLines(bytes: Uint8Array, where: string): string[] {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const hint = encoding === 'utf-8' ? 'convert the file: iconv -f ISO-8859-1 -t UTF-8' : undefined;
    throw new InputError(`${where}: the password is not ${encoding.toUpperCase()}`, hint);
  }
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Describes where a password came from, without the password; undefined if it was on the command line. */
export function originOf(source: string): string | undefined {
  const [, kind, name] = /^(env|file|fd):(.*)$/s.exec(source) ?? [];
  switch (kind) {
    case 'env':
      return `the variable ${name}`;
    case 'file':
      return `the first line of ${name}`;
    case 'fd':
      return `descriptor ${name}`;
    default:
      return source === 'stdin' ? 'standard input' : undefined;
  }
}
