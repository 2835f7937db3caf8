import { resolve } from 'node:path';

/** Resolves a path in the configuration. A relative path begins at the directory of the configuration file. */
export function resolveWithin(directory: string, path: string): string {
  return resolve(directory, path);
}

/** Resolves the path in a password source `file:PATH`, as {@link resolveWithin} does. Other sources are unchanged. */
export function resolveSource(directory: string, source: string): string {
  return source.startsWith('file:') ? `file:${resolve(directory, source.slice('file:'.length))}` : source;
}
