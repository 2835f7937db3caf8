import { resolve } from 'node:path';

/** A path of the configuration, relative to the directory of the file. */
export function resolveWithin(directory: string, path: string): string {
  return resolve(directory, path);
}

/** The source of a password; the path in `file:PATH` is relative to the directory of the file. */
export function resolveSource(directory: string, source: string): string {
  return source.startsWith('file:') ? `file:${resolve(directory, source.slice('file:'.length))}` : source;
}
