import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProbeError } from '../../src/errors.js';
import { compareServed } from '../../src/probe/compare-served.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { type Behaviour, FakeServer } from './fake-server.js';
import { authorityCertificate, authorityPem, dualKeys } from './key-pairs.js';

const { rsa, ec } = dualKeys();
const one = { key: ec.key, cert: ec.cert };
const two = { key: [rsa.key, ec.key], cert: [rsa.cert, ec.cert] };
const reload = '; after a change the server must be reloaded';

let server: FakeServer | undefined;
afterEach(() => server?.close());

async function compare(behaviour: Behaviour, expected: readonly Certificate[], host = '127.0.0.1'): Promise<string[]> {
  server = await FakeServer.open(behaviour, host === 'localhost' ? '127.0.0.1' : host);
  return compareServed({ host, port: server.port }, expected, 5);
}

describe.each([
  ['STARTTLS', {}],
  ['TLS from the first byte', { implicitTls: true }],
] as const)('a server with %s', (_, start) => {
  test.each<[string, Behaviour['tls'], readonly Certificate[], readonly string[]]>([
    ['has the key of the file', one, [ec.certificate], []],
    [
      'has another key of the same algorithm',
      one,
      [dualKeys().ec.certificate],
      [expect.stringMatching(/^another server certificate is sent \(SHA-256 /)],
    ],
    [
      'has a key of another algorithm instead',
      one,
      [rsa.certificate],
      [expect.stringMatching(/^another server certificate is sent \(SHA-256 /)],
    ],
    ['has both keys of the file', two, [rsa.certificate, ec.certificate], []],
    ['has both keys of the file, in the other order', two, [ec.certificate, rsa.certificate], []],
    [
      'lacks the second key of the file',
      one,
      [ec.certificate, rsa.certificate],
      [`no certificate is served for the RSA key${reload}`],
    ],
    [
      'lacks the first key of the file',
      one,
      [rsa.certificate, ec.certificate],
      [`no certificate is served for the RSA key${reload}`],
    ],
  ])('%s', async (_name, tls, expected, differences) => {
    expect(await compare({ ...start, tls: tls as object }, expected)).toEqual(differences);
  });

  test('that requires client certificates shows its own first', async () => {
    const tls = { ...one, maxVersion: 'TLSv1.2' } as const;
    // Node's server adds the issuer to the chain.
    const expected = [ec.certificate, authorityCertificate];
    expect(await compare({ ...start, tls, clientCa: authorityPem }, expected)).toEqual([]);
  });
});

test.each([
  ['localhost', 'localhost'],
  ['127.0.0.1', false],
  ['::1', false],
])('SNI for %s is %s', async (host, name) => {
  await compare({ implicitTls: true, tls: one }, [ec.certificate], host);
  await expect.poll(() => server?.serverNames).toEqual([name]);
});

describe('where nothing can be compared', () => {
  const failure = async (comparison: Promise<unknown>) => {
    const error = await comparison.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ProbeError);
    return (error as ProbeError).message.replaceAll(String(server?.port), 'PORT');
  };

  test('nothing listens', async () => {
    server = await FakeServer.open();
    server.close();
    expect(await failure(compareServed({ host: '127.0.0.1', port: server.port }, [ec.certificate], 5))).toBe(
      '127.0.0.1:PORT: connection refused',
    );
  });

  test('the server has neither TLS nor STARTTLS', async () => {
    expect(await failure(compare({ before: [] }, [ec.certificate]))).toBe(
      '127.0.0.1:PORT: the TLS handshake fails: the server does not begin with TLS; it may expect STARTTLS',
    );
  });
});

describe('which of the two is tried first', () => {
  const { connect } = net;
  afterEach(() => {
    net.connect = connect;
    syncBuiltinESMExports();
    vi.useRealTimers();
  });
  /** Connects to the server on this machine whatever port is asked for. */
  const redirect = (port: number) => {
    net.connect = ((options: net.TcpNetConnectOpts) => connect({ ...options, port })) as typeof net.connect;
    syncBuiltinESMExports();
  };

  test.each([
    [25, 1],
    [587, 1],
    [2525, 1],
    [465, 2],
    [443, 2],
  ])('port %i: a server with STARTTLS is asked %i times', async (port, count) => {
    server = await FakeServer.open({ tls: one });
    redirect(server.port);
    expect(await compareServed({ host: '127.0.0.1', port }, [ec.certificate], 5)).toEqual([]);
    expect(server.sockets).toHaveLength(count);
  });

  test('port 587, where the server waits for TLS from the first byte', async () => {
    server = await FakeServer.open({ implicitTls: true, tls: one });
    redirect(server.port);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const compared = compareServed({ host: '127.0.0.1', port: 587 }, [ec.certificate], 30);
    // The deadline, and the silence after which TLS is tried.
    while (vi.getTimerCount() < 2) await setImmediate();
    vi.advanceTimersByTime(2_000);
    expect(await compared).toEqual([]);
  });
});
