import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
/** Compiles what src imports and git ignores. */
const globalSetup = `${root}bin/compile-wasm.mjs`;

export default defineConfig({
  root,
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      {
        root,
        test: {
          name: 'unit',
          globalSetup,
          include: ['test/**/*.test.ts'],
          exclude: ['test/peers/**', 'test/**/*.long.test.ts'],
          testTimeout: 60_000,
          maxWorkers: 2,
          // A process for each of 120 files costs a quarter of the time. Tests restore what they change.
          isolate: false,
        },
      },
      {
        root,
        // The tests of the unit project with the second number of each effort(), and tests too slow for it.
        test: {
          name: 'long',
          include: ['test/**/*.test.ts'],
          exclude: ['test/peers/**'],
          env: { JKS2PEM_TESTS: 'long' },
          testTimeout: 600_000,
          maxWorkers: 2,
          isolate: false,
        },
      },
      {
        root,
        // A peer is a process of its own; two at a time is what a small machine bears.
        test: {
          name: 'peers',
          globalSetup,
          include: ['test/peers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // AssemblyScript, which runs as WebAssembly.
      exclude: ['src/crypto/hash/wasm/**'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      thresholds: {
        lines: 95,
        // What every reader stands on.
        'src/{bytes,asn1,pem}/**': { lines: 100 },
      },
    },
  },
});
