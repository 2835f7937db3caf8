import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import type { Host } from '../../src/cli/host.js';

const tty = process.getBuiltinModule('node:tty');
const { ReadStream } = tty;

/** A terminal at which a user types, without a pseudo-terminal. It replaces node:tty's stream while a test runs. */
export class FakeTerminal {
  /** What happens to the terminal, in order: `raw`, `cooked`, `discard`, `closed`, signals, and texts in quotation marks. */
  readonly log: string[] = [];
  /** What is written to the terminal. */
  shown = '';
  #keyboard: EventEmitter | undefined;
  #suspension: { readonly stop: () => void; readonly resume: () => void } | undefined;
  #isHungUp = false;
  #terminate: ((signal: NodeJS.Signals) => void) | undefined;

  /** @param answers what is typed after each question, as Latin-1; the terminal is closed after the last. Default: see {@link type} */
  constructor(private readonly answers?: string[]) {
    const terminal = this;
    class Keyboard extends EventEmitter {
      constructor() {
        super();
        terminal.#keyboard = this;
        this.on('newListener', (event) => event === 'data' && setImmediate(() => terminal.#answer()));
      }
      setRawMode(isRaw: boolean): void {
        terminal.log.push(isRaw ? 'raw' : 'cooked');
      }
      destroy(): void {
        terminal.log.push('closed');
      }
    }
    Object.assign(tty, { ReadStream: Keyboard });
    syncBuiltinESMExports();
  }

  remove(): void {
    Object.assign(tty, { ReadStream });
    syncBuiltinESMExports();
  }

  /** What the keyboard does when the window of the terminal is closed, or when reading fails for another reason. */
  fail(error: Error, isHungUp: boolean): void {
    this.#isHungUp = isHungUp;
    this.#keyboard?.emit('error', error);
  }

  type(text: string): void {
    this.#keyboard?.emit('data', Buffer.from(text, 'latin1'));
  }
  suspend = () => this.#suspension?.stop();
  resume = () => this.#suspension?.resume();
  terminate = (signal: NodeJS.Signals) => this.#terminate?.(signal);

  /** The part of a host that belongs to the terminal. */
  get host(): Partial<Host> {
    return {
      openTerminal: () => ({ input: 7, output: 8 }) as ReturnType<Host['openTerminal']>,
      writeTerminal: (_, text) => {
        const written = typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
        this.shown += written;
        this.log.push(JSON.stringify(written));
      },
      leaveIfHungUp: () => this.#isHungUp,
      discardTyped: () => void this.log.push('discard'),
      onSuspension: (callbacks) => {
        this.#suspension = callbacks;
        return () => {
          this.#suspension = undefined;
        };
      },
      onTermination: (callback) => {
        this.#terminate = callback;
        return () => {
          this.#terminate = undefined;
        };
      },
      terminateBy: (signal) => void this.log.push(signal),
    };
  }

  #answer(): void {
    if (this.answers === undefined) return;
    const answer = this.answers.shift();
    if (answer === undefined) this.#keyboard?.emit('end');
    else this.type(answer);
  }
}
