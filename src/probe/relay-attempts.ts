/** A way in which open relays have been found to be open. */
export interface RelayAttempt {
  readonly from: string;
  readonly to: string;
}

/** Mailbox of a test; what stands before and behind the at sign. */
interface Mailbox {
  readonly user: string;
  readonly domain: string;
}

/** Reads `user@domain` as it can stand between angle brackets without quoting (RFC 5321 4.1.2, Dot-string); undefined otherwise. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, user, domain] = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([A-Za-z0-9.-]+|\[[0-9A-Za-z.:]+\])$/.exec(text) ?? [];
  return user === undefined || domain === undefined ? undefined : { user, domain };
}

/**
 * The classic forms: plain, and with the way to the stranger written into an address that looks local (RFC 5321 C and F.2,
 * the percent hack, UUCP paths), from strangers, from nobody, and from users of the server itself.
 * @param server the server's own name
 */
export function relayAttempts(from: Mailbox, to: Mailbox, server: string): RelayAttempt[] {
  const stranger = `${from.user}@${from.domain}`;
  const target = `${to.user}@${to.domain}`;
  const literal = /^[0-9.]+$/.test(server) ? `[${server}]` : server;
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
    ...senders.map((sender) => ({ from: sender, to: target })),
  ];
}
