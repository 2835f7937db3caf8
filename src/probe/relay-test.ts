import { ProbeError } from '../errors.js';
import type { Connection } from './connection.js';
import { askCapabilities, replyText } from './smtp-session.js';

/** Sender and recipient of an attempt to relay. */
export interface RelayAttempt {
  readonly from: string;
  readonly to: string;
}

/** The result of an attempt: the reply to RCPT TO, or to MAIL FROM if that was refused. */
export interface RelayOutcome extends RelayAttempt {
  readonly reply: string;
  readonly accepted: boolean;
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
 * @param open opens a connection that is ready for EHLO: with TLS, or in plain text if the server does not start TLS
 */
export async function testRelay(
  attempts: readonly RelayAttempt[],
  open: () => Promise<Connection>,
): Promise<RelayOutcome[]> {
  const outcomes: RelayOutcome[] = [];
  for (let at = 0; at < attempts.length; at += attemptsPerConnection) {
    const connection = await open();
    try {
      await askCapabilities(connection);
      for (const attempt of attempts.slice(at, at + attemptsPerConnection))
        outcomes.push(await tryToRelay(connection, attempt));
    } finally {
      connection.quit();
    }
  }
  return outcomes;
}

/**
 * Makes one attempt, and ends it with RSET. Without RSET, a server that has accepted MAIL replies 503 to the next MAIL, which would hide an
 * open relay.
 */
export async function tryToRelay(connection: Connection, attempt: RelayAttempt): Promise<RelayOutcome> {
  const sender = await connection.command(`MAIL FROM:<${attempt.from}>`);
  const last = isPositive(sender.code) ? await connection.command(`RCPT TO:<${attempt.to}>`) : sender;
  if (last.code === 421)
    throw new ProbeError(
      `${connection.name}: the server ended the connection during the relay test: ${replyText(last)}`,
    );
  await connection.command('RSET');
  return { ...attempt, reply: replyText(last), accepted: last !== sender && isPositive(last.code) };
}

function isPositive(code: number): boolean {
  return code >= 200 && code < 300;
}
