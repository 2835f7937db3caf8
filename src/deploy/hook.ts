import { type ChildProcess, spawn } from 'node:child_process';
import { HookFailedError, OutputError } from '../errors.js';
import { describeSystemError, isForbidden } from './system-error.js';
import { isWindows } from './windows.js';

/** Signals every process of a group, or with 0 none. @returns false if there is no such process any more */
export type SignalGroup = (group: number, signal: NodeJS.Signals | 0) => boolean;

export interface HookOptions {
  /** The whole environment of the hook: nothing of our own is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long the hook may take; 0 for as long as it likes. */
  readonly timeoutSeconds: number;
  readonly signalGroup: SignalGroup;
  /** How long its processes have to end after SIGTERM, before SIGKILL. */
  readonly graceMilliseconds?: number;
  /** Ends the hook. */
  readonly signal?: AbortSignal;
}

/** `NAME=value` and a zero byte: Linux's MAX_ARG_STRLEN (binfmts.h), 32 pages; on Windows what SetEnvironmentVariable takes. */
const longestVariable = isWindows ? 32_767 : 131_072;

/** systemd gives 90 s, but no user waits there at a terminal. */
const usualGraceMilliseconds = 10_000;
const pollMilliseconds = 50;

/** Standard error, for both streams of the hook: standard output is for our own result. */
const standardError = 2;

/** POSIX shells exit with this if they find no such command. */
const commandNotFound = 127;

/**
 * Runs a command by the shell and waits for its end. It runs in a session of its own: it cannot ask at the terminal, and
 * all its processes can be ended together. It has no input, and its output goes to standard error.
 * @throws {HookFailedError} if it exits with anything but 0, takes too long, is ended with us, or cannot be started
 */
export async function runHook(command: string, options: HookOptions): Promise<void> {
  const child = start(command, options.environment);
  const end = endOf(child, options.environment);
  const stop = new Stop(options);
  try {
    const cause = await Promise.race([end, stop.requested]);
    if (cause === undefined) return;
    if (cause instanceof HookFailedError) throw cause;
    if (child.pid !== undefined) await endGroup(child.pid, options);
    throw new HookFailedError(`deploy hook ${cause}`, { reason: 'stopped' });
  } finally {
    stop.forget();
  }
}

/** @throws {OutputError} if a variable is longer than Linux passes on: leaving out a part would mislead the hook */
export function requireFitting(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (Buffer.byteLength(name) + Buffer.byteLength(value) + 2 > longestVariable)
      throw new OutputError(
        `deploy hook: ${name} would be longer than the ${Math.round(longestVariable / 1024)} KiB that the system passes on; nothing was written`,
        { hint: 'convert fewer keystores at once' },
      );
  }
}

function start(command: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const stdio = ['ignore', standardError, standardError] as const;
  try {
    // cmd.exe on Windows, where `detached` would open a window.
    if (isWindows) return spawn(command, { shell: true, env: environment, windowsHide: true, stdio: [...stdio] });
    // Detached: in a session of its own (setsid(2)).
    return spawn('/bin/sh', ['-c', command], { env: environment, detached: true, stdio: [...stdio] });
  } catch (error) {
    // Some errors are thrown (E2BIG), others come as an event.
    throw notStarted(error);
  }
}

/** Resolves with what went wrong, or undefined if nothing did. */
function endOf(
  child: ChildProcess,
  environment: Readonly<Record<string, string>>,
): Promise<HookFailedError | undefined> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(notStarted(error)));
    child.on('exit', (code, killedBy) => {
      if (code === 0) return resolve(undefined);
      const how = killedBy ? `was ended by ${killedBy}` : `failed with exit code ${code}`;
      const path = environment['PATH'];
      const hint =
        code === commandNotFound
          ? `exit code 127: the shell did not find the command; ${path === undefined ? 'PATH was not set' : `PATH was ${path}`}`
          : undefined;
      resolve(new HookFailedError(`deploy hook ${how}`, { hint }));
    });
  });
}

function notStarted(error: unknown): HookFailedError {
  return new HookFailedError(`deploy hook could not be started: ${describeSystemError(error)}`, {
    cause: error,
    reason: 'not started',
    hint: isForbidden(error) ? 'start Node with --allow-child-process' : undefined,
  });
}

/** What ends a hook early: the timeout, or a signal that this process got. */
class Stop {
  readonly requested: Promise<string>;
  #request: (cause: string) => void = () => {};
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = () => this.#request('was stopped, since this run was asked to end');

  constructor(private readonly options: HookOptions) {
    const { timeoutSeconds, signal } = options;
    this.requested = new Promise((resolve) => {
      this.#request = resolve;
    });
    if (timeoutSeconds > 0)
      this.#timer = setTimeout(
        () => this.#request(`took longer than ${timeoutSeconds} s (--hook-timeout) and was stopped`),
        timeoutSeconds * 1000,
      );
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.options.signal?.removeEventListener('abort', this.#onAbort);
  }
}

/** Ends all processes of a hook, by force if they do not end themselves; on Windows, by force at once. */
async function endGroup(
  group: number,
  { signalGroup, graceMilliseconds = usualGraceMilliseconds }: HookOptions,
): Promise<void> {
  if (isWindows) return endTree(group);
  signalGroup(group, 'SIGTERM');
  for (let waited = 0; waited < graceMilliseconds; waited += pollMilliseconds) {
    if (!signalGroup(group, 0)) return;
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  signalGroup(group, 'SIGKILL');
}

/** Windows has no signals that ask a process without a window to end. */
function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const taskkill = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    // It is part of Windows. Without it, the hook goes on.
    taskkill.on('error', () => resolve());
    taskkill.on('exit', () => resolve());
  });
}
