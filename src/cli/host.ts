import { closeSync, constants, fstatSync, openSync, readdirSync, type Stats, statSync } from 'node:fs';
import { isWindows } from '../deploy/windows.js';
import { ExitCode } from './command-errors.js';
import { readDescriptor, readInput } from './read-input.js';
import { codeOf, discardTyped, standardError, standardOutput, writeAll } from './standard-streams.js';

/** Everything that the command needs from the machine. Tests replace it. Only this file uses the state of `process`. */
export interface Host {
  now(): Date;
  environment(name: string): string | undefined;
  /** All environment variables, for a child process. */
  wholeEnvironment(): Readonly<Record<string, string | undefined>>;
  /**
   * Reads a file, or a pipe to its end; `-` is standard input.
   * @param maximum maximum number of bytes; checked before a file is read, and while a pipe is read
   * @throws {InputError} if it cannot be read
   * @throws {LimitExceededError} if it is larger
   */
  readFile(path: string, maximum?: number): Uint8Array;
  /**
   * Reads a descriptor to its end, and closes it unless it is a standard stream.
   * @throws {InputError} if it cannot be read
   * @throws {LimitExceededError} if it contains more than the default limit `fileBytes`
   */
  readDescriptor(descriptor: number): Uint8Array;
  /** Returns {@link FileStatus.mode} of a file; undefined if the file does not exist or cannot be examined. */
  modeOf(path: string): number | undefined;
  /** Returns the names in a directory; an empty array if it cannot be read. */
  namesIn(directory: string): string[];
  /** Returns the status of a file; undefined if the file does not exist or cannot be examined. */
  statusOf(path: string): FileStatus | undefined;
  /** Returns the number of the effective user; undefined on Windows. */
  userId(): number | undefined;
  /**
   * Writes to standard output.
   * @throws {BrokenPipeError} if the reader has closed it
   */
  writeOutput(bytes: Uint8Array): void;
  writeError(text: string): void;
  /** Returns {@link FileStatus.mode} of standard output if it is a regular file; otherwise undefined. */
  outputFileMode(): number | undefined;
  outputIsTerminal(): boolean;
  errorIsTerminal(): boolean;
  /** Returns the width of the terminal in columns; undefined if standard output is not a terminal. */
  outputColumns(): number | undefined;
  /** Does for standard error what {@link outputColumns} does for standard output. */
  errorColumns(): number | undefined;
  /** Replaces the command line by the name of the program, so that `ps` does not show arguments to other users. Does nothing on Windows. */
  hideArguments(): void;
  /** Opens the controlling terminal; undefined if there is none. */
  openTerminal(): Terminal | undefined;
  writeTerminal(terminal: Terminal, text: string | Uint8Array): void;
  /** Discards text that was typed and has not been read yet. Does nothing on Windows. */
  discardTyped(terminal: Terminal): void;
  /**
   * Checks whether the terminal was hung up, as when its window is closed. If so, the standard streams that belonged to it become /dev/null,
   * because Node aborts at exit if it cannot restore the mode of a terminal. On Windows, returns false.
   */
  leaveIfHungUp(terminal: Terminal): boolean;
  /** Calls back when a signal asks the process to end. Returns a function that removes the callback. */
  onTermination(callback: (signal: NodeJS.Signals) => void): () => void;
  /** Calls back before SIGTSTP stops the process, and after the process continues. Returns a function that removes the callbacks. */
  onSuspension(callbacks: { readonly stop: () => void; readonly resume: () => void }): () => void;
  /** Sends a signal to all processes of a group; signal 0 only checks whether there are any. @returns false if there are none */
  signalGroup(group: number, signal: NodeJS.Signals | 0): boolean;
  /** Sends a signal to this process, which ends unless a callback of {@link onTermination} is left. On Windows, exits with code 130. */
  terminateBy(signal: NodeJS.Signals): void;
}

/** The descriptors of the controlling terminal. Input and output have the same descriptor, except on Windows. */
interface Terminal {
  readonly input: number;
  readonly output: number;
}

export interface FileStatus {
  /** The type and the permission bits (inode(7)). On Windows, there are no bits for group and others. */
  readonly mode: number;
  /** Size in bytes. */
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** The time of the last change of the content. */
  readonly mtime: Date;
}

export function nodeHost(): Host {
  return {
    now: () => new Date(),
    environment: (name) => process.env[name],
    wholeEnvironment: () => process.env,
    readFile: readInput,
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
        // A message that cannot be printed must not stop a renewal.
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
      // On Windows the title is that of the console window, and arguments cannot be hidden.
      if (!isWindows) process.title = 'jks2pem';
    },
    openTerminal: () => {
      try {
        if (isWindows) return { input: openSync('\\\\.\\CONIN$', 'r+'), output: openSync('\\\\.\\CONOUT$', 'r+') };
        // Without O_NONBLOCK, discarding typed text would wait for more of it.
        const descriptor = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
        return { input: descriptor, output: descriptor };
      } catch {
        // There is no controlling terminal, as in cron, a service or a container.
        return undefined;
      }
    },
    writeTerminal: ({ output }, text) => writeAll(output, typeof text === 'string' ? Buffer.from(text) : text),
    // On Windows, reading from the console would wait for input.
    discardTyped: ({ input }) => !isWindows && discardTyped(input),
    leaveIfHungUp: ({ input }) => {
      if (isWindows || !isHungUp(input)) return false;
      for (const descriptor of [0, standardOutput, standardError])
        if (isHungUp(descriptor)) replaceByNothing(descriptor);
      return true;
    },
    onSuspension: ({ stop, resume }) => {
      const onStop = () => {
        stop();
        // SIGTSTP would only call this handler again. SIGSTOP cannot be caught.
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
        if (codeOf(error) === 'ESRCH') return false;
        // The processes that are left belong to another user, for example after sudo(8) in a hook.
        if (codeOf(error) === 'EPERM') return true;
        throw error;
      }
    },
    terminateBy: (signal) => {
      // Windows has no termination by a signal.
      if (isWindows) process.exit(ExitCode.interrupted);
      process.kill(process.pid, signal);
    },
  };
}

/**
 * Checks whether a descriptor is a terminal. Except on Windows, every character device other than /dev/null counts as one, because the exact
 * check, isatty of node:tty, loads Node's socket modules.
 */
function isTerminal(descriptor: number): boolean {
  if (isWindows) return process.getBuiltinModule('node:tty').isatty(descriptor);
  const stats = statusOfStream(descriptor);
  return stats?.isCharacterDevice() === true && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/** Checks whether a descriptor is that of a terminal which was hung up: isatty(3) fails for it. */
function isHungUp(descriptor: number): boolean {
  return isTerminal(descriptor) && !process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Replaces a standard stream by /dev/null. The system gives a file that is opened the lowest free descriptor, which is that of the stream. */
function replaceByNothing(descriptor: number): void {
  closeSync(descriptor);
  openSync('/dev/null', 'r+');
}

/** Returns the status of a standard stream; undefined if it is closed or missing, as in a Windows service. */
function statusOfStream(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch (error) {
    if (codeOf(error) === 'EBADF') return undefined;
    throw error;
  }
}

/** Returns the mode. On Windows, the bits for group and others are removed, because Node derives them from the read-only attribute. */
function modeFrom({ mode }: Stats): number {
  return isWindows ? mode & ~0o077 : mode;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // It is an output directory: either it does not exist yet, or it cannot be read, and then only a warning about old files is missing.
    return [];
  }
}

function statusOf(path: string): FileStatus | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { mode: modeFrom(stats), size: stats.size, uid: stats.uid, gid: stats.gid, mtime: stats.mtime };
  } catch {
    // The file cannot be examined, for example because this user may not search its directory.
    return undefined;
  }
}
