import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { InputError } from '../../src/cli/command-errors.js';
import { type Host, nodeHost } from '../../src/cli/host.js';
import { run } from '../../src/cli/run.js';
import type { FakeTerminal } from './fake-terminal.js';

/** What one run of the command did. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly error: string;
  readonly hidden: boolean;
}

export interface Situation {
  readonly environment?: Readonly<Record<string, string>>;
  readonly descriptors?: Readonly<Record<number, string>>;
  readonly now?: Date;
  readonly outputMode?: number;
  readonly userId?: number;
  /** Thrown by each write to standard output. */
  readonly outputError?: Error;
  /** Columns of the terminal that standard error goes to. */
  readonly errorColumns?: number;
  /** Columns of the terminal that standard output goes to. */
  readonly outputColumns?: number;
  /** Milliseconds that pass between two looks at the clock. */
  readonly pace?: number;
  /** Is given what ends the run as a signal does. */
  readonly onTermination?: (terminate: () => void) => void;
  /** Default: there is no terminal on which the user could be asked. */
  readonly terminal?: FakeTerminal;
}

/** Runs the command on the real file system, with everything else given by the test. */
export async function runCommand(args: readonly string[], situation: Situation = {}): Promise<Outcome> {
  const output: Uint8Array[] = [];
  let error = '';
  let hidden = false;
  let standardInput = situation.descriptors?.[0] ?? '';
  let clock = (situation.now ?? new Date('2026-12-01T00:00:00Z')).getTime();
  const host: Host = {
    now: () => new Date((clock += situation.pace ?? 0)),
    environment: (name) => ({ LANG: 'C.UTF-8', NO_COLOR: '1', ...situation.environment })[name],
    wholeEnvironment: () => ({ PATH: '/usr/bin:/bin', ...situation.environment }),
    readFile: (path) => {
      if (path === '-') {
        const bytes = Buffer.from(standardInput, 'latin1');
        // Like a pipe, it is empty from the second time on.
        standardInput = '';
        return bytes;
      }
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new InputError(`${path}: no such file`);
      return readFileSync(path);
    },
    readDescriptor: (descriptor) => {
      const text = situation.descriptors?.[descriptor];
      if (text === undefined) throw new InputError(`descriptor ${descriptor}: bad file descriptor`);
      return Buffer.from(text);
    },
    modeOf: (path) => statSync(path, { throwIfNoEntry: false })?.mode,
    namesIn: (directory) => (existsSync(directory) ? readdirSync(directory) : []),
    statusOf: (path) => statSync(path, { throwIfNoEntry: false }),
    userId: () => situation.userId ?? process.getuid?.(),
    writeOutput: (bytes) => {
      if (situation.outputError) throw situation.outputError;
      output.push(Uint8Array.from(bytes));
    },
    writeError: (text) => {
      error += text;
    },
    outputFileMode: () => situation.outputMode,
    outputIsTerminal: () => situation.outputColumns !== undefined,
    errorIsTerminal: () => situation.errorColumns !== undefined,
    outputColumns: () => situation.outputColumns,
    errorColumns: () => situation.errorColumns,
    hideArguments: () => {
      hidden = true;
    },
    openTerminal: () => undefined,
    writeTerminal: () => {
      throw new Error('there is no terminal');
    },
    leaveIfHungUp: () => false,
    discardTyped: () => {},
    onSuspension: () => () => {},
    onTermination: (callback) => {
      situation.onTermination?.(() => callback('SIGTERM'));
      return () => {};
    },
    signalGroup: nodeHost().signalGroup,
    terminateBy: () => {},
    ...situation.terminal?.host,
  };
  const exitCode = await run(args, host);
  return { exitCode, output: Buffer.concat(output).toString('utf8'), error, hidden };
}
