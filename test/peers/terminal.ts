import { outputOf } from './tool.js';

const bin = new URL('../../bin/jks2pem.js', import.meta.url).pathname;
const script = new URL('./terminal.py', import.meta.url).pathname;

/** What to wait for in the output, and what to do then; see terminal.py. */
export type Step = readonly [
  string,
  (
    | string
    | { readonly signal: string }
    | { readonly echo: true }
    | { readonly sleep: number }
    | { readonly hangup: true }
  ),
];

/** Runs the built command on a terminal of 80 columns, and types at it. */
export function onTerminal(
  args: readonly string[],
  steps: readonly Step[],
  { columns = 80, environment = {} }: { columns?: number; environment?: Record<string, string> } = {},
): { output: string; exit: number | null; signal: number | null; echoes: boolean[] } {
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'xterm', NO_COLOR: '1', ...environment };
  const task = { argv: [process.execPath, bin, ...args], env, steps, columns };
  return JSON.parse(outputOf('python3', [script, JSON.stringify(task)]).toString());
}
