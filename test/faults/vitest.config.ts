import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = new URL('../..', import.meta.url).pathname;

/** Paths, or beginnings of them, of the tests that are likely to notice, likeliest first. */
const likely = (process.env['LIKELY_TESTS'] ?? '').split(' ');
const rank = ({ moduleId }: TestSpecification): number => {
  const path = moduleId.slice(`${root}test/`.length);
  const at = likely.findIndex((beginning) => path.startsWith(beginning));
  if (at >= 0) return at;
  return likely.length + (/^(crypto|keystore)\//.test(path) ? 0 : 1);
};

/** The likeliest tests first: the first failure is enough. */
class LikeliestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests that may notice a fault. */
export default defineConfig({
  root,
  test: {
    include: ['test/**/*.test.ts'],
    // What looks at the text of the sources, or has a will of its own.
    exclude: ['test/architecture.test.ts', 'test/{peers,faults,fuzz,random,readme}/**'],
    reporters: ['./test/faults/first-failure.ts'],
    sequence: { sequencer: LikeliestFirst },
    // One process with everything in it can be ended whatever it is in.
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 60_000,
  },
});
