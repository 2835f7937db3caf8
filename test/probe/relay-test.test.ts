import { describe, expect, test } from 'vitest';
import { ProbeError } from '../../src/errors.js';
import {
  parseMailbox,
  type RelayConnection,
  relayAttempts,
  testRelay,
  tryToRelay,
} from '../../src/probe/relay-test.js';

const [mallory, victim] = [
  { user: 'mallory', domain: 'example.org' },
  { user: 'victim', domain: 'example.net' },
];

test.each([
  ['a@b', { user: 'a', domain: 'b' }],
  ["o'neil+x@mail.example.com", { user: "o'neil+x", domain: 'mail.example.com' }],
  ['a@[192.0.2.1]', { user: 'a', domain: '[192.0.2.1]' }],
  ['a@[IPv6:2001:db8::1]', { user: 'a', domain: '[IPv6:2001:db8::1]' }],
])('%s is a mail address', (text, mailbox) => expect(parseMailbox(text)).toEqual(mailbox));

describe('attempts', () => {
  test('are all forms of the recipient, and all senders that a server may trust', () => {
    const attempts = relayAttempts(mallory, victim, 'mail.test');
    expect(attempts.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'mallory@example.org victim@example.net',
      'mallory@example.org "victim@example.net"',
      'mallory@example.org victim%example.net',
      'mallory@example.org victim%example.net@mail.test',
      'mallory@example.org "victim%example.net"@mail.test',
      'mallory@example.org "victim@example.net"@mail.test',
      'mallory@example.org victim@example.net@mail.test',
      'mallory@example.org @mail.test:victim@example.net',
      'mallory@example.org example.net!victim',
      'mallory@example.org example.net!victim@mail.test',
      'mallory@example.org "example.net!victim"@mail.test',
      ' victim@example.net',
      'mallory victim@example.net',
      'mallory@localhost victim@example.net',
      'mallory@mail.test victim@example.net',
      'postmaster@mail.test victim@example.net',
      'victim@example.net victim@example.net',
    ]);
  });

  test('have the address of a server without a name in brackets', () => {
    const recipients = relayAttempts(mallory, victim, '192.0.2.1').map(({ to }) => to);
    expect(recipients).toContain('victim%example.net@[192.0.2.1]');
    const recipientsOnIpv6 = relayAttempts(mallory, victim, '2001:db8::1').map(({ to }) => to);
    expect(recipientsOnIpv6).toContain('victim%example.net@[IPv6:2001:db8::1]');
    expect(relayAttempts(mallory, victim, 'mx1.test').some(({ to }) => to.includes('['))).toBe(false);
  });
});

test('two senders that are the same are tried once', () => {
  const attempts = relayAttempts(mallory, victim, 'localhost').map(({ from, to }) => `${from} ${to}`);
  expect(attempts).toHaveLength(16);
  expect(new Set(attempts).size).toBe(16);
});

/** A connection with the replies to some commands; 250 to the others. */
function connection(replies: Readonly<Record<string, number>> = {}) {
  const log: string[] = [];
  const command = async (line: string) => {
    log.push(line);
    const found = Object.entries(replies).find(([start]) => line.startsWith(start));
    return { code: found?.[1] ?? 250, lines: ['text'] };
  };
  return {
    log,
    connection: { name: 'mail:25', command, quit: () => void log.push('QUIT') } as never,
    tls: 'started' as RelayConnection['tls'],
  };
}

describe('an attempt', () => {
  const attempt = { from: 'a@b', to: 'c@d' };

  test.each([
    ['both are accepted', {}, '250 text', true, 3],
    ['another code of acceptance', { RCPT: 299 }, '299 text', true, 3],
    ['the recipient is refused', { RCPT: 550 }, '550 text', false, 3],
    ['the recipient is not accepted yet', { RCPT: 354 }, '354 text', false, 3],
    ['the sender is refused', { MAIL: 553 }, '553 text', false, 2],
    ['the sender is not accepted yet', { MAIL: 199 }, '199 text', false, 2],
  ])('%s', async (_, replies, reply, accepted, count) => {
    const fake = connection(replies);
    expect(await tryToRelay(fake, attempt)).toEqual({ ...attempt, reply, accepted, insideTls: true });
    const commands = ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'RSET'];
    expect(fake.log).toEqual(count === 3 ? commands : [commands[0], commands[2]]);
  });

  test.each([{ MAIL: 421 }, { RCPT: 421 }])('cannot be judged if the server ends the session: %j', async (replies) => {
    await expect(tryToRelay(connection(replies), attempt)).rejects.toThrow(
      new ProbeError('mail:25: the server ended the connection during the relay test: 421 text'),
    );
  });
});

describe('a server that demands TLS', () => {
  const attempt = { from: 'a@b', to: 'c@d' };
  const replying = (tls: RelayConnection['tls'], text: string, code = 530): RelayConnection => ({
    connection: {
      name: 'mail:25',
      command: async (line: string) => ({ code: line === 'RSET' ? 250 : code, lines: [text] }),
    } as never,
    tls,
  });

  test.each([
    [530, '5.7.0 Must issue a STARTTLS command first'],
    [450, '4.7.1 Session encryption is required'],
  ])('cannot be tested if TLS fails: %i %s', async (code, text) => {
    await expect(tryToRelay(replying('failed', text, code), attempt)).rejects.toThrow(
      new ProbeError(`mail:25: the server demands TLS, which fails: ${code} ${text}`),
    );
  });

  test.each([
    ['none', '5.7.0 Must issue a STARTTLS command first', 530, false],
    ['started', '5.7.0 Must issue a STARTTLS command first', 530, false],
    ['failed', '5.7.0 Authentication required', 530, false],
    ['failed', '2.1.5 STARTTLS', 250, true],
  ] as const)('has answered otherwise: TLS %s, %s', async (tls, text, code, accepted) => {
    const outcome = await tryToRelay(replying(tls, text, code), attempt);
    expect(outcome).toEqual({ ...attempt, reply: `${code} ${text}`, accepted, insideTls: tls === 'started' });
  });
});

test('a connection serves eight attempts, and is ended also if one of them fails', async () => {
  const attempts = relayAttempts(mallory, victim, 'mail.test');
  const opened: string[][] = [];
  const open = async () => {
    const fake = connection(opened.length === 2 ? { RCPT: 421 } : { RCPT: 550 });
    opened.push(fake.log);
    return fake;
  };
  expect(await testRelay(attempts.slice(0, 16), open)).toHaveLength(16);
  expect(opened.map((log) => log.filter((line) => line.startsWith('RCPT')).length)).toEqual([8, 8]);
  await expect(testRelay(attempts.slice(0, 1), open)).rejects.toMatchObject({ code: 'ERR_PROBE' });
  expect(opened.map((log) => [log[0], log.at(-1)])).toEqual(Array(3).fill(['MAIL FROM:<mallory@example.org>', 'QUIT']));
});
