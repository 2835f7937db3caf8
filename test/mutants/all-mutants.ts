import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { project } from '../project.js';

/** AssemblyScript and what is compiled from it; Stryker mutates TypeScript only. */
const notMutated = /^src\/crypto\/hash\/wasm(\/|-binaries\.ts$)/;

const silent = () => undefined;
const logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

/** Every change that Stryker would make to the sources, in a fixed order. */
export async function allMutants(): Promise<readonly Mutant[]> {
  const names = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('src', path))
    .filter((path) => path.endsWith('.ts') && !notMutated.test(path))
    .sort();
  const files = names.map((name) => ({ name, content: readFileSync(join(project, name), 'utf8'), mutate: true }));
  const options = { plugins: null, excludedMutations: [], ignorers: [], noHeader: true };
  const { mutants } = await new Instrumenter(logger).instrument(files, options);
  return mutants;
}
