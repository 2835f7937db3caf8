import { bounded, shortened } from '../bytes/bounded-text.js';
import { ProbeError } from '../errors.js';
import { Connection, type TlsFacts, TlsFailure, type TlsRequest } from './connection.js';
import type { ProbeRule } from './finding.js';
import type { Reply } from './reply-reader.js';
import type { ServerAddress } from './server-address.js';

/** The name in EHLO: an address literal, for clients without a host name (RFC 5321 4.1.3). */
const helloName = '[127.0.0.1]';

/** How a session is opened. */
export interface SessionOptions extends TlsRequest {
  /** Whether TLS comes before the greeting (RFC 8314), instead of after STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** Seconds for the whole connection. */
  readonly timeout: number;
}

/** A connection to a mail server, under TLS if `problem` is not set. */
export interface SmtpSession {
  readonly connection: Connection;
  /** Undefined with implicit TLS, until it is read. */
  readonly greeting?: string;
  /** What EHLO offers before TLS; empty with implicit TLS. */
  readonly before: readonly string[];
  readonly tls?: TlsFacts;
  /** Why there is no TLS. */
  readonly problem?: { readonly rule: ProbeRule; readonly message: string; readonly failure?: TlsFailure };
}

/**
 * Connects, and starts TLS in the way asked for.
 * @throws {ProbeError} if there is no mail server, or one that does not follow SMTP
 */
export async function openSession(address: ServerAddress, options: SessionOptions): Promise<SmtpSession> {
  const connection = await Connection.open(address, options.timeout);
  try {
    return await startSession(connection, options);
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function startSession(connection: Connection, options: SessionOptions): Promise<SmtpSession> {
  if (options.implicitTls) return { connection, before: [], ...(await startTls(connection, options)) };
  connection.listen();
  const greeting = await readGreeting(connection);
  const before = await askCapabilities(connection);
  const opened = { connection, greeting, before };
  const refused = await requestStartTls(connection, before);
  return refused ? { ...opened, problem: refused } : { ...opened, ...(await startTls(connection, options)) };
}

/** @returns why TLS cannot be started; undefined if it can */
async function requestStartTls(
  connection: Connection,
  before: readonly string[],
): Promise<SmtpSession['problem'] | undefined> {
  if (!offers(before, 'STARTTLS')) {
    const message = 'STARTTLS is not offered: mail and passwords cross the network in the clear';
    return { rule: 'STARTTLS_MISSING', message };
  }
  const reply = await connection.command('STARTTLS');
  if (reply.code !== 220) {
    const message = `STARTTLS is offered and then refused: ${replyText(reply)}`;
    return { rule: 'STARTTLS_REFUSED', message };
  }
  // RFC 3207 6: data received before TLS must not be used under TLS, because an attacker may have injected it.
  if (connection.hasMore) {
    const message =
      'data follows the reply to STARTTLS in the clear: an attacker in between, or a broken server, injects it into the session';
    return { rule: 'STARTTLS_INJECTION', message };
  }
  return undefined;
}

async function startTls(connection: Connection, request: TlsRequest): Promise<Pick<SmtpSession, 'tls' | 'problem'>> {
  try {
    return { tls: await connection.startTls(request) };
  } catch (error) {
    if (!(error instanceof TlsFailure)) throw error;
    const message = `the TLS handshake fails: ${error.message}`;
    return { problem: { rule: 'HANDSHAKE_FAILED', message, failure: error } };
  }
}

/** The greeting of a server that accepts mail. @throws {ProbeError} if the server refuses */
export async function readGreeting(connection: Connection): Promise<string> {
  const greeting = await connection.reply();
  requireCode(connection, greeting, 'the greeting', 220);
  return greeting.lines.join(' ');
}

/** Extensions that the server offers (RFC 5321 4.1.1.1), without the line of its greeting. */
export async function askCapabilities(connection: Connection): Promise<string[]> {
  const reply = await connection.command(`EHLO ${helloName}`);
  requireCode(connection, reply, 'EHLO', 250);
  return reply.lines.slice(1);
}

function requireCode({ name }: Connection, reply: Reply, what: string, code: number): void {
  if (reply.code !== code) throw new ProbeError(`${name}: the server answers ${what} with ${replyText(reply)}`);
}

/** A reply in one line, bounded. */
export function replyText({ code, lines }: Reply): string {
  return shortened(`${code} ${bounded(lines, ' ')}`.trim());
}

/** Whether an extension is among those offered, by its keyword. */
export function offers(capabilities: readonly string[], keyword: string): boolean {
  // `AUTH=` is how it was written before RFC 2554.
  return capabilities.some((line) => {
    const word = line.slice(0, keyword.length + 1).toUpperCase();
    return word === keyword || word === `${keyword} ` || word === `${keyword}=`;
  });
}
