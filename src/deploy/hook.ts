import { type ChildProcess, spawn } from 'node:child_process';
import { bytesFromUtf8 } from '../bytes/encoding.js';
import { HookFailedError, OutputError } from '../errors.js';
import { describeSystemError, isForbidden } from './system-error.js';
import { isWindows } from './windows.js';

/**
 * Sends a signal to every process of a group; signal 0 only checks whether the group has a process.
 * @returns false if the group has no process
 */
type SignalGroup = (group: number, signal: NodeJS.Signals | 0) => boolean;

export interface HookOptions {
  /** The whole environment of the hook; the environment of this process is not added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Maximum run time of the hook; 0 for no limit. */
  readonly timeoutSeconds: number;
  readonly signalGroup: SignalGroup;
  /** Time between SIGTERM and SIGKILL. Default: {@link usualGraceMilliseconds}. */
  readonly graceMilliseconds?: number;
  /** Stops the hook when aborted. */
  readonly signal?: AbortSignal;
}

/** The maximum length of `NAME=value` and a zero byte. */
interface VariableLimit {
  readonly maximum: number;
  /** The maximum as text, for messages. */
  readonly text: string;
  readonly lengthOf: (variable: string) => number;
}

/** MAX_ARG_STRLEN of Linux (binfmts.h): 32 pages of 4 KiB. */
const limitOnLinux: VariableLimit = {
  maximum: 131_072,
  text: '128 KiB',
  lengthOf: (variable) => bytesFromUtf8(variable).length,
};
/** The maximum of SetEnvironmentVariable, in UTF-16 code units. */
const limitOnWindows: VariableLimit = {
  maximum: 32_767,
  text: '32,767 characters',
  lengthOf: (variable) => variable.length,
};

/** Time between SIGTERM and SIGKILL. systemd waits 90 s; this is shorter, because a user may be waiting at a terminal. */
const usualGraceMilliseconds = 10_000;
const pollMilliseconds = 50;

/** The descriptor for both output streams of the hook, because the standard output of this process is for its own result. */
const standardError = 2;

/** Exit status of POSIX shells if they do not find a command. */
const commandNotFound = 127;

/**
 * Runs a command in a shell and waits until it ends. Except on Windows, the command runs in its own session, so that it cannot ask on the
 * terminal, and all its processes can be ended together. It has no input, and its output is written to standard error.
 * @throws {HookFailedError} if the command cannot be started, its exit status is not 0, it takes too long, or `options.signal` is aborted
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

/**
 * Checks that the variables are short enough for the system. Longer ones are refused instead of cut, because a cut value would mislead
 * the hook.
 * @param onWindows whether the limit of Windows applies; by default, if this is Windows
 * @throws {OutputError} if one is too long
 */
export function requireFitting(environment: Readonly<Record<string, string>>, onWindows = isWindows): void {
  const { maximum, text, lengthOf } = onWindows ? limitOnWindows : limitOnLinux;
  for (const [name, value] of Object.entries(environment)) {
    if (lengthOf(`${name}=${value}`) + 1 > maximum)
      throw new OutputError(
        `deploy hook: ${name} would be longer than the ${text} that the system passes on; nothing was written`,
        { hint: 'convert fewer keystores at once' },
      );
  }
}

function start(command: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const stdio = ['ignore', standardError, standardError] as const;
  try {
    // This starts cmd.exe. On Windows, `detached` would open a window.
    if (isWindows) return spawn(command, { shell: true, env: environment, windowsHide: true, stdio: [...stdio] });
    // With `detached`, the shell runs in its own session (setsid(2)).
    return spawn('/bin/sh', ['-c', command], { env: environment, detached: true, stdio: [...stdio] });
  } catch (error) {
    // Some errors, such as E2BIG, are thrown; others are events.
    throw notStarted(error);
  }
}

/** Resolves with the failure of the hook, or with undefined if it succeeded. */
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

/** Decides when a hook is stopped early: after the timeout, or when `options.signal` is aborted. */
class Stop {
  /** Resolves with the reason when the hook must be stopped. */
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

/** Ends all processes of a hook: with SIGTERM, and after `graceMilliseconds` with SIGKILL. On Windows, ends them by force immediately. */
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

/** Ends a process and its descendants by force, with taskkill, which can ask only processes with a window to end. */
function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const taskkill = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    // taskkill is part of Windows. If it cannot be started, the hook continues to run.
    taskkill.on('error', () => resolve());
    taskkill.on('exit', () => resolve());
  });
}
