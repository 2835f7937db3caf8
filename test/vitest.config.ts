import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;
/** Compiles what src imports and git ignores. */
const globalSetup = `${root}bin/compile-wasm.mjs`;

/**
 * Tests that put another module in the place of one, which does nothing where another test file has loaded that module before:
 * each of them has a process of its own.
 */
const mocking = ['test/cli/doctor/doctor.test.ts'];
/** Suites of their own: Debian's programs, and Node for Windows under Wine. */
const peers = 'test/peers/**';
const windows = 'test/windows/**';

/** The tests that try more in the long form: those that use test/effort.ts. The others would only be repeated. */
const trying = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('peers'))
  .map((name) => `test/${name}`)
  .filter((path) => readFileSync(root + path, 'utf8').includes("/effort.js';"));

/** Tests of how time grows with the length of each field, which take 25 seconds and seldom fail: only the long form runs them. */
const growth = 'test/growth/**/*.test.ts';

/**
 * Tests that only one version of Node runs: they read sources and documents, measure time, or stop our own code at each of its calls.
 */
const forOneVersion = [
  'architecture.test.ts',
  'exports.test.ts',
  'readme/**',
  'random/**',
  'bench/**',
  'mutants/**',
  'deploy/crash.test.ts',
  'deploy/single-fault.test.ts',
];
const skipped = process.env['JKS2PEM_TESTS'] === 'other-node' ? forOneVersion.map((files) => `test/${files}`) : [];

// A hook may build the package, which takes as long as a test on a busy machine.
const unit = {
  globalSetup,
  setupFiles: 'test/setup.ts',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
};
/** Tests of the unit projects with the second number of each effort(). */
const long = { ...unit, env: { JKS2PEM_TESTS: 'long' }, testTimeout: 600_000 };

export default defineConfig({
  root,
  test: {
    // Keeps transformed modules for the next run, by their content: a run of three files takes a third less.
    experimental: { fsModuleCache: true, fsModuleCachePath: `${root}.cache/vitest` },
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      // A process for each of 120 files costs a quarter of the time. Tests restore what they change.
      {
        root,
        test: {
          ...unit,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [peers, windows, growth, ...mocking, ...skipped],
          isolate: false,
        },
      },
      { root, test: { ...unit, name: 'unit-mocking', include: mocking } },
      {
        root,
        test: { ...long, name: 'long', include: [...trying, growth], exclude: mocking, isolate: false },
      },
      { root, test: { ...long, name: 'long-mocking', include: trying.filter((path) => mocking.includes(path)) } },
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
      {
        root,
        test: {
          name: 'windows',
          globalSetup,
          include: ['test/windows/**/*.test.ts'],
          testTimeout: 120_000,
          maxWorkers: 1,
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
        branches: 90,
        // What every reader stands on.
        'src/{bytes,asn1,pem}/**': { lines: 100 },
      },
    },
  },
});
