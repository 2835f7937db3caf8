import { spawn } from 'node:child_process';
import { verdictMark } from './first-failure.js';

/** Milliseconds for all tests, a multiple of what they take. What needs more hangs. */
const patience = 300_000;

/** What the tests say of a copy of the project. */
export interface Verdict {
  /** The first test that failed; left out if all passed. */
  readonly noticedBy?: string;
  readonly passed: number;
}

/** Runs the tests of a copy until one fails, the likely ones first. */
export async function runTests(folder: string, likely: readonly string[]): Promise<Verdict> {
  const { status, stdout, stderr } = await vitest(folder, likely);
  if (status === null) return { noticedBy: 'the tests do not come to an end', passed: 0 };
  const line = stdout.split('\n').find((text) => text.startsWith(verdictMark));
  if (line === undefined) throw new Error(`the tests did not run: ${stderr}${stdout}`);
  return JSON.parse(line.slice(verdictMark.length));
}

/** @returns status null if it had to be ended */
function vitest(folder: string, likely: readonly string[]) {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/faults/vitest.config.ts'];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, LIKELY_TESTS: likely.join(' ') },
    timeout: patience,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
