import { fstatSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { describeSystemError } from '../deploy/system-error.js';
import { OutputError } from '../errors.js';
import { InputError } from './failure.js';

/** What an earlier run of the command left for this one, by name. It may be gone at any time. */
export interface Memory {
  recall(name: string): Uint8Array | undefined;
  remember(name: string, bytes: Uint8Array): void;
}

/** Everything the command needs of the machine. The only file that names `process`. */
export interface Host {
  readonly memory: Memory;
  now(): Date;
  environment(name: string): string | undefined;
  /** All of it, for a process that is to be started. */
  wholeEnvironment(): Readonly<Record<string, string | undefined>>;
  /** @throws {InputError} if the file cannot be read; `-` is standard input */
  readFile(path: string): Uint8Array;
  /** Reads a descriptor to its end. */
  readDescriptor(descriptor: number): Uint8Array;
  /** Permission bits of a file, or undefined if there is none. */
  modeOf(path: string): number | undefined;
  /** Mode, type bits included, and numbers of the owner; undefined if there is no such file. */
  statusOf(path: string): FileStatus | undefined;
  /** The number of the user whose rights we have. */
  userId(): number | undefined;
  /** How many threads can work at the same time. */
  parallelism(): Promise<number>;
  /** The file with the code of a thread that converts keystores. */
  storeThread(): string;
  writeOutput(bytes: Uint8Array): void;
  writeError(text: string): void;
  /** Permission bits of standard output if it is a regular file. */
  outputFileMode(): number | undefined;
  errorIsTerminal(): boolean;
  /** How wide the terminal is that standard output, or standard error, goes to; undefined if it goes elsewhere. */
  outputColumns(): number | undefined;
  errorColumns(): number | undefined;
  /** One of the roots that Node brings along, as PEM, by its place in `tls.rootCertificates`. */
  builtInRoot(index: number): string;
  /** Puts a name without arguments in the place where other users' `ps` reads them. */
  hideArguments(): void;
  /** The controlling terminal; undefined if there is none. */
  openTerminal(): number | undefined;
  writeTerminal(descriptor: number, text: string): void;
  /** Calls back when a signal asks the process to end; gives a function that stops that. */
  onTermination(callback: (signal: NodeJS.Signals) => void): () => void;
  /** Ends this process by the signal, after what was begun has been tidied up. */
  terminateBy(signal: NodeJS.Signals): void;
}

export interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const standardOutput = 1;
const standardError = 2;
const names: Readonly<Record<number, string>> = {
  [standardOutput]: 'standard output',
  [standardError]: 'standard error',
};

const forgetful: Memory = { recall: () => undefined, remember: () => {} };

/**
 * @param memory what earlier runs have left
 * @param storeThread the file with the code of a thread that converts keystores
 */
export function nodeHost(memory: Memory = forgetful, storeThread = ''): Host {
  return {
    memory,
    now: () => new Date(),
    environment: (name) => process.env[name],
    wholeEnvironment: () => process.env,
    readFile: readInput,
    readDescriptor: (descriptor) => reading(`descriptor ${descriptor}`, () => readFileSync(descriptor)),
    modeOf: (path) => statusOf(path)?.mode,
    statusOf,
    userId: () => process.geteuid?.(),
    parallelism: async () => (await import('node:os')).availableParallelism(),
    storeThread: () => storeThread,
    writeOutput: (bytes) => writeAll(standardOutput, bytes),
    writeError: (text) => {
      try {
        writeAll(standardError, Buffer.from(text));
      } catch {
        // Nobody listens any more, which must not stop a renewal halfway.
      }
    },
    outputFileMode: () => {
      const stats = fstatSync(standardOutput);
      return stats.isFile() ? stats.mode : undefined;
    },
    errorIsTerminal: () => isTerminal(standardError),
    outputColumns: () => (isTerminal(standardOutput) ? process.stdout.columns : undefined),
    errorColumns: () => (isTerminal(standardError) ? process.stderr.columns : undefined),
    builtInRoot: (index) => process.getBuiltinModule('node:tls').rootCertificates[index] ?? '',
    hideArguments: () => {
      process.title = 'jks2pem';
    },
    openTerminal: () => {
      try {
        return openSync('/dev/tty', 'r+');
      } catch {
        // No controlling terminal: cron, a service, a container. That is an answer, not a failure.
        return undefined;
      }
    },
    writeTerminal: (descriptor, text) => writeAll(descriptor, Buffer.from(text)),
    onTermination: (callback) => {
      const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
    terminateBy: (signal) => {
      process.kill(process.pid, signal);
    },
  };
}

/** A character device, but for the null device. node:tty would tell too, but loads what sockets need. */
function isTerminal(descriptor: number): boolean {
  const stats = fstatSync(descriptor);
  return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function statusOf(path: string): FileStatus | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Whoever goes on to open the file is told why it cannot be.
    return undefined;
  }
}

/** @throws {InputError} if the file cannot be read; `-` is standard input */
export function readInput(path: string): Uint8Array {
  return reading(path, () => (path === '-' ? readFileSync(0) : readFileSync(path)));
}

function reading(path: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`, undefined, { cause: error });
  }
}

/** Synchronous, so that nothing is lost when the process ends; a pipe that is full is waited for. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EAGAIN')
        throw new OutputError(`${names[descriptor] ?? 'terminal'}: ${describeSystemError(error)}`, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
