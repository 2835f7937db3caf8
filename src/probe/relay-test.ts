import { ProbeError } from '../errors.js';
import type { Connection } from './connection.js';
import { RefusalError } from './session-errors.js';
import { replyText } from './smtp-session.js';

/** Sender and recipient of an attempt to relay. */
export interface RelayAttempt {
  readonly from: string;
  readonly to: string;
}

/** The result of an attempt: the reply to RCPT TO, or to MAIL FROM if that was refused. */
export interface RelayOutcome extends RelayAttempt {
  readonly reply: string;
  readonly accepted: boolean;
  /** Whether the attempt was made inside TLS. */
  readonly insideTls: boolean;
}

/** A connection for the relay test, on which EHLO has been sent. */
export interface RelayConnection {
  readonly connection: Connection;
  /** `none`: the server does not offer STARTTLS, or refuses it. `failed`: STARTTLS fails, and this connection is in plain text. */
  readonly tls: 'started' | 'none' | 'failed';
}

/** A mail address, split at the @. */
export interface Mailbox {
  readonly user: string;
  readonly domain: string;
}

/**
 * Parses `user@domain`, if it needs no quoting between angle brackets (RFC 5321 4.1.2, Dot-string).
 * @returns undefined for any other text
 */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, user, domain] = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([A-Za-z0-9.-]+|\[[0-9A-Za-z.:]+\])$/.exec(text) ?? [];
  return user === undefined || domain === undefined ? undefined : { user, domain };
}

/**
 * Lists attempts for the common kinds of open relays. Each recipient is tried with the sender `from`: the plain address `to`, and addresses
 * that look local but are routed elsewhere (source routes of RFC 5321 C and F.2, the percent hack, UUCP paths). Then `to` is tried with
 * other senders: the null sender, users of the server, and `to` itself.
 * @param server the server's own name, or its address if it has none (RFC 5321 4.1.3)
 */
export function relayAttempts(from: Mailbox, to: Mailbox, server: string): RelayAttempt[] {
  const stranger = `${from.user}@${from.domain}`;
  const target = `${to.user}@${to.domain}`;
  const literal = /^[0-9.]+$/.test(server) ? `[${server}]` : server.includes(':') ? `[IPv6:${server}]` : server;
  const recipients = [
    target,
    `"${target}"`,
    `${to.user}%${to.domain}`,
    `${to.user}%${to.domain}@${literal}`,
    `"${to.user}%${to.domain}"@${literal}`,
    `"${target}"@${literal}`,
    `${target}@${literal}`,
    `@${literal}:${target}`,
    `${to.domain}!${to.user}`,
    `${to.domain}!${to.user}@${literal}`,
    `"${to.domain}!${to.user}"@${literal}`,
  ];
  const senders = ['', from.user, `${from.user}@localhost`, `${from.user}@${literal}`, `postmaster@${literal}`, target];
  return [
    ...recipients.map((recipient) => ({ from: stranger, to: recipient })),
    // Two senders are the same if the server is `localhost`.
    ...[...new Set(senders)].map((sender) => ({ from: sender, to: target })),
  ];
}

/**
 * Number of attempts in one connection. Each causes at most one error. Postfix delays its replies after 10 errors, and disconnects after 20
 * (postconf(5), smtpd_soft_error_limit and smtpd_hard_error_limit).
 */
const attemptsPerConnection = 8;

/**
 * Tries to relay. Each attempt ends after RCPT TO, and no message is sent.
 * @param open opens a connection: with TLS, or in plain text if TLS cannot be started
 */
export async function testRelay(
  attempts: readonly RelayAttempt[],
  open: () => Promise<RelayConnection>,
): Promise<RelayOutcome[]> {
  const outcomes: RelayOutcome[] = [];
  for (let at = 0; at < attempts.length; at += attemptsPerConnection) {
    const opened = await open();
    try {
      for (const attempt of attempts.slice(at, at + attemptsPerConnection))
        outcomes.push(await tryToRelay(opened, attempt));
    } finally {
      opened.connection.quit();
    }
  }
  return outcomes;
}

/**
 * Makes one attempt, and ends it with RSET. Otherwise a server that has accepted MAIL replies 503 to the next MAIL, which would hide an
 * open relay.
 * @throws {ProbeError} if the server ends the connection (with a reply: {@link RefusalError}), or demands TLS although it fails: then it
 * may relay for clients with which TLS does not fail
 */
export async function tryToRelay({ connection, tls }: RelayConnection, attempt: RelayAttempt): Promise<RelayOutcome> {
  const sender = await connection.command(`MAIL FROM:<${attempt.from}>`);
  const last = isPositive(sender.code) ? await connection.command(`RCPT TO:<${attempt.to}>`) : sender;
  const reply = replyText(last);
  if (last.code === 421)
    throw new RefusalError(
      `${connection.name}: the server ended the connection during the relay test: ${reply}`,
      reply,
    );
  if (tls === 'failed' && !isPositive(last.code) && demandsTls.test(reply))
    throw new ProbeError(`${connection.name}: the server demands TLS, which fails: ${reply}`);
  await connection.command('RSET');
  return { ...attempt, reply, accepted: last !== sender && isPositive(last.code), insideTls: tls === 'started' };
}

/**
 * Matches the replies of servers that accept no mail in plain text: `530 Must issue a STARTTLS command first` (RFC 3207 4), and that of
 * Postfix's reject_plaintext_session, `Session encryption is required`.
 */
const demandsTls = /STARTTLS|session encryption/i;

function isPositive(code: number): boolean {
  return code >= 200 && code < 300;
}
