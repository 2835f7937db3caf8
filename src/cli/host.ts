import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readTrustedFile, type TrustedFile } from '../deploy/directory/trusted-file.js';
import { describeSystemError } from '../deploy/system-error.js';
import { LimitExceededError, OutputError } from '../errors.js';
import { defaultLimits } from '../limits.js';
import { BrokenPipeError, InputError } from './failure.js';

/** Everything the command needs from the machine, so that tests can replace it. No other file names `process`. */
export interface Host {
  now(): Date;
  environment(name: string): string | undefined;
  /** Every variable, for a process that is started. */
  wholeEnvironment(): Readonly<Record<string, string | undefined>>;
  /**
   * Reads a file, or a pipe to its end; `-` is standard input.
   * @param maximum bytes; checked before a file is read, and while a pipe is
   * @throws {InputError} if it cannot be read
   * @throws {LimitExceededError} if it is larger
   */
  readFile(path: string, maximum?: number): Uint8Array;
  /**
   * Reads a file that holds commands to run; undefined if there is no such file.
   * @throws {OutputError} if a user other than root and the one of this run can change it
   */
  readTrustedFile(path: string): TrustedFile | undefined;
  /** Reads a descriptor to its end, and closes it unless it is a standard stream. @throws {InputError} if it cannot be read */
  readDescriptor(descriptor: number): Uint8Array;
  /** Permission bits of a file; undefined if there is no such file. */
  modeOf(path: string): number | undefined;
  /** The names in a directory; none if it cannot be read. */
  namesIn(directory: string): string[];
  /** Mode with its type bits, and numbers of the owner; undefined if there is no such file. */
  statusOf(path: string): FileStatus | undefined;
  /** Number of the effective user; undefined on Windows. */
  userId(): number | undefined;
  /** @throws {BrokenPipeError} if the reader has gone */
  writeOutput(bytes: Uint8Array): void;
  writeError(text: string): void;
  /** Permission bits of standard output if it is a regular file. */
  outputFileMode(): number | undefined;
  outputIsTerminal(): boolean;
  errorIsTerminal(): boolean;
  /** Width of the terminal that standard output, or standard error, goes to; undefined if it is not a terminal. */
  outputColumns(): number | undefined;
  errorColumns(): number | undefined;
  /** Replaces the command line that other users' `ps` shows by the name alone. */
  hideArguments(): void;
  /** Opens the controlling terminal; undefined if there is none. */
  openTerminal(): number | undefined;
  writeTerminal(descriptor: number, text: string): void;
  /** Discards what was typed so far. */
  discardTyped(descriptor: number): void;
  /** Calls back when a signal asks the process to end; returns a function that stops this. */
  onTermination(callback: (signal: NodeJS.Signals) => void): () => void;
  /** Calls back before the process is stopped by SIGTSTP and after it goes on; returns a function that stops this. */
  onSuspension(callbacks: { readonly stop: () => void; readonly resume: () => void }): () => void;
  /** Signals all processes of a group, or none with 0; false if the group has no process any more. */
  signalGroup(group: number, signal: NodeJS.Signals | 0): boolean;
  /** Ends this process by the signal, after its work has been undone or finished. */
  terminateBy(signal: NodeJS.Signals): void;
}

export interface FileStatus {
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
}

const standardOutput = 1;
const standardError = 2;
const names: Readonly<Record<number, string>> = {
  [standardOutput]: 'standard output',
  [standardError]: 'standard error',
};

/** A thousand keystores take a tenth of it. */
const mostConfigurationBytes = 2 ** 20;

export function nodeHost(): Host {
  return {
    now: () => new Date(),
    environment: (name) => process.env[name],
    wholeEnvironment: () => process.env,
    readFile: readInput,
    readTrustedFile: (path) => readTrustedFile(path, process.geteuid?.(), mostConfigurationBytes),
    readDescriptor: (descriptor) =>
      reading(`descriptor ${descriptor}`, () => {
        const bytes = readFileSync(descriptor);
        // Programs that are started later could read it again, here or through /proc.
        if (descriptor > standardError) closeSync(descriptor);
        return bytes;
      }),
    modeOf: (path) => statusOf(path)?.mode,
    statusOf,
    namesIn,
    userId: () => process.geteuid?.(),
    writeOutput: (bytes) => writeAll(standardOutput, bytes),
    writeError: (text) => {
      try {
        writeAll(standardError, Buffer.from(text));
      } catch {
        // Standard error was closed. A renewal must not stop halfway because of that.
      }
    },
    outputFileMode: () => {
      const stats = fstatSync(standardOutput);
      return stats.isFile() ? stats.mode : undefined;
    },
    outputIsTerminal: () => isTerminal(standardOutput),
    errorIsTerminal: () => isTerminal(standardError),
    outputColumns: () => (isTerminal(standardOutput) ? process.stdout.columns : undefined),
    errorColumns: () => (isTerminal(standardError) ? process.stderr.columns : undefined),
    hideArguments: () => {
      process.title = 'jks2pem';
    },
    openTerminal: () => {
      try {
        // Without O_NONBLOCK, discarding what was typed would wait for more.
        return openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      } catch {
        // No controlling terminal: cron, a service, a container.
        return undefined;
      }
    },
    writeTerminal: (descriptor, text) => writeAll(descriptor, Buffer.from(text)),
    discardTyped,
    onSuspension: ({ stop, resume }) => {
      const onStop = () => {
        stop();
        // SIGTSTP itself is caught here; SIGSTOP cannot be.
        process.kill(process.pid, 'SIGSTOP');
      };
      process.on('SIGTSTP', onStop);
      process.on('SIGCONT', resume);
      return () => {
        process.off('SIGTSTP', onStop);
        process.off('SIGCONT', resume);
      };
    },
    onTermination: (callback) => {
      const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
    signalGroup: (group, signal) => {
      try {
        return process.kill(-group, signal);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
        throw error;
      }
    },
    terminateBy: (signal) => {
      process.kill(process.pid, signal);
    },
  };
}

/** A character device other than /dev/null. node:tty.isatty would be exact, but loads the modules of sockets. */
function isTerminal(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // It does not exist yet, or writing into it fails next and gives the reason.
    return [];
  }
}

function statusOf(path: string): FileStatus | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Opening the file fails next, and gives the reason.
    return undefined;
  }
}

/** See {@link Host.readFile}. */
export function readInput(path: string, maximum: number = defaultLimits.fileBytes): Uint8Array {
  return reading(path, () => {
    const descriptor = path === '-' ? 0 : openSync(path, 'r');
    try {
      return readUpTo(descriptor, maximum, path);
    } finally {
      if (descriptor !== 0) closeSync(descriptor);
    }
  });
}

/** Bytes of a pipe that are read at a time; Linux keeps as many in one (pipe(7)). */
const pipeBytes = 65_536;

function readUpTo(descriptor: number, maximum: number, path: string): Uint8Array {
  const stats = fstatSync(descriptor);
  // Before a byte is read: a sparse file has any size and takes no room on the disk.
  if (stats.isFile() && stats.size > maximum) throw new LimitExceededError('fileBytes', stats.size, maximum, path);
  // Read by us only where the end is not known: node:fs does the same for the rest.
  if (stats.isFile()) return readFileSync(descriptor);
  if (stats.isDirectory()) throw new InputError(`${path}: is a directory`);
  const chunks: Uint8Array[] = [];
  for (let length = 0; ; ) {
    const chunk = Buffer.allocUnsafeSlow(pipeBytes);
    const count = readWaiting(descriptor, chunk);
    if (count === 0) break;
    length += count;
    if (length > maximum) throw new LimitExceededError('fileBytes', length, maximum, path);
    chunks.push(chunk.subarray(0, count));
  }
  return Buffer.concat(chunks);
}

/** Waits if a pipe that does not block has nothing yet. */
function readWaiting(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      // Windows reports the end of a pipe like this.
      if (codeOf(error) === 'EOF') return 0;
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function reading(path: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError || error instanceof LimitExceededError) throw error;
    throw new InputError(`${path}: ${describeSystemError(error)}`, undefined, { cause: error });
  }
}

/** Reads until the terminal has nothing left. */
function discardTyped(descriptor: number): void {
  const typed = Buffer.alloc(256);
  try {
    while (readSync(descriptor, typed) > 0);
  } catch (error) {
    if (codeOf(error) !== 'EAGAIN') throw error;
  } finally {
    typed.fill(0);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Writes synchronously, so that nothing is lost when the process ends; waits while a pipe is full. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EPIPE' && descriptor === standardOutput) throw new BrokenPipeError();
      if (code !== 'EAGAIN')
        throw new OutputError(`${names[descriptor] ?? 'terminal'}: ${describeSystemError(error)}`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
