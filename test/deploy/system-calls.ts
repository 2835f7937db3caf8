import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';

type Call = (...args: never[]) => unknown;

/** Calls that change something on disk, or make it durable. */
const changing = [
  'fchmodSync',
  'fchownSync',
  'fsync',
  'fsyncSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'renameSync',
  'rmdirSync',
  'symlinkSync',
  'unlinkSync',
  'writeSync',
] as const;
type Name = (typeof changing)[number];

const { O_CREAT } = fs.constants;
const { readlinkSync } = fs;

/**
 * Records every system call that changes something below a directory, and makes calls fail. It replaces the functions of node:fs
 * themselves: vi.mock() does nothing where another test file of this process has loaded the module before.
 */
export class SystemCalls {
  /** `rename new/a.pem a.pem`, with paths relative to {@link root}. */
  readonly log: string[] = [];
  /** Flags and mode of every file that was created. */
  readonly created: { readonly place: string; readonly flags: number; readonly mode: number }[] = [];
  root = '';
  /** Called before each recorded call with its text; what it throws is what the call throws. */
  before: (call: string) => void = () => {};
  /** Replaces single calls. */
  instead: Partial<Record<Name, Call>> = {};
  readonly #actual = new Map<Name, Call>();

  reset(root: string): void {
    this.root = root;
    this.log.length = 0;
    this.created.length = 0;
    this.before = () => {};
    this.instead = {};
  }

  install(): void {
    for (const name of changing) {
      const call = fs[name] as Call;
      this.#actual.set(name, call);
      Object.assign(fs, { [name]: (...args: never[]) => this.#record(name, call, args) });
    }
    syncBuiltinESMExports();
  }

  uninstall(): void {
    for (const [name, call] of this.#actual) Object.assign(fs, { [name]: call });
    this.#actual.clear();
    syncBuiltinESMExports();
  }

  #record(name: Name, call: Call, args: never[]): unknown {
    const text = this.#describe(name, args);
    if (text === undefined) return call(...args);
    const callback = args.at(-1) as unknown;
    try {
      this.before(text);
    } catch (error) {
      if (typeof callback !== 'function') throw error;
      setImmediate(() => callback(error));
      return undefined;
    }
    this.log.push(text);
    if (name === 'openSync')
      this.created.push({ place: text.replace('create ', ''), flags: Number(args[1]), mode: Number(args[2]) });
    return (this.instead[name] ?? call)(...args);
  }

  #describe(name: Name, args: readonly unknown[]): string | undefined {
    if (name === 'openSync' && !(Number(args[1]) & O_CREAT)) return undefined;
    const isWithText = name === 'symlinkSync';
    const operands = args.slice(
      isWithText ? 1 : 0,
      name === 'renameSync' || name === 'linkSync' ? 2 : isWithText ? 2 : 1,
    );
    const places = operands.map((operand) => this.#place(operand));
    if (places.some((place) => place.startsWith('..'))) return undefined;
    return [name.replace('Sync', '').replace('open', 'create'), ...places].join(' ');
  }

  /** A path, or that of a descriptor, below the root; random parts and process numbers are left out. */
  #place(operand: unknown): string {
    const path = String(typeof operand === 'number' ? `/proc/self/fd/${operand}` : operand);
    const [, descriptor, rest = ''] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(path) ?? [];
    const full = descriptor === undefined ? path : readlinkSync(`/proc/self/fd/${descriptor}`) + rest;
    const place = relative(this.root, full) || '.';
    return place.replace(/claim-.*/, 'claim').replaceAll(/[0-9a-f]{24}/g, 'N');
  }
}

/** An error as Node makes it of a system call that failed. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: made up, ${syscall}`), { code, syscall });
}
