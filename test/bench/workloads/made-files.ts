import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Of every store, and of every key in it. */
export const password = 'changeit';

/** Holds every file made for the benchmarks. Delete it to make them again. */
const directory = resolve('.cache/bench');

/** A source file beside the benchmarks. */
export function source(name: string): string {
  return resolve('test/bench', name);
}

/**
 * The file or directory of that name. It is made on first use, and again if it is older than one of its sources.
 * One that was left unfinished when the program was stopped is not used.
 */
export function made(name: string, make: (path: string) => void, ...sources: readonly string[]): string {
  const path = resolve(directory, name);
  if (existsSync(path) && sources.every((file) => statSync(file).mtimeMs <= statSync(path).mtimeMs)) return path;
  const unfinished = resolve(directory, 'unfinished', name);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(unfinished), { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  make(unfinished);
  rmSync(path, { recursive: true, force: true });
  renameSync(unfinished, path);
  return path;
}
