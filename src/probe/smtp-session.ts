import { ProbeError } from '../errors.js';
import type { Connection } from './connection.js';
import type { Reply } from './reply-reader.js';

/** What the probe calls itself: an address literal is right for every client that has no name (RFC 5321 4.1.3). */
const helloName = '[127.0.0.1]';

/** The greeting of a server that takes mail. @throws {ProbeError} if it does not */
export async function readGreeting(connection: Connection): Promise<string> {
  const greeting = await connection.reply();
  requireCode(connection, greeting, 'the greeting', 220);
  return greeting.lines.join(' ');
}

/** Extensions that the server offers (RFC 5321 4.1.1.1), one a line, its greeting left out. */
export async function askCapabilities(connection: Connection): Promise<string[]> {
  const reply = await connection.command(`EHLO ${helloName}`);
  requireCode(connection, reply, 'EHLO', 250);
  return reply.lines.slice(1);
}

export function requireCode({ name }: Connection, reply: Reply, what: string, code: number): void {
  if (reply.code !== code) throw new ProbeError(`${name}: ${what} is answered with ${replyText(reply)}`);
}

export function replyText({ code, lines }: Reply): string {
  return `${code} ${lines.join(' ')}`.trim();
}

/** Whether an extension is among those offered, by its keyword. */
export function offers(capabilities: readonly string[], keyword: string): boolean {
  // AUTH= is how it was written before RFC 2554.
  return capabilities.some((line) => new RegExp(`^${keyword}([ =]|$)`, 'i').test(line));
}
