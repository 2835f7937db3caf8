import type { ReadStream } from 'node:tty';
import { InterruptedError } from '../command-errors.js';
import type { Host } from '../host.js';

/** The bytes that a terminal in raw mode sends for keys that edit or end the line (termios(3), special characters). */
const Key = {
  interrupt: 0x03,
  endOfInput: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  eraseLine: 0x15,
  suspend: 0x1a,
  quit: 0x1c,
  delete: 0x7f,
} as const;

/** A question to the user. */
interface Question {
  readonly text: string;
  /** Whether the typed text is shown; passwords are not. */
  readonly isShown?: boolean;
}

/**
 * Asks a question on the controlling terminal. Restores the mode of the terminal also after an error or a termination signal.
 * @returns the typed line; undefined if there is no terminal
 * @throws {InterruptedError} if Ctrl-C or Ctrl-\ is pressed, or Ctrl-D in an empty line, or the terminal is closed
 */
export async function ask(host: Host, { text, isShown = false }: Question): Promise<string | undefined> {
  const terminal = host.openTerminal();
  if (terminal === undefined) return undefined;
  // Loaded here, because node:tty loads Node's socket modules.
  const keyboard = new (await import('node:tty')).ReadStream(terminal.input);
  const restore = () => keyboard.setRawMode(false);
  const stopTermination = host.onTermination((signal) => {
    restore();
    stopTermination();
    host.terminateBy(signal);
  });
  const begin = () => {
    // Echo is switched off before the question is printed, so that a password that the user types early is not shown.
    keyboard.setRawMode(true);
    host.writeTerminal(terminal, text);
  };
  const stopSuspension = host.onSuspension({
    stop: restore,
    resume: () => {
      // The shell has changed the mode. After a SIGSTOP, which calls no `stop`, Node believes that raw mode is still on, and
      // setRawMode(true) alone would have no effect.
      restore();
      begin();
    },
  });
  try {
    keyboard.setRawMode(true);
    // Text that was typed before the question is not the answer.
    host.discardTyped(terminal);
    begin();
    return await readLine(keyboard, (shown) => isShown && host.writeTerminal(terminal, shown));
  } catch (error) {
    throw host.leaveIfHungUp(terminal) ? new InterruptedError() : error;
  } finally {
    restore();
    stopTermination();
    stopSuspension();
    if (!host.leaveIfHungUp(terminal)) host.writeTerminal(terminal, '\n');
    keyboard.destroy();
  }
}

function readLine(keyboard: ReadStream, show: (text: string | Uint8Array) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    keyboard.on('error', reject);
    keyboard.on('end', () => reject(new InterruptedError()));
    keyboard.on('data', (chunk: Uint8Array) => {
      for (const byte of chunk) {
        if (byte === Key.carriageReturn || byte === Key.lineFeed) {
          resolve(Buffer.from(typed).toString('utf8'));
          typed.fill(0);
          return;
        }
        if (byte === Key.interrupt || byte === Key.quit || (byte === Key.endOfInput && typed.length === 0)) {
          typed.fill(0);
          return reject(new InterruptedError());
        }
        edit(typed, byte, show);
      }
    });
  });
}

/** Erases one column of the terminal. */
const eraseColumn = '\b \b';

/** Applies one typed byte to the line. */
function edit(typed: number[], byte: number, show: (text: string | Uint8Array) => void): void {
  // In raw mode Ctrl-Z does not stop the process, but arrives as a byte, which is not part of the answer.
  if (byte === Key.suspend) return;
  if (byte === Key.backspace || byte === Key.delete) {
    if (beginsShownCharacter(eraseCharacter(typed))) show(eraseColumn);
  } else if (byte === Key.eraseLine) {
    show(eraseColumn.repeat(typed.filter(beginsShownCharacter).length));
    typed.length = 0;
  } else {
    typed.push(byte);
    // The terminal joins the bytes of a UTF-8 character.
    if (byte >= firstPrintable) show(Uint8Array.of(byte));
  }
}

/** Removes one UTF-8 character: its continuation bytes, and the byte before them. Returns that byte; 0 if the line is empty. */
function eraseCharacter(typed: number[]): number {
  let byte: number;
  do byte = typed.pop() ?? 0;
  while (isContinuation(byte));
  return byte;
}

/** The space, the first character that is not a control character. */
const firstPrintable = 0x20;

/** Checks whether a byte begins a character that takes a column of the terminal. Each character is assumed to take one. */
function beginsShownCharacter(byte: number): boolean {
  return byte >= firstPrintable && !isContinuation(byte);
}

/** RFC 3629 3: the second and later bytes of a character begin with the bits 10. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
