import { ProbeError } from '../errors.js';
import type { Connection } from './connection.js';
import type { RelayAttempt } from './relay-attempts.js';
import type { RelayOutcome } from './relay-outcome.js';
import { askCapabilities, replyText } from './smtp-session.js';

/** Attempts in one connection: servers grow slow after ten refusals and hang up after twenty (postconf(5), smtpd_soft_error_limit). */
const attemptsPerConnection = 8;

/**
 * Tries to relay, up to RCPT TO; no message is ever sent.
 * @param open opens a connection, over TLS where the server has it
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
        outcomes.push(await tryOne(connection, attempt));
    } finally {
      connection.quit();
    }
  }
  return outcomes;
}

async function tryOne(connection: Connection, attempt: RelayAttempt): Promise<RelayOutcome> {
  const sender = await connection.command(`MAIL FROM:<${attempt.from}>`);
  const last = isPositive(sender.code) ? await connection.command(`RCPT TO:<${attempt.to}>`) : sender;
  if (last.code === 421)
    throw new ProbeError(`${connection.name}: the server hung up during the relay test: ${replyText(last)}`);
  await connection.command('RSET');
  return { ...attempt, reply: replyText(last), accepted: last !== sender && isPositive(last.code) };
}

function isPositive(code: number): boolean {
  return code >= 200 && code < 300;
}
