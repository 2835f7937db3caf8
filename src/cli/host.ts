import { constants, fstatSync, openSync, readdirSync, type Stats, statSync } from 'node:fs';
import { readTrustedFile, type TrustedFile } from '../deploy/directory/trusted-file.js';
import { isWindows } from '../deploy/windows.js';
import { ExitCode } from './failure.js';
import { codeOf, discardTyped, readDescriptor, readInput, standardError, standardOutput, writeAll } from './streams.js';

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
  openTerminal(): Terminal | undefined;
  writeTerminal(terminal: Terminal, text: string): void;
  /** Discards what was typed so far. */
  discardTyped(terminal: Terminal): void;
  /** Calls back when a signal asks the process to end; returns a function that stops this. */
  onTermination(callback: (signal: NodeJS.Signals) => void): () => void;
  /** Calls back before the process is stopped by SIGTSTP and after it goes on; returns a function that stops this. */
  onSuspension(callbacks: { readonly stop: () => void; readonly resume: () => void }): () => void;
  /** Signals all processes of a group, or none with 0; false if the group has no process any more. */
  signalGroup(group: number, signal: NodeJS.Signals | 0): boolean;
  /** Ends this process by the signal, after its work has been undone or finished. */
  terminateBy(signal: NodeJS.Signals): void;
}

/** Descriptors of the controlling terminal; one and the same except on Windows. */
export interface Terminal {
  readonly input: number;
  readonly output: number;
}

export interface FileStatus {
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** When the content changed last. */
  readonly mtime: Date;
}

/** A thousand keystores take a tenth of it. */
const mostConfigurationBytes = 2 ** 20;

export function nodeHost(): Host {
  return {
    now: () => new Date(),
    environment: (name) => process.env[name],
    wholeEnvironment: () => process.env,
    readFile: readInput,
    readTrustedFile: (path) => readTrustedFile(path, process.geteuid?.(), mostConfigurationBytes),
    readDescriptor,
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
      const stats = statusOfStream(standardOutput);
      return stats?.isFile() ? modeFrom(stats) : undefined;
    },
    outputIsTerminal: () => isTerminal(standardOutput),
    errorIsTerminal: () => isTerminal(standardError),
    outputColumns: () => (isTerminal(standardOutput) ? process.stdout.columns : undefined),
    errorColumns: () => (isTerminal(standardError) ? process.stderr.columns : undefined),
    hideArguments: () => {
      // On Windows this is the title of the console window, and arguments cannot be hidden.
      if (!isWindows) process.title = 'jks2pem';
    },
    openTerminal: () => {
      try {
        if (isWindows) return { input: openSync('\\\\.\\CONIN$', 'r+'), output: openSync('\\\\.\\CONOUT$', 'r+') };
        // Without O_NONBLOCK, discarding what was typed would wait for more.
        const descriptor = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
        return { input: descriptor, output: descriptor };
      } catch {
        // No controlling terminal: cron, a service, a container.
        return undefined;
      }
    },
    writeTerminal: ({ output }, text) => writeAll(output, Buffer.from(text)),
    // A console cannot be read without waiting.
    discardTyped: ({ input }) => !isWindows && discardTyped(input),
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
      const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'];
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
      // Windows knows no death by a signal.
      if (isWindows) process.exit(ExitCode.interrupted);
      process.kill(process.pid, signal);
    },
  };
}

/** A character device other than /dev/null. node:tty.isatty would be exact, but loads the modules of sockets. */
function isTerminal(descriptor: number): boolean {
  if (isWindows) return process.getBuiltinModule('node:tty').isatty(descriptor);
  const stats = statusOfStream(descriptor);
  return stats?.isCharacterDevice() === true && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/** Undefined if the stream was closed, or is one that a Windows service does not have. */
function statusOfStream(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch (error) {
    if (codeOf(error) === 'EBADF') return undefined;
    throw error;
  }
}

/** Node derives mode bits from the read-only attribute on Windows; they say nothing about who may read a file. */
function modeFrom({ mode }: Stats): number {
  return isWindows ? mode & ~0o077 : mode;
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
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { mode: modeFrom(stats), size: stats.size, uid: stats.uid, gid: stats.gid, mtime: stats.mtime };
  } catch {
    // Opening the file fails next, and gives the reason.
    return undefined;
  }
}
