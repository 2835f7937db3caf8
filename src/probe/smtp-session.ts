import { bounded, shortened } from '../bytes/bounded-text.js';
import { ProbeError } from '../errors.js';
import { Connection, type TlsFacts, type TlsRequest } from './connection.js';
import type { ProbeRule } from './finding.js';
import type { Reply } from './reply-reader.js';
import type { ServerAddress } from './server-address.js';
import { RefusalError, TlsFailure } from './session-errors.js';

/** The name in EHLO: an address literal, for clients without a host name (RFC 5321 4.1.3). */
const helloName = '[127.0.0.1]';

/** How a session is opened. */
export interface SessionOptions extends TlsRequest {
  /** Whether TLS starts before the greeting (RFC 8314). Otherwise it starts with STARTTLS (RFC 3207). */
  readonly implicitTls: boolean;
  /** Maximum time of the whole connection in seconds. */
  readonly timeout: number;
}

/** A connection to a mail server. It uses TLS if `problem` is not set. */
export interface SmtpSession {
  readonly connection: Connection;
  /** The greeting. Unset with implicit TLS, because it has not been read yet. */
  readonly greeting?: string;
  /** Extensions in the reply to EHLO before TLS; empty with implicit TLS. */
  readonly before: readonly string[];
  readonly tls?: TlsFacts;
  /** Why TLS could not be started. */
  readonly problem?: { readonly rule: ProbeRule; readonly message: string; readonly failure?: TlsFailure };
}

/**
 * Connects, and starts TLS as requested. If TLS cannot be started, the reason is `problem` of the result.
 * @throws {ProbeError} if there is no mail server, or if it does not follow SMTP
 * @throws {TlsExpectedError} if STARTTLS is requested, but the server waits for TLS from the first byte
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

/**
 * Connects, and sends EHLO in plain text. STARTTLS is not sent even if the server offers it.
 * @throws {ProbeError} if there is no mail server, or if it does not follow SMTP
 */
export async function openInPlainText(address: ServerAddress, timeout: number): Promise<Connection> {
  const connection = await Connection.open(address, timeout);
  try {
    connection.listen();
    await readGreeting(connection);
    await askCapabilities(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function startSession(connection: Connection, options: SessionOptions): Promise<SmtpSession> {
  if (options.implicitTls) return { connection, before: [], ...(await startTls(connection, options)) };
  connection.listen();
  const greeting = await readGreetingOrDetectTls(connection, options);
  const before = await askCapabilities(connection);
  const opened = { connection, greeting, before };
  const refused = await requestStartTls(connection, before);
  return refused ? { ...opened, problem: refused } : { ...opened, ...(await startTls(connection, options)) };
}

/**
 * Sends STARTTLS.
 * @returns why TLS cannot be started; undefined if it can
 */
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

async function startTls(
  connection: Connection,
  options: SessionOptions,
): Promise<Pick<SmtpSession, 'tls' | 'problem'>> {
  try {
    return { tls: await connection.startTls(options) };
  } catch (error) {
    if (!(error instanceof TlsFailure)) throw error;
    // OpenSSL reads the greeting of SMTP as a TLS record, whose version is then wrong.
    const isPlain = options.implicitTls && error.message === 'wrong version number';
    const reason = isPlain ? 'the server does not begin with TLS; it may expect STARTTLS' : error.message;
    const message = `the TLS handshake fails: ${reason}`;
    return { problem: { rule: 'HANDSHAKE_FAILED', message, failure: error } };
  }
}

/** Error for a server that sends no greeting, because it waits for TLS from the first byte. */
export class TlsExpectedError extends Error {
  constructor() {
    super('the server sends no greeting: it waits for TLS from the first byte');
  }
}

/**
 * Milliseconds of silence after which TLS is tried, unless half of the timeout is shorter. A mail server greets at once, unless it delays
 * the greeting on purpose.
 */
const silenceMilliseconds = 2_000;
/** Maximum number of seconds of the second connection, on which TLS is tried. */
const attemptSeconds = 5;

/** @throws {TlsExpectedError} if the server stays silent and sends certificates or completes a TLS handshake on another connection */
async function readGreetingOrDetectTls(connection: Connection, { timeout }: SessionOptions): Promise<string> {
  const silence = Math.min(silenceMilliseconds, timeout * 500);
  const first = await connection.replyUnlessSilent(silence);
  if (first !== undefined) return greetingText(connection, first);
  const seconds = Math.min(attemptSeconds, timeout - silence / 1_000);
  if (await answersHandshake(connection.address, seconds)) throw new TlsExpectedError();
  return readGreeting(connection);
}

async function answersHandshake(address: ServerAddress, seconds: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.open(address, seconds);
    await connection.startTls();
    return true;
  } catch (error) {
    if (error instanceof TlsFailure) return error.seen !== undefined && error.seen.certificates.length > 0;
    if (error instanceof ProbeError) return false;
    throw error;
  } finally {
    connection?.close();
  }
}

/**
 * Reads the greeting of a server.
 * @throws the errors of {@link Connection.reply}, and a {@link RefusalError} if the code of the greeting is not 220: the server refuses mail
 */
export async function readGreeting(connection: Connection): Promise<string> {
  return greetingText(connection, await connection.reply());
}

function greetingText(connection: Connection, greeting: Reply): string {
  requireCode(connection, greeting, 'the greeting', 220);
  return greeting.lines.join(' ');
}

/**
 * Sends EHLO.
 * @returns the extensions that the server offers (RFC 5321 4.1.1.1), without the first line of the reply
 * @throws the errors of {@link Connection.command}, and a {@link RefusalError} if the code of the reply is not 250
 */
export async function askCapabilities(connection: Connection): Promise<string[]> {
  const reply = await connection.command(`EHLO ${helloName}`);
  requireCode(connection, reply, 'EHLO', 250);
  return reply.lines.slice(1);
}

function requireCode({ name }: Connection, reply: Reply, what: string, code: number): void {
  if (reply.code === code) return;
  const text = replyText(reply);
  throw new RefusalError(`${name}: the server answers ${what} with ${text}`, text);
}

/** Formats a reply as one line of limited length. */
export function replyText({ code, lines }: Reply): string {
  return shortened(`${code} ${bounded(lines, ' ')}`.trim());
}

/** Checks whether the server offers an extension, by its keyword. */
export function offers(capabilities: readonly string[], keyword: string): boolean {
  // `AUTH=` is the notation from before RFC 2554.
  return capabilities.some((line) => {
    const word = line.slice(0, keyword.length + 1).toUpperCase();
    return word === keyword || word === `${keyword} ` || word === `${keyword}=`;
  });
}
