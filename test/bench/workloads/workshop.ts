import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Of every store, and of every key in it. */
export const password = 'changeit';

/** Where everything is kept that was made for the benchmarks; to be deleted to have it made anew. */
const folder = resolve('.cache/bench');

/** A source file beside the benchmarks. */
export function source(name: string): string {
  return resolve('test/bench', name);
}

/**
 * The file or folder of that name, which is made when it is wanted for the first time, or is older than one of its sources.
 * One that was being made when the program was stopped is none.
 */
export function made(name: string, make: (path: string) => void, ...sources: readonly string[]): string {
  const path = resolve(folder, name);
  if (existsSync(path) && sources.every((file) => statSync(file).mtimeMs <= statSync(path).mtimeMs)) return path;
  const unfinished = resolve(folder, 'unfinished', name);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(unfinished), { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  make(unfinished);
  rmSync(path, { recursive: true, force: true });
  renameSync(unfinished, path);
  return path;
}
