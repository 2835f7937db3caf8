import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Environment variables by which a run tells test/mutants/vitest.config.ts and record-coverage.ts what to do. */
export const variables = {
  /** The test files to run, in this order, as a JSON array of paths below the project. Without it, all run, each in its own process. */
  files: 'JKS2PEM_MUTANT_TESTS',
  /** The directory into which each test file writes the numbers of the mutants whose code it executed. */
  coverage: 'JKS2PEM_MUTANT_COVERAGE',
} as const;

/** What Stryker's instrumented code reads: the number of the mutant that is active from the start of the process. */
const activeMutantVariable = '__STRYKER_ACTIVE_MUTANT__';

/** The result of one test file. */
export interface TestFileResult {
  readonly path: string;
  readonly milliseconds: number;
  /** The failed tests with their messages, or the error that kept the file from loading. Undefined if all tests passed. */
  readonly failure: string | undefined;
}

/** The parts of the report that Vitest's reporter `json` writes. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** How Vitest ended. */
export interface TestRun {
  readonly files: readonly TestFileResult[];
  /** The numbers of the mutants that each test file executed, by its path. Empty if not recorded. */
  readonly executed: ReadonlyMap<string, readonly string[]>;
  readonly timedOut: boolean;
  /** True if Vitest ended with an error although no test failed, for example because the process of the tests crashed. */
  readonly crashed: boolean;
  /** What Vitest printed. */
  readonly output: string;
}

export interface TestRunOptions {
  /** The copy of the project with the instrumented sources. */
  readonly sandbox: string;
  /** Test files, in the order in which they run. Without it, all test files run, each in its own process. */
  readonly files?: readonly string[];
  /** The number of the mutant to activate. */
  readonly mutant?: string;
  readonly recordsCoverage?: boolean;
  readonly milliseconds: number;
}

/**
 * Runs test files with Vitest in a process of its own. So a mutant is active before any module is loaded, which reaches the constants of
 * modules, and no state of one mutant remains for the next.
 */
export async function runTests({
  sandbox,
  files,
  mutant,
  recordsCoverage,
  milliseconds,
}: TestRunOptions): Promise<TestRun> {
  const directory = mkdtempSync(join(tmpdir(), 'jks2pem-mutant-'));
  const reportFile = join(directory, 'report.json');
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=test/mutants/vitest.config.ts',
      '--bail=1',
      '--reporter=json',
      `--outputFile=${reportFile}`,
    ],
    {
      cwd: sandbox,
      // A group of its own, so that the workers of Vitest end with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_ENV: 'test',
        ...(files && { [variables.files]: JSON.stringify(files) }),
        ...(mutant && { [activeMutantVariable]: mutant }),
        ...(recordsCoverage && { [variables.coverage]: directory }),
      },
    },
  );
  try {
    const { exitCode, timedOut, output } = await endOf(child, milliseconds);
    const results = existsSync(reportFile) ? resultsOf(JSON.parse(readFileSync(reportFile, 'utf8')), sandbox) : [];
    const crashed = exitCode !== 0 && !timedOut && results.every(({ failure }) => failure === undefined);
    return { files: results, executed: executedIn(directory), timedOut, crashed, output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits for the end of a process, which gets SIGKILL together with its group when the time is up. */
function endOf(
  child: ChildProcess,
  milliseconds: number,
): Promise<{ exitCode: number | null; timedOut: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, milliseconds);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, timedOut, output });
    });
  });
}

function resultsOf({ testResults }: Report, sandbox: string): readonly TestFileResult[] {
  return testResults.map(({ name, startTime, endTime, status, message, assertionResults }) => {
    const failures = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => [fullName, ...(failureMessages ?? [])].join('\n'));
    const failure = failures.length > 0 ? failures.join('\n') : message;
    return {
      path: relative(sandbox, name),
      milliseconds: endTime - startTime,
      failure: status === 'failed' || failures.length > 0 ? failure : undefined,
    };
  });
}

/** What record-coverage.ts wrote: one file for each test file. */
function executedIn(directory: string): ReadonlyMap<string, readonly string[]> {
  const records = readdirSync(directory)
    .filter((name) => name.startsWith('executed-'))
    .map((name): [string, string[]] => JSON.parse(readFileSync(join(directory, name), 'utf8')));
  return new Map(records);
}
