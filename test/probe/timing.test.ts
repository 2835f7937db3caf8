import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProbeOptions } from '../../src/probe/probe-options.js';
import type { ProbeResult } from '../../src/probe/probe-result.js';
import { probeServer } from '../../src/probe/probe-server.js';
import { ReplyReader } from '../../src/probe/reply-reader.js';
import { now } from '../postfix/sound-installation.js';
import { type Behaviour, FakeServer, storyChain } from './fake-server.js';
import { authorityPem, clientKey } from './key-pairs.js';

/** Time stands still unless a test moves it; sockets work as always. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
let server: FakeServer | undefined;
afterEach(() => {
  vi.useRealTimers();
  server?.close();
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}
const timersAre = (count: number) => until(() => vi.getTimerCount() === count);

/** Starts a probe. Its outcome is the error's message, if there is an error. */
async function start(
  behaviour: Behaviour,
  timeout = 30,
  more: Partial<ProbeOptions> = {},
): Promise<{ outcome: Promise<ProbeResult | string> }> {
  server = await FakeServer.open(behaviour);
  const options = { now, implicitTls: false, trustAnchors: [], timeout, ...more };
  const outcome = probeServer({ host: '127.0.0.1', port: server.port }, options).catch(
    (error: unknown) => (error as Error).message,
  );
  return { outcome };
}
const connections = () => server?.sockets ?? [];
const silent: Behaviour = { instead: (socket) => void socket.resume() };

test('after two seconds of silence a handshake is tried for five; a greeting is waited for up to the timeout', async () => {
  const { outcome } = await start(silent);
  // The deadline, and the silence.
  await timersAre(2);
  vi.advanceTimersByTime(1_999);
  expect(vi.getTimerCount()).toBe(2);
  vi.advanceTimersByTime(1);
  await until(() => connections().length === 2);
  await timersAre(2);
  vi.advanceTimersByTime(4_999);
  expect(vi.getTimerCount()).toBe(2);
  vi.advanceTimersByTime(1);
  expect(vi.getTimerCount()).toBe(1);
  await until(() => connections()[1]?.destroyed === true);
  vi.advanceTimersByTime(22_999);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await outcome).toBe(`127.0.0.1:${server?.port}: no answer within 30 seconds`);
  expect(vi.getTimerCount()).toBe(0);
  await until(() => connections().every(({ destroyed }) => destroyed));
});

test('with a short timeout, half of it is waited for a greeting, and the handshake has the other half', async () => {
  const { outcome } = await start(silent, 3);
  await timersAre(2);
  vi.advanceTimersByTime(1_499);
  expect(vi.getTimerCount()).toBe(2);
  vi.advanceTimersByTime(1);
  await until(() => connections().length === 2);
  await timersAre(2);
  vi.advanceTimersByTime(1_500);
  expect(await outcome).toBe(`127.0.0.1:${server?.port}: no answer within 3 seconds`);
});

test('a server that has begun its greeting is not silent', async () => {
  const received = vi.spyOn(ReplyReader.prototype, 'add');
  const { outcome } = await start({ instead: (socket) => void socket.write('220-wait\r\n') });
  await until(() => received.mock.calls.length === 1);
  received.mockRestore();
  vi.advanceTimersByTime(2_000);
  await setImmediate();
  // The deadline alone: there is no second connection, which would have its own.
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(28_000);
  expect(await outcome).toContain('no answer within 30 seconds');
});

test('a server that asks for a client certificate and then says nothing is not said to require one', async () => {
  const hello = (line: string) => line.startsWith('EHLO');
  const answer = (line: string) => (hello(line) && server?.commands.includes('STARTTLS') ? '' : undefined);
  const { outcome } = await start({ clientCa: authorityPem, admitsAll: true, answer });
  await until(() => server?.commands.filter(hello).length === 2);
  vi.advanceTimersByTime(30_000);
  expect(await outcome).toBe(`127.0.0.1:${server?.port}: no answer within 30 seconds`);
});

/** A server without STARTTLS that does something else than to end the connection after QUIT. */
const onQuit = (answer: (socket: Socket) => void) => (socket: Socket) => {
  socket.write('220 a\r\n');
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250 a\r\n');
    if (bytes.includes('QUIT')) answer(socket);
  });
};

test('a server that does not hang up after QUIT is left after one second', async () => {
  // Half-open: the end of what the client sends is no reason to close.
  const { outcome } = await start({ instead: onQuit(() => {}), allowHalfOpen: true });
  expect(await outcome).toMatchObject({ findings: [{ rule: 'STARTTLS_MISSING' }] });
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(999);
  expect(vi.getTimerCount()).toBe(1);
  expect(connections()[0]?.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(vi.getTimerCount()).toBe(0);
  // The system resets a connection on which data arrives after it was closed.
  const [connection] = connections();
  await until(() => connection?.write('250 bye\r\n') !== undefined && connection.destroyed);
});

test('a server that answers QUIT without an end is left at once', async () => {
  const endless = (socket: Socket) => {
    const more = () =>
      void (socket.destroyed || socket.write('250-x\r\n'.repeat(1_000), () => void setImmediate().then(more)));
    more();
  };
  const { outcome } = await start({ instead: onQuit(endless) });
  await outcome;
  await until(() => connections()[0]?.destroyed === true);
});

test('a silent server that shows its certificate before it refuses the handshake waits for TLS', async () => {
  const tls = { ...storyChain, maxVersion: 'TLSv1.2' } as const;
  const { outcome } = await start({ implicitTls: true, tls, clientCa: authorityPem });
  await timersAre(2);
  vi.advanceTimersByTime(2_000);
  const result = (await outcome) as ProbeResult;
  expect(result.findings.map(({ rule }) => rule)).toEqual([
    'TLS_FROM_FIRST_BYTE',
    'CLIENT_CERTIFICATE_REQUIRED',
    'CERTIFICATE_UNTRUSTED',
    'CERTIFICATE_NAME',
  ]);
  expect([result.implicitTls, result.findings[0]]).toEqual([
    true,
    {
      rule: 'TLS_FROM_FIRST_BYTE',
      severity: 'info',
      message:
        'the server sends no greeting: it waits for TLS from the first byte (probe --tls), and was examined in this way',
    },
  ]);
});

test('all connections of a probe end one second after it', async () => {
  const client = clientKey(true);
  const { outcome } = await start({}, 30, {
    relay: { from: 'a@example.org', to: 'b@example.net' },
    clientCertificate: Buffer.from(client.key + client.cert),
    expected: [client.certificate],
  });
  await outcome;
  expect(connections().length).toBeGreaterThan(4);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

test.each<[string, Behaviour]>([
  ['greets with an error', { greeting: '554 no\r\n' }],
  ['does not speak SMTP', { greeting: 'x\r\n' }],
  ['hangs up', { instead: (socket) => socket.destroy() }],
  [
    'hangs up during the handshake',
    { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n' : undefined), hangsUpAfter: 'STARTTLS' },
  ],
])('nothing keeps the process alive after a server that %s', async (_, behaviour) => {
  const { outcome } = await start(behaviour);
  await outcome;
  expect(vi.getTimerCount()).toBe(0);
});
