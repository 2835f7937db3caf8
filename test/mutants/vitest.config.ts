import { defineConfig } from 'vitest/config';

const root = new URL('../..', import.meta.url).pathname;

/** Tests that can notice a change in src/. Stryker runs them in threads of one process. */
export default defineConfig({
  root,
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      // They read the text of the sources, or test the tools of the project.
      'test/architecture.test.ts',
      'test/{bench,mutants,readme}/**',
      // They run the built command, in which no mutant is active.
      'test/jitless.test.ts',
      'test/cli/cache.test.ts',
      'test/keystore/loaded-modules.test.ts',
      // They measure time, which other mutants at the same moment distort.
      'test/growth/**',
      'test/probe/growth.test.ts',
      // Random input: what it notices differs from run to run.
      'test/{fuzz,random}/**',
      'test/peers/**',
    ],
    testTimeout: 60_000,
    isolate: false,
  },
});
