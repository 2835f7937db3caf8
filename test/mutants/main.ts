import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogLevel, Mutant } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { project } from '../project.js';
import { allMutants } from './all-mutants.js';
import { asMutant, keyOf, pathOf, placeOf } from './mutant-key.js';
import { sample } from './sample.js';
import { checkerName, sampleVariable } from './sample-checker.js';
import { reportOf } from './table.js';
import { runnerName } from './test-file-runner.js';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    /** Only mutants whose path begins like this. */
    under: { type: 'string', default: 'src/' },
    /** Only these test files, as globs; repeatable. */
    tests: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '2' },
  },
});

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Whole lines: {@link checkerName} sorts out what else is in them. */
function rangeOf(mutant: Mutant): string {
  const { start, end } = mutant.location;
  return `${pathOf(mutant)}:${start.line + 1}-${end.line + 1}`;
}

const size = Number(values.sample);
const jobs = Number(values.jobs);
if (![size, jobs].every((number) => Number.isSafeInteger(number) && number > 0))
  throw new RangeError('--sample and --jobs need a positive whole number');

const all = (await allMutants()).filter((mutant) => pathOf(mutant).startsWith(values.under));
const chosen = sample(all, size, values.seed, keyOf);
print(`${chosen.length} of ${all.length} mutants, seed ${values.seed}`);

const sampleFile = join(project, '.cache/mutants/sample.json');
writeFileSync(sampleFile, JSON.stringify(chosen.map(keyOf)));
process.env[sampleVariable] = sampleFile;

const stryker = new Stryker({
  mutate: chosen.map(rangeOf),
  testRunner: runnerName,
  plugins: ['sample-checker.js', 'test-file-runner.js'].map((file) => join(project, '.cache/mutants', file)),
  checkers: [checkerName],
  ...(values.tests && { testFiles: values.tests }),
  coverageAnalysis: 'perTest',
  concurrency: jobs,
  tempDirName: '.cache/stryker',
  ignorePatterns: ['dist', '.cache', 'node_modules'],
  // Types are not checked, so there is nothing to disable; it would change every file.
  disableTypeChecks: false,
  reporters: ['progress'],
  allowConsoleColors: false,
  logLevel: 'warn' as LogLevel.Warning,
  // Generous, because the machine may be busier than in the first run, and a run that is stopped counts as noticed.
  timeoutMS: 30_000,
  timeoutFactor: 2.5,
  dryRunTimeoutMinutes: 20,
});
const keys = new Set(chosen.map(keyOf));
const results = (await stryker.runMutationTest()).map(asMutant).filter((mutant) => keys.has(keyOf(mutant)));
print(reportOf(results));
writeFileSync(join(project, '.cache/mutants/results.json'), JSON.stringify(results, null, 2));
const judged = new Set(results.map(keyOf));
const missing = chosen.filter((mutant) => !judged.has(keyOf(mutant)));
for (const mutant of missing) print(`No result ${placeOf(mutant)}`);
// A sample of which a part was not judged proves nothing.
if (missing.length > 0) process.exitCode = 1;
