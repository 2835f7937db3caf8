import type { ReadStream } from 'node:tty';
import { InterruptedError } from '../failure.js';
import type { Host } from '../host.js';

/** What a terminal in raw mode sends for the keys that do something. */
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

/**
 * Asks for a password on the controlling terminal, without echo. The terminal is put back as it was, however this ends.
 * @returns undefined if there is no terminal
 * @throws {InterruptedError} if Ctrl-C or Ctrl-\ is pressed, or Ctrl-D before anything else
 */
export async function askPassword(host: Host, question: string): Promise<string | undefined> {
  const descriptor = host.openTerminal();
  if (descriptor === undefined) return undefined;
  // Loaded when there is something to ask: with it comes what sockets need.
  const terminal = new (await import('node:tty')).ReadStream(descriptor);
  const restore = () => terminal.setRawMode(false);
  const stopListening = host.onTermination((signal) => {
    restore();
    stopListening();
    host.terminateBy(signal);
  });
  try {
    // Echo is off before the question stands there, so that nothing typed early is seen.
    terminal.setRawMode(true);
    host.writeTerminal(descriptor, question);
    return await readLine(terminal);
  } finally {
    restore();
    stopListening();
    host.writeTerminal(descriptor, '\n');
    terminal.destroy();
  }
}

function readLine(terminal: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    terminal.on('error', reject);
    terminal.on('end', () => reject(new InterruptedError()));
    terminal.on('data', (chunk: Uint8Array) => {
      for (const octet of chunk) {
        if (octet === Key.carriageReturn || octet === Key.lineFeed) {
          resolve(Buffer.from(typed).toString('utf8'));
          typed.fill(0);
          return;
        }
        if (octet === Key.interrupt || octet === Key.quit || (octet === Key.endOfInput && typed.length === 0)) {
          typed.fill(0);
          return reject(new InterruptedError());
        }
        // To stop here would leave the shell with a terminal that shows nothing.
        if (octet === Key.suspend) continue;
        if (octet === Key.backspace || octet === Key.delete) eraseCharacter(typed);
        else if (octet === Key.eraseLine) typed.length = 0;
        else typed.push(octet);
      }
    });
  });
}

/** Takes back one character of UTF-8: its continuation bytes and the byte before them. */
function eraseCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}
