import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { variables } from './test-run.js';

/** Where Stryker's instrumented code counts what is executed; without the name of a test, all of it counts as static. */
interface StrykerNamespace {
  readonly mutantCoverage?: { readonly static: Readonly<Record<string, number>> };
}

const directory = process.env[variables.coverage];
if (directory !== undefined)
  afterAll(() => {
    const { __stryker__: namespace } = globalThis as { __stryker__?: StrykerNamespace };
    const path = relative(process.cwd(), expect.getState().testPath ?? '');
    const name = createHash('sha256').update(path).digest('hex');
    writeFileSync(
      join(directory, `executed-${name}.json`),
      JSON.stringify([path, Object.keys(namespace?.mutantCoverage?.static ?? {})]),
    );
  });
