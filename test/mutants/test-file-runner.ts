import { relative } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunOptions,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { pathOf } from './mutant-key.js';
import { nearestFirst } from './nearest-first.js';
import { runTests, type TestFileResult } from './test-run.js';

/** The name by which Stryker's options refer to the runner. */
export const runnerName = 'test-files';

/** Ends a run before Stryker does, which would stop this process but not the workers of Vitest. */
const marginMilliseconds = 500;

/**
 * Runs the tests of a mutant in a new process. Stryker's own runner for Vitest uses threads of one process: there the constants of modules
 * keep their value from the first run, and tests that change the directory or the umask of the process, or replace modules, fail.
 *
 * What Stryker calls a test is a test file here.
 */
class TestFileRunner implements TestRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  /** Runs all tests and finds out which mutants each test file executes. */
  async dryRun({ testFiles, timeout }: DryRunOptions): Promise<DryRunResult> {
    const sandbox = process.cwd();
    const files = testFiles?.map((file) => relative(sandbox, file));
    const run = await runTests({
      sandbox,
      recordsCoverage: true,
      ...(files && { files }),
      milliseconds: timeout - marginMilliseconds,
    });
    if (run.timedOut) return { status: DryRunStatus.Timeout };
    if (run.crashed || run.files.length === 0) return { status: DryRunStatus.Error, errorMessage: run.output };
    const perTest = Object.fromEntries(
      [...run.executed].map(([path, mutants]) => [path, Object.fromEntries(mutants.map((id) => [id, 1]))]),
    );
    return { status: DryRunStatus.Complete, tests: run.files.map(asTest), mutantCoverage: { static: {}, perTest } };
  }

  /** Runs the test files that execute a mutant until one fails. */
  async mutantRun({ testFilter = [], activeMutant, timeout }: MutantRunOptions): Promise<MutantRunResult> {
    const sandbox = process.cwd();
    const files = nearestFirst(testFilter, pathOf(activeMutant));
    const run = await runTests({ sandbox, files, mutant: activeMutant.id, milliseconds: timeout - marginMilliseconds });
    const nrOfTests = run.files.length;
    if (run.timedOut) return { status: MutantRunStatus.Timeout };
    const failed = run.files.find(({ failure }) => failure !== undefined);
    if (failed)
      return {
        status: MutantRunStatus.Killed,
        killedBy: [failed.path],
        failureMessage: failed.failure ?? '',
        nrOfTests,
      };
    if (run.crashed) return { status: MutantRunStatus.Error, errorMessage: crashMessage(activeMutant, run.output) };
    return { status: MutantRunStatus.Survived, nrOfTests };
  }
}

function asTest({ path, milliseconds, failure }: TestFileResult): TestResult {
  const test = { id: path, name: path, timeSpentMs: milliseconds, fileName: path };
  return failure === undefined
    ? { ...test, status: TestStatus.Success }
    : { ...test, status: TestStatus.Failed, failureMessage: failure };
}

function crashMessage(mutant: Mutant, output: string): string {
  return `No test failed, but Vitest ended with an error (mutant of ${pathOf(mutant)}):\n${output}`;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, runnerName, TestFileRunner)];
