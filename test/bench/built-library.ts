import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as library from '../../src/index.js';

/** The library as it is shipped. */
export function builtLibrary(): Promise<typeof library> {
  return import(pathToFileURL(resolve('dist/index.js')).href);
}
