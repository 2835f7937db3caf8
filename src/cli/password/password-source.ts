import { InputError, UsageError } from '../failure.js';
import type { Host } from '../host.js';

/** Readable by the group or by everyone. */
const readableByOthers = 0o044;
const sources = 'env:NAME, file:PATH, fd:N, stdin or pass:TEXT';

/** Gets passwords from where the user says they are, in the words that OpenSSL's users know. */
export class PasswordSources {
  /** What is left of each descriptor: two passwords may come one after the other, a line each. */
  readonly #lines = new Map<number, string[]>();
  /** Environment variables that held a password, which no other process is to see. */
  readonly variables = new Set<string>();

  constructor(
    private readonly host: Host,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * @param option the option that named the source, for messages
   * @throws {UsageError} if the source is none of {@link sources}, or holds nothing
   */
  read(source: string, option: string): string {
    if (source === 'stdin') return this.#nextLine(0, option);
    const [, kind, value = ''] = /^(env|file|fd|pass):(.*)$/s.exec(source) ?? [];
    switch (kind) {
      case 'pass':
        return value;
      case 'env':
        return this.#fromEnvironment(value, option);
      case 'file':
        return this.#fromFile(value, option);
      case 'fd':
        // No system has more than nine digits' worth of descriptors.
        if (/^\d{1,9}$/.test(value)) return this.#nextLine(Number(value), option);
        throw new UsageError(`${option}: fd:N wants the number of an open descriptor`);
      default:
        // Never repeated: it is most likely the password itself.
        throw new UsageError(`${option}: says no source of the password`, `write ${sources}`);
    }
  }

  #fromEnvironment(name: string, option: string): string {
    const value = this.host.environment(name);
    this.variables.add(name);
    if (value === undefined) throw new UsageError(`${option}: the environment has no variable ${name}`);
    return value;
  }

  #fromFile(path: string, option: string): string {
    const mode = this.host.modeOf(path);
    if (mode !== undefined && mode & readableByOthers)
      this.warn(`${path}: others can read this password file; chmod 600 it`);
    const [line] = splitLines(this.host.readFile(path), path);
    if (line === undefined) throw new UsageError(`${option}: ${path} is empty`);
    return line;
  }

  #nextLine(descriptor: number, option: string): string {
    const where = descriptor === 0 ? 'standard input' : `descriptor ${descriptor}`;
    const lines = this.#lines.get(descriptor) ?? splitLines(this.host.readDescriptor(descriptor), where);
    const line = lines.shift();
    this.#lines.set(descriptor, lines);
    if (line === undefined) throw new UsageError(`${option}: ${where} has no line left`);
    return line;
  }
}

/** Lines of UTF-8, with or without a byte order mark, ended by LF or CRLF. */
function splitLines(bytes: Uint8Array, where: string): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${where}: the password is not UTF-8`);
  }
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
