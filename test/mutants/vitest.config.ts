import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { variables } from './test-run.js';

const root = new URL('../..', import.meta.url).pathname;

/** The order in which the caller wants the test files to run. */
const ordered: readonly string[] | undefined = JSON.parse(process.env[variables.files] ?? 'null') ?? undefined;

class GivenOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const position = ({ moduleId }: TestSpecification) =>
      ordered?.findIndex((path) => moduleId.endsWith(`/${path}`)) ?? 0;
    return [...files].sort((a, b) => position(a) - position(b));
  }
}

/** Tests that put another module in the place of one, which does nothing where another test file has loaded that module before. */
const mocking = 'test/cli/doctor/doctor.test.ts';

const excluded = [
  // They read the text of the sources, or test the tools of the project.
  'test/{architecture,exports}.test.ts',
  'test/{bench,mutants,readme}/**',
  // They run the built command, in which no mutant is active.
  'test/jitless.test.ts',
  'test/cli/cache.test.ts',
  'test/keystore/loaded-modules.test.ts',
  // They measure time, which other mutants at the same moment distort.
  'test/growth/**',
  // Random input: what it notices differs from run to run.
  'test/{fuzz,random}/**',
  'test/{peers,windows}/**',
];

const shared = {
  exclude: excluded,
  setupFiles: ['test/mutants/record-coverage.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // The tests of a mutant run in one process, because several mutants are tried at once.
  maxWorkers: ordered ? 1 : 2,
};

/** Tests that can notice a change in src/. */
export default defineConfig({
  root,
  test: {
    sequence: { sequencer: GivenOrder },
    projects: [
      {
        root,
        // What one test file executes is known only if the file has a process of its own.
        test: {
          ...shared,
          name: 'unit',
          include: ordered?.filter((path) => path !== mocking) ?? ['test/**/*.test.ts'],
          exclude: [...excluded, mocking],
          isolate: ordered === undefined,
        },
      },
      {
        root,
        test: { ...shared, name: 'unit-mocking', include: !ordered || ordered.includes(mocking) ? [mocking] : [] },
      },
    ],
  },
});
