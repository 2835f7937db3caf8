import type * as fs from 'node:fs';
import { relative } from 'node:path';

type FileSystem = typeof fs;
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

/** Records every system call that changes something below a directory, and makes calls fail. */
export class SystemCalls {
  /** `rename new/a.pem a.pem`, with paths relative to {@link root}. */
  readonly log: string[] = [];
  /** Flags of every file that was made. */
  readonly creationFlags: number[] = [];
  root = '';
  /** Called before each recorded call with its text; what it throws is what the call throws. */
  before: (call: string) => void = () => {};
  /** Replaces single calls. */
  instead: Partial<Record<Name, Call>> = {};

  reset(root: string): void {
    this.root = root;
    this.log.length = 0;
    this.creationFlags.length = 0;
    this.before = () => {};
    this.instead = {};
  }

  /** node:fs with its calls recorded. */
  wrap(actual: FileSystem): FileSystem {
    const wrapped: Record<string, unknown> = { ...actual };
    for (const name of changing) {
      const call = actual[name] as Call;
      wrapped[name] = (...args: never[]) => {
        const text = this.#describe(actual, name, args);
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
        if (name === 'openSync') this.creationFlags.push(Number(args[1]));
        return (this.instead[name] ?? call)(...args);
      };
    }
    return wrapped as FileSystem;
  }

  #describe(actual: FileSystem, name: Name, args: readonly unknown[]): string | undefined {
    if (name === 'openSync' && !(Number(args[1]) & actual.constants.O_CREAT)) return undefined;
    const isWithText = name === 'symlinkSync';
    const operands = args.slice(
      isWithText ? 1 : 0,
      name === 'renameSync' || name === 'linkSync' ? 2 : isWithText ? 2 : 1,
    );
    const places = operands.map((operand) => this.#place(actual, operand));
    if (places.some((place) => place.startsWith('..'))) return undefined;
    return [name.replace('Sync', '').replace('open', 'create'), ...places].join(' ');
  }

  /** A path, or that of a descriptor, below the root; random parts and process numbers are left out. */
  #place(actual: FileSystem, operand: unknown): string {
    const path = String(typeof operand === 'number' ? `/proc/self/fd/${operand}` : operand);
    const [, descriptor, rest = ''] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(path) ?? [];
    const full = descriptor === undefined ? path : actual.readlinkSync(`/proc/self/fd/${descriptor}`) + rest;
    const place = relative(this.root, full) || '.';
    return place.replace(/claim-.*/, 'claim').replaceAll(/[0-9a-f]{24}/g, 'N');
  }
}

/** An error as Node makes it of a system call that failed. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: made up, ${syscall}`), { code, syscall });
}
