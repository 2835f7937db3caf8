import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProbeError } from '../../src/errors.js';
import { decodePem } from '../../src/pem/decode.js';
import { Connection } from '../../src/probe/connection.js';
import type { ProbeRule } from '../../src/probe/finding.js';
import { HandshakeRecorder } from '../../src/probe/handshake-recorder.js';
import type { ProbeOptions } from '../../src/probe/probe-options.js';
import type { ProbeResult } from '../../src/probe/probe-result.js';
import { probeServer } from '../../src/probe/probe-server.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { blocks, now } from '../postfix/sound-installation.js';
import { type Behaviour, FakeServer, storyChain } from './fake-server.js';
import { authorityCertificate, authorityPem, type CertifiedKey, clientKey, dualKeys, edwardsKey } from './key-pairs.js';

const story = (name: string) =>
  parseCertificate(
    decodePem(readFileSync(new URL(`../../fixtures/story/${name}.pem`, import.meta.url)))[0]?.der as Uint8Array,
  );
const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const bundle = ['site', 'intermed', 'cross'].map(story);
const sound = {
  now,
  implicitTls: false,
  hostname: 'mail.example.com',
  trustAnchors: [story('old-root')],
  timeout: 5,
} as const;

let server: FakeServer | undefined;
afterEach(() => server?.close());

async function probe(behaviour: Behaviour = {}, options: Partial<ProbeOptions> = {}): Promise<ProbeResult> {
  server = await FakeServer.open(behaviour);
  return probeServer({ host: '127.0.0.1', port: server.port }, { ...sound, ...options });
}
const pemOf = ({ key: ownKey, cert }: CertifiedKey) => Buffer.from(ownKey + cert);
const rules = ({ findings }: ProbeResult) => findings.map(({ rule }) => rule);

describe('a sound server', () => {
  const versions = ['TLSv1.2', 'TLSv1.3'] as const;
  test.each(versions)('with %s: chain as sent, verified, nothing to say', async (version) => {
    const tls = { ...storyChain, minVersion: version, maxVersion: version };
    const result = await probe({ tls }, { expected: bundle });
    expect(result).toMatchObject({ greeting: 'fake ESMTP', protocol: version, asExpected: true, findings: [] });
    expect(result.before).toEqual(['PIPELINING', 'STARTTLS']);
    expect(result.after).toEqual(['PIPELINING', 'AUTH PLAIN LOGIN']);
    expect(result.chain.map(({ sha256 }) => sha256)).toEqual(bundle.map(({ sha256 }) => sha256));
    expect(result.verification).toMatchObject({ trusted: true, nameMatches: true, daysLeft: 10_623 });
  });

  test.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])(
    'reads along with %s',
    async (ciphers) => {
      const result = await probe({ tls: { ...storyChain, ciphers, minVersion: 'TLSv1.3' } });
      expect([result.cipher, result.chain.length]).toEqual([ciphers, 3]);
    },
  );

  test('with implicit TLS', async () => {
    const result = await probe({ implicitTls: true }, { implicitTls: true });
    expect(result).toMatchObject({ greeting: 'fake ESMTP', before: [], findings: [] });
    expect(result.chain).toHaveLength(3);
  });

  test('with implicit TLS on a port where STARTTLS was expected: noticed by its silence', async () => {
    const started = performance.now();
    const result = await probe({ implicitTls: true }, { timeout: 30 });
    expect(result).toMatchObject({ implicitTls: true, greeting: 'fake ESMTP' });
    expect(rules(result)).toEqual(['TLS_FROM_FIRST_BYTE']);
    expect(result.chain).toHaveLength(3);
    // Far below the timeout, on a busy machine too.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test('that delays its greeting is waited for', async () => {
    const late = (socket: Socket) => {
      setTimeout(() => socket.write('554 no service\r\n'), 1_200);
    };
    await expect(probe({ instead: late }, { timeout: 2 })).rejects.toThrow('the greeting with 554 no service');
  });

  test('on IPv6', async () => {
    server = await FakeServer.open({}, '::1');
    expect((await probeServer({ host: '::1', port: server.port }, sound)).findings).toEqual([]);
  });

  test('that greets and answers in many lines', async () => {
    const greeting = '220-wait\r\n220-a moment\r\n220 fake\r\n';
    expect((await probe({ greeting })).greeting).toBe('wait a moment fake');
  });
});

describe('what is wrong is found', () => {
  test.each<[string, Behaviour, Partial<ProbeOptions>, readonly string[]]>([
    ['AUTH before TLS', { before: ['AUTH PLAIN', 'STARTTLS'] }, {}, ['AUTH_BEFORE_TLS']],
    ['AUTH of old', { before: ['AUTH=LOGIN', 'STARTTLS'] }, {}, ['AUTH_BEFORE_TLS']],
    ['no STARTTLS', { before: ['PIPELINING'] }, {}, ['STARTTLS_MISSING']],
    [
      'STARTTLS refused',
      { answer: (line) => (line === 'STARTTLS' ? '454 4.7.0 TLS not available\r\n' : undefined) },
      {},
      ['STARTTLS_REFUSED'],
    ],
    [
      'data behind STARTTLS',
      { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n250 injected\r\n' : undefined) },
      {},
      ['STARTTLS_INJECTION'],
    ],
    [
      'half a line behind STARTTLS',
      { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n250' : undefined) },
      {},
      ['STARTTLS_INJECTION'],
    ],
    [
      'no TLS behind STARTTLS',
      { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n' : undefined), tls: {} },
      { timeout: 5 },
      ['HANDSHAKE_FAILED'],
    ],
    ['no AUTH', { after: [] }, {}, ['AUTH_MISSING']],
    ['another name', {}, { hostname: 'relay.example.com' }, ['CERTIFICATE_NAME']],
    ['an address that is not in the certificate', {}, { hostname: '127.0.0.1' }, ['CERTIFICATE_NAME']],
    ['no root', {}, { trustAnchors: [] }, ['CERTIFICATE_UNTRUSTED']],
    ['no issuer', { tls: { key, cert: site } }, {}, ['CERTIFICATE_UNTRUSTED']],
    ['no cross certificate', { tls: { key, cert: site + intermediate } }, {}, ['CERTIFICATE_UNTRUSTED']],
    ['a certificate twice', { tls: { key, cert: site + intermediate + intermediate + cross } }, {}, ['CHAIN_EXTRA']],
    ['another order', { tls: { key, cert: site + cross + intermediate } }, {}, ['CHAIN_EXTRA']],
    ['expired', {}, { now: new Date('2060-01-01') }, ['CERTIFICATE_EXPIRED']],
    ['soon to expire', {}, { now: new Date('2055-12-30') }, ['CERTIFICATE_EXPIRES']],
    ['not as expected', {}, { expected: bundle.slice(0, 2) }, ['NOT_AS_EXPECTED']],
    ['another certificate', {}, { expected: bundle.slice(1) }, ['NOT_AS_EXPECTED']],
    [
      'TLS 1.1',
      { tls: { ...storyChain, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } },
      {},
      ['PROTOCOL_OLD'],
    ],
  ])('%s', async (_, behaviour, options, expected) => {
    // Where the fake has no TLS to offer, it hangs up.
    const instead = behaviour.tls && Object.keys(behaviour.tls).length === 0 ? hangUpAfterStartTls : undefined;
    const result = await probe(instead ? { instead } : behaviour, options);
    expect(rules(result)).toEqual(expected);
    // OpenSSL's reasons differ between versions.
    const texts = result.findings.map(
      ({ rule, severity, message }) =>
        `${rule} ${severity}: ${message.replace(/^(the TLS handshake fails: ).*$/, '$1…')}`,
    );
    expect(texts).toMatchSnapshot();
  });
});

function talkAfterStartTls(socket: Socket): void {
  socket.write('220 fake\r\n');
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250-fake\r\n250 STARTTLS\r\n');
    else if (bytes.includes('STARTTLS')) socket.write('220 go\r\n');
    else socket.write('500 what is this?\r\n');
  });
}

function hangUpAfterStartTls(socket: Socket): void {
  socket.write('220 fake\r\n');
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250-fake\r\n250 STARTTLS\r\n');
    else if (bytes.includes('STARTTLS')) socket.write('220 go\r\n');
    else socket.destroy();
  });
}

describe('a server that does not speak SMTP, or is hostile, is left in time', () => {
  const forever = (socket: Socket, text: string, every: number) => {
    const timer = setInterval(() => socket.write(text), every);
    socket.on('close', () => clearInterval(timer));
  };
  test.each<[string, (socket: Socket) => void, RegExp]>([
    ['says nothing', () => {}, /no answer within 0\.5 seconds/],
    ['speaks slowly', (socket) => forever(socket, '2', 60), /no answer within 0\.5 seconds|this is not SMTP/],
    [
      'never comes to the end of a reply',
      (socket) => forever(socket, '220-x\r\n', 40),
      /no answer within 0\.5 seconds/,
    ],
    ['greets endlessly', (socket) => forever(socket, '220-x\r\n'.repeat(500), 1), /a reply of more than 200 lines/],
    [
      'speaks in endless lines',
      (socket) => forever(socket, `220 ${'x'.repeat(9_000)}`, 1),
      /a reply line of more than 4096 bytes/,
    ],
    ['speaks HTTP', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), /this is not SMTP/],
    ['speaks TLS at once', (socket) => void socket.write(Buffer.from('15030100020228', 'hex')), /no answer|not SMTP/],
    ['changes its mind', (socket) => void socket.write('220-a\r\n554 b\r\n'), /a reply changes from 220 to 554/],
    ['refuses', (socket) => void socket.write('554 go away\r\n'), /the server answers the greeting with 554 go away/],
    ['hangs up', (socket) => socket.destroy(), /closed the connection|reset the connection/],
    ['hangs up in the middle', (socket) => socket.end('220-a\r\n'), /the server closed the connection/],
    ['answers before it is asked', (socket) => void socket.write('220 a\r\n250 b\r\n'), /sends unsolicited data/],
    [
      'hangs during the handshake',
      (socket) => {
        socket.write('220 a\r\n');
        socket.on('data', (bytes) => {
          if (bytes.includes('EHLO')) socket.write('250-a\r\n250 STARTTLS\r\n');
          else if (bytes.includes('STARTTLS')) socket.write('220 go\r\n');
        });
      },
      /^127\.0\.0\.1:\d+: no answer within 0\.5 seconds$/,
    ],
    [
      'closes the connection during the handshake',
      (socket) => {
        socket.write('220 a\r\n');
        socket.on('data', (bytes) => {
          if (bytes.includes('EHLO')) socket.write('250-a\r\n250 STARTTLS\r\n');
          else if (bytes.includes('STARTTLS')) socket.write('220 go\r\n');
          else socket.end();
        });
      },
      /^HANDSHAKE_FAILED$/,
    ],
    [
      'has a name like an extension, and no extension',
      (socket) => {
        socket.write('220 a\r\n');
        socket.on('data', (bytes) => void (bytes.includes('EHLO') ? socket.write('250 STARTTLS\r\n') : undefined));
      },
      /^STARTTLS_MISSING$/,
    ],
  ])('%s', async (_, instead, message) => {
    const outcome = await probe({ instead }, { timeout: 0.5 }).then(
      (result) => rules(result).join(),
      (error: unknown) => (error instanceof ProbeError ? error.message : `not ours: ${error}`),
    );
    expect(outcome).toMatch(message);
  });

  test('and what it said is an error of ours', async () => {
    await expect(probe({ greeting: 'x\r\n' })).rejects.toBeInstanceOf(ProbeError);
    await expect(probe({ greeting: 'x\r\n' })).rejects.toMatchObject({ code: 'ERR_PROBE' });
  });

  test('nobody there', async () => {
    const gone = await FakeServer.open();
    gone.close();
    const address = { host: '127.0.0.1', port: gone.port };
    await expect(probeServer(address, sound)).rejects.toThrow(`127.0.0.1:${gone.port}: connection refused`);
  });
});

describe('why no connection is made', () => {
  const { lookup } = dns;
  afterEach(() => {
    dns.lookup = lookup;
  });
  type Lookup = (name: string, options: object, callback: (error: Error | null, found?: object[]) => void) => void;
  const resolveTo = (fake: Lookup) => {
    dns.lookup = fake as typeof dns.lookup;
  };
  const connect = () => probeServer({ host: 'mail.test', port: 1 }, sound);

  test.each([
    ['ENOTFOUND', 'no such host'],
    ['EAI_AGAIN', 'no such host'],
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'the server reset the connection'],
    ['EPIPE', 'the server closed the connection'],
    ['EHOSTUNREACH', 'in the words of the system'],
  ])('%s', async (code, message) => {
    const error = Object.assign(new Error('in the words of the system'), { code });
    resolveTo((_name, _options, callback) => callback(error));
    await expect(connect()).rejects.toThrow(new ProbeError(`mail.test:1: ${message}`));
    await expect(connect()).rejects.toMatchObject({ cause: error });
  });

  test('of several addresses, the first one counts', async () => {
    resolveTo((_name, _options, callback) =>
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]),
    );
    await expect(connect()).rejects.toThrow(new ProbeError('mail.test:1: connection refused'));
  });
});

describe('relaying', () => {
  const relay = { from: 'mallory@example.org', to: 'victim@example.net' };

  test('is not tried unless asked for', async () => {
    expect((await probe()).relay).toBeUndefined();
    expect(server?.commands.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([]);
  });

  test('every attempt is refused, and none gets as far as DATA', async () => {
    const result = await probe({}, { relay });
    expect(result.relay).toHaveLength(17);
    expect(result.relay?.every(({ accepted, reply }) => !accepted && reply.startsWith('554'))).toBe(true);
    expect(result.findings).toEqual([]);
    expect(server?.commands.filter((line) => /^(DATA|BDAT|AUTH)/.test(line))).toEqual([]);
    expect(server?.commands).toContain('RCPT TO:<@mail.example.com:victim@example.net>');
    expect(server?.commands).toContain('RCPT TO:<victim%example.net@mail.example.com>');
  });

  test('accepted recipients are reported', async () => {
    const answer = (line: string) => (/^RCPT TO:<victim%/.test(line) ? '250 ok\r\n' : undefined);
    const result = await probe({ answer }, { relay });
    expect(result.findings).toEqual(
      ['victim%example.net', 'victim%example.net@mail.example.com'].map((recipient) => ({
        rule: 'OPEN_RELAY',
        severity: 'error',
        message: `mail from <mallory@example.org> to <${recipient}> is accepted without logging in: an open relay`,
      })),
    );
    expect(server?.commands.filter((line) => line === 'DATA')).toEqual([]);
  });
});

describe('the 21-day edge', () => {
  const end = new Date('2056-01-01T00:00:00Z').getTime();
  test.each([
    [21 * 86_400_000, []],
    [21 * 86_400_000 - 1, ['CERTIFICATE_EXPIRES']],
  ])('%i ms before the end', async (left, expected) => {
    expect(rules(await probe({}, { now: new Date(end - left) }))).toEqual(expected);
  });

  test('days that are given go before it', async () => {
    expect(rules(await probe({}, { now: new Date(end - 30 * 86_400_000), days: 31 }))).toEqual(['CERTIFICATE_EXPIRES']);
    expect(rules(await probe({}, { now: new Date(end - 10 * 86_400_000), days: 5 }))).toEqual([]);
  });
});

describe('SNI', () => {
  test.each([
    ['mail.example.com', 'mail.example.com'],
    ['127.0.0.1', false],
    ['2001:db8::1', false],
  ])('for %s is %s', async (hostname, name) => {
    await probe({}, { hostname });
    expect(server?.serverNames[0]).toBe(name);
  });
});

describe('without a name', () => {
  const { hostname: _, ...unnamed } = sound;

  test('the certificate must be for the host, and the host is the local domain of the relay test', async () => {
    server = await FakeServer.open();
    const relay = { from: 'mallory@example.org', to: 'victim@example.net' };
    const result = await probeServer({ host: '127.0.0.1', port: server.port }, { ...unnamed, relay });
    expect(result.verification).toMatchObject({ hostname: '127.0.0.1', nameMatches: false });
    expect(result.relay?.map(({ to }) => to)).toContain('victim%example.net@[127.0.0.1]');
  });
});

describe('a server without TLS', () => {
  test('is asked once, and not compared with what is expected', async () => {
    const result = await probe({ before: [] }, { expected: bundle });
    expect([rules(result), result.asExpected, result.otherChains]).toEqual([['STARTTLS_MISSING'], undefined, []]);
    expect(result).not.toHaveProperty('verification');
    expect(server?.sockets).toHaveLength(1);
  });
});

test('text instead of a handshake is a hint at STARTTLS only where TLS begins the connection', async () => {
  const plain = await probe({ instead: talkAfterStartTls });
  expect(rules(plain)).toEqual(['HANDSHAKE_FAILED']);
  expect(plain.findings[0]?.message).not.toContain('STARTTLS');
  server?.close();
  const implicit = await probe({}, { implicitTls: true });
  expect(implicit.findings).toEqual([
    {
      rule: 'HANDSHAKE_FAILED',
      severity: 'error',
      message: 'the TLS handshake fails: the server does not begin with TLS; it may expect STARTTLS',
    },
  ]);
});

function breakTls(socket: Socket): void {
  socket.write('220 a\r\n');
  socket.on('data', (bytes) => {
    if (bytes.includes('EHLO')) socket.write('250-a\r\n250 STARTTLS\r\n');
    if (!bytes.includes('STARTTLS')) return;
    socket.removeAllListeners('data');
    socket.write('220 go\r\n');
    const secureContext = createSecureContext({ ...storyChain, maxVersion: 'TLSv1.2' });
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    secure.on('error', () => {});
    // The first command inside TLS.
    secure.on('data', () => void socket.write('this is not TLS'));
  });
}

test('a server that breaks TLS after the handshake keeps its report', async () => {
  const result = await probe({ instead: breakTls });
  const [finding] = result.findings;
  expect(rules(result)).toEqual(['HANDSHAKE_FAILED']);
  expect([finding?.severity, finding?.message]).toEqual([
    'error',
    expect.stringMatching(/^the server ends the session after the TLS handshake: \S/),
  ]);
  expect([result.chain.length, result.after, result.verification?.trusted]).toEqual([3, [], true]);
});

test('breaking TLS after the handshake refuses a client certificate, and ends the relay test', async () => {
  const relay = { from: 'a@example.org', to: 'b@example.net' };
  const result = await probe({ instead: breakTls }, { clientCertificate: pemOf(clientKey(true)), relay });
  expect(rules(result)).toEqual(['HANDSHAKE_FAILED', 'CLIENT_CERTIFICATE_REFUSED', 'RELAY_UNTESTED']);
  expect(result.clientCertificate).toEqual({ outcome: 'refused' });
});

test('of a handshake that cannot be read along, the server certificate is shown', async () => {
  const unread = vi.spyOn(HandshakeRecorder.prototype, 'certificates').mockReturnValue(undefined);
  const result = await probe();
  unread.mockRestore();
  expect(result.chain.map(({ sha256 }) => sha256)).toEqual([bundle[0]?.sha256]);
});

describe('relaying on a server that keeps state', () => {
  const relay = { from: 'mallory@example.org', to: 'victim@example.net' };
  const acceptRecipient = (line: string) => (line.startsWith('RCPT') ? '250 ok\r\n' : undefined);

  test('each attempt is ended by RSET: a nested MAIL would hide an open relay', async () => {
    const result = await probe({ answer: acceptRecipient, refusesNestedMail: true }, { relay });
    expect(result.relay?.filter(({ accepted }) => accepted)).toHaveLength(17);
  });

  /** A server that breaks STARTTLS on every connection of the relay test: those after the ones for the RSA and the EC key. */
  const breaksLater = (mail: string) => (connection: number, line: string) => {
    if (line === 'STARTTLS' && connection > 2) return '220 go\r\n250 this is no TLS\r\n';
    return line.startsWith('MAIL') ? mail : acceptRecipient(line);
  };

  test.each<[string, Behaviour, ProbeRule[]]>([
    ['data follows the reply to STARTTLS', { answerOn: breaksLater('250 ok\r\n') }, []],
    // As Postfix does if the file of smtpd_tls_chain_files is missing: the server has no certificate.
    ['the handshake fails', { tls: {}, answer: acceptRecipient }, ['HANDSHAKE_FAILED']],
  ])('if %s, mail is tried in plain text, on another connection', async (_, behaviour, others) => {
    const result = await probe(behaviour, { relay });
    expect(rules(result)).toEqual([...others, ...Array(17).fill('OPEN_RELAY')]);
    expect(result.relay?.every(({ accepted, insideTls }) => accepted && !insideTls)).toBe(true);
    expect(result.findings.at(-1)?.message).toMatch(/ is accepted without logging in, in plain text: an open relay$/);
  });

  test('if TLS fails, and the server demands it, the relay test is not finished', async () => {
    const demand = '530 5.7.0 Must issue a STARTTLS command first\r\n';
    const result = await probe({ answerOn: breaksLater(demand) }, { relay });
    expect(result.findings).toEqual([
      {
        rule: 'RELAY_UNTESTED',
        severity: 'warning',
        message: expect.stringMatching(
          /^the relay test could not be finished: 127\.0\.0\.1:\d+: the server demands TLS, which fails: 530 5\.7\.0 Must issue/,
        ),
      },
    ]);
    expect([result.relay, result.chain.length]).toEqual([undefined, 3]);
  });

  const refusal = '454 4.7.0 TLS not available\r\n';
  test.each<[string, Behaviour, ProbeRule]>([
    ['does not offer STARTTLS', { before: ['PIPELINING'] }, 'STARTTLS_MISSING'],
    [
      'refuses STARTTLS',
      { answer: (line) => (line === 'STARTTLS' ? refusal : acceptRecipient(line)) },
      'STARTTLS_REFUSED',
    ],
  ])('a server that %s is tested in plain text', async (_, behaviour, rule) => {
    const result = await probe({ answer: acceptRecipient, ...behaviour }, { relay });
    expect(rules(result)).toEqual([rule, ...Array(17).fill('OPEN_RELAY')]);
    expect(result.relay?.filter(({ accepted }) => accepted)).toHaveLength(17);
    expect(server?.commands.filter((line) => /^(DATA|BDAT|AUTH)/.test(line))).toEqual([]);
  });

  test('a server that requires TLS and does not start it is no open relay', async () => {
    const answer = (line: string) =>
      line.startsWith('MAIL') ? '530 5.7.0 Must issue a STARTTLS command first\r\n' : undefined;
    const result = await probe({ before: [], answer }, { relay });
    expect(rules(result)).toEqual(['STARTTLS_MISSING']);
    expect(result.relay?.filter(({ accepted }) => accepted)).toEqual([]);
  });

  test('with implicit TLS, a server without TLS is not tested in plain text', async () => {
    const result = await probe({ answer: acceptRecipient }, { implicitTls: true, relay });
    expect(rules(result)).toEqual(['HANDSHAKE_FAILED', 'RELAY_UNTESTED']);
    expect(server?.commands.filter((line) => line.startsWith('MAIL'))).toEqual([]);
  });

  test('a server that ends the connection during the test leaves the report', async () => {
    const answer = (line: string) => (line.startsWith('RCPT') ? '421 4.7.0 too many errors\r\n' : undefined);
    expect(rules(await probe({ answer }, { relay }))).toEqual(['RELAY_UNTESTED']);
  });
});

describe('a mistake in this program is not reported as one of the server', () => {
  const relay = { from: 'a@example.org', to: 'b@example.net' };
  const client = clientKey(true);
  const clientCertificate = Buffer.from(client.key + client.cert);
  const insists = { clientCa: authorityPem };

  test.each<[string, string, number, Behaviour, Partial<ProbeOptions>]>([
    ['when a client certificate is presented', 'MAIL', 1, insists, { clientCertificate, relay }],
    ['in the relay test', 'MAIL', 1, {}, { relay }],
    ['when TLS has started', 'EHLO', 2, {}, {}],
    ['when the chain of another key is read', 'EHLO', 3, {}, {}],
  ])('%s', async (_, verb, count, behaviour, options) => {
    const mistake = new RangeError('a mistake');
    const { command } = Connection.prototype;
    let seen = 0;
    const spy = vi.spyOn(Connection.prototype, 'command').mockImplementation(function (this: Connection, line) {
      return line.startsWith(verb) && ++seen === count ? Promise.reject(mistake) : command.call(this, line);
    });
    try {
      await expect(probe(behaviour, options)).rejects.toBe(mistake);
    } finally {
      spy.mockRestore();
    }
  });
});

describe('several keys', () => {
  const { rsa, ec } = dualKeys();
  const tls = { key: [rsa.key, ec.key], cert: [rsa.cert, ec.cert] };
  const expected = [rsa.certificate, ec.certificate];
  const options = { trustAnchors: [authorityCertificate], hostname: 'dual.example.com' };

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s: both chains are shown, and compared with the bundle',
    async (version) => {
      const result = await probe(
        { tls: { ...tls, minVersion: version, maxVersion: version } },
        { ...options, expected },
      );
      const all = [result.chain, ...result.otherChains.map(({ chain }) => chain)];
      expect(all.map(([leaf]) => leaf?.publicKeyAlgorithm).sort()).toEqual(['EC', 'RSA']);
      expect([result.asExpected, rules(result)]).toEqual([true, []]);
    },
  );

  test('a key that is missing on the server is found', async () => {
    const result = await probe({ tls: { key: rsa.key, cert: rsa.cert } }, { ...options, expected });
    expect([result.asExpected, result.otherChains, rules(result)]).toEqual([false, [], ['NOT_AS_EXPECTED']]);
    expect(result.findings[0]?.message).toContain('no certificate is served for the EC key');
  });

  test('a problem of the other key says which key it is', async () => {
    const { ec: elsewhere } = dualKeys('other.example.com');
    const result = await probe({ tls: { key: [rsa.key, elsewhere.key], cert: [rsa.cert, elsewhere.cert] } }, options);
    // Which of the two comes first is the choice of the server.
    const prefix = result.chain[0]?.publicKeyAlgorithm === 'EC' ? '' : 'EC key: ';
    expect(result.findings.map(({ message }) => message)).toEqual([
      `${prefix}the certificate is for other.example.com, not for dual.example.com`,
    ]);
    const { rsa: renamed } = dualKeys('other.example.com');
    server?.close();
    const other = await probe({ tls: { key: [renamed.key, ec.key], cert: [renamed.cert, ec.cert] } }, options);
    const otherPrefix = other.chain[0]?.publicKeyAlgorithm === 'RSA' ? '' : 'RSA key: ';
    expect(other.findings.map(({ message }) => message)).toEqual([
      `${otherPrefix}the certificate is for other.example.com, not for dual.example.com`,
    ]);
    expect([prefix, otherPrefix].filter((text) => text !== '')).toHaveLength(1);
  });

  test.each(['ed25519', 'ed448'] as const)('a key of %s is asked for if it is expected', async (type) => {
    const edwards = edwardsKey(type);
    const both = { key: [rsa.key, edwards.key], cert: [rsa.cert, edwards.cert] };
    const wanted = [rsa.certificate, edwards.certificate];
    const result = await probe({ tls: both }, { ...options, expected: wanted });
    expect([result.asExpected, rules(result)]).toEqual([true, []]);
  });

  test('one of two that is not as expected is found', async () => {
    const { ec: otherEc } = dualKeys();
    const result = await probe(
      { tls: { key: [rsa.key, otherEc.key], cert: [rsa.cert, otherEc.cert] } },
      { ...options, expected },
    );
    expect(result.findings.map(({ message }) => message).join()).toContain(
      'another server certificate is sent for the EC key',
    );
  });
});

describe('client certificates', () => {
  const client = clientKey(true);
  const pem = Buffer.from(client.key + client.cert);
  const insists = { clientCa: authorityPem };
  const version = (name: 'TLSv1.2' | 'TLSv1.3') => ({ ...storyChain, minVersion: name, maxVersion: name });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: a server that insists on one keeps its report', async (name) => {
    const result = await probe({ ...insists, tls: version(name) });
    expect(rules(result)).toEqual(['CLIENT_CERTIFICATE_REQUIRED']);
    expect(result).toMatchObject({ asksForCertificate: true, verification: { trusted: true, nameMatches: true } });
    expect(result.chain).toHaveLength(3);
    expect(result.findings[0]?.severity).toBe('error');
    expect(result.findings[0]?.message).toMatch(
      /^the server requires a client certificate, which mail programs do not have \(\S.*\)$/,
    );
  });

  describe('without one, the session with a server that asks for one is ended', () => {
    const inside = (reply: string) => {
      let seen = 0;
      return { answer: (line: string) => (line.startsWith('EHLO') && ++seen === 2 ? reply : undefined) };
    };
    const asks = { ...insists, admitsAll: true };

    test('by nothing, if it requires none', async () => {
      expect(await probe(asks)).toMatchObject({ asksForCertificate: true, findings: [] });
    });

    test("because it requires one, with Postfix's reply", async () => {
      const result = await probe({
        ...asks,
        ...inside('421 4.7.1 mail.example.com Error: No client certificate presented\r\n'),
      });
      expect([rules(result), result.after]).toEqual([['CLIENT_CERTIFICATE_REQUIRED'], []]);
    });

    test('because it requires one, by closing the connection after the handshake', async () => {
      const closes = { implicitTls: true, hangsUpAfter: 'EHLO [127.0.0.1]', answer: () => '' };
      const result = await probe({ ...asks, ...closes }, { implicitTls: true });
      expect(rules(result)).toEqual(['CLIENT_CERTIFICATE_REQUIRED']);
    });

    test.each([
      ['421 4.3.2 mail.example.com is busy\r\n', 'the server answers EHLO with 421 4.3.2'],
      ['hello\r\n', 'this is not SMTP: "hello"'],
    ])('for another reason: %j', async (reply, message) => {
      await expect(probe({ ...asks, ...inside(reply) })).rejects.toMatchObject({
        code: 'ERR_PROBE',
        message: expect.stringContaining(message),
      });
    });
  });

  test('one that it accepts, and may relay with', async () => {
    const relay = { from: 'a@example.org', to: 'b@example.net' };
    const answer = (line: string) => (line.startsWith('RCPT') ? '250 ok\r\n' : undefined);
    const result = await probe({ ...insists, answer }, { clientCertificate: pem, relay });
    expect(result.clientCertificate).toMatchObject({ outcome: 'accepted', relay: { accepted: true, reply: '250 ok' } });
    // Without the certificate, TLS fails. The server accepts mail in plain text.
    expect(new Set(rules(result))).toEqual(new Set(['CLIENT_CERTIFICATE_REQUIRED', 'OPEN_RELAY']));
    expect(result.relay?.every(({ insideTls }) => !insideTls)).toBe(true);
    expect(result.findings.find(({ rule }) => rule === 'CLIENT_CERTIFICATE_REQUIRED')?.severity).toBe('info');
  });

  test('one that it refuses', async () => {
    const stranger = clientKey(false);
    const result = await probe(insists, { clientCertificate: Buffer.from(stranger.key + stranger.cert) });
    expect(result.clientCertificate).toEqual({ outcome: 'refused' });
    expect(rules(result)).toContain('CLIENT_CERTIFICATE_REFUSED');
    const refusal = result.findings.find(({ rule }) => rule === 'CLIENT_CERTIFICATE_REFUSED');
    expect([refusal?.severity, refusal?.message]).toEqual([
      'error',
      expect.stringMatching(/^the server refuses the client certificate: \S/),
    ]);
  });

  test('one that it refuses with a reply', async () => {
    const relay = { from: 'a@example.org', to: 'b@example.net' };
    const answer = (line: string) => (line.startsWith('MAIL') ? '421 4.7.0 unknown certificate\r\n' : undefined);
    const result = await probe({ ...insists, answer }, { clientCertificate: pem, relay });
    expect(result.clientCertificate).toEqual({ outcome: 'refused' });
    expect(result.findings.find(({ rule }) => rule === 'CLIENT_CERTIFICATE_REFUSED')?.message).toMatch(
      /: 421 4\.7\.0 unknown certificate$/,
    );
  });

  test('one that it does not ask for', async () => {
    const result = await probe({}, { clientCertificate: pem });
    expect(result).toMatchObject({ asksForCertificate: false, clientCertificate: { outcome: 'ignored' } });
    expect(result.findings).toEqual([
      {
        rule: 'CLIENT_CERTIFICATE_IGNORED',
        severity: 'warning',
        message: 'the server does not ask for a client certificate, so it cannot recognise this client by it',
      },
    ]);
  });
});

describe('the commands of a session', () => {
  const hello = 'EHLO [127.0.0.1]';
  const relay = { from: 'a@example.org', to: 'b@example.net' };

  test('EHLO again inside TLS, and QUIT at the end', async () => {
    await probe();
    await expect.poll(() => server?.commands.filter((line) => line === 'QUIT').length).toBeGreaterThan(0);
    expect(server?.commands.slice(0, 3)).toEqual([hello, 'STARTTLS', hello]);
  });

  test('with TLS from the first byte there is no STARTTLS, on no connection', async () => {
    const options = { implicitTls: true, relay, clientCertificate: pemOf(clientKey(true)) };
    const result = await probe({ implicitTls: true, clientCa: authorityPem }, { implicitTls: true, relay });
    expect(rules(result)).toContain('CLIENT_CERTIFICATE_REQUIRED');
    server?.close();
    const asked = await probe({ implicitTls: true }, options);
    expect(asked.relay).toHaveLength(17);
    expect(asked.clientCertificate).toEqual({ outcome: 'ignored' });
    expect(server?.commands).not.toContain('STARTTLS');
    expect(server?.commands[0]).toBe(hello);
  });

  test.each([
    ['before TLS', 1],
    ['inside TLS', 2],
  ])('a server that refuses EHLO %s is left', async (_, count) => {
    let seen = 0;
    const answer = (line: string) => (line === hello && ++seen === count ? '502 5.5.1 no\r\n' : undefined);
    await expect(probe({ answer })).rejects.toThrow(/^127\.0\.0\.1:\d+: the server answers EHLO with 502 5\.5\.1 no$/);
  });

  test('a client certificate cannot be presented without TLS', async () => {
    const result = await probe({ before: [] }, { clientCertificate: pemOf(clientKey(true)) });
    expect(result.clientCertificate).toEqual({ outcome: 'refused' });
    expect(result.findings.at(-1)?.message).toBe(
      'the server refuses the client certificate: STARTTLS is not offered: mail and passwords cross the network in the clear',
    );
  });

  test.each([[{ from: 'a@example.org', to: '' }], [{ from: '', to: 'b@example.net' }]])(
    'addresses that cannot be used are not tried: %j',
    async (addresses) => {
      expect((await probe({}, { relay: addresses })).relay).toBeUndefined();
    },
  );

  test('addresses that hold a command are not sent, with a client certificate neither', async () => {
    const relayTo = { from: 'a@example.org', to: 'b@example.net>\r\nDATA\r\n<' };
    const options = { clientCertificate: pemOf(clientKey(true)), relay: relayTo };
    const result = await probe({ clientCa: authorityPem }, options);
    expect(result.clientCertificate).toEqual({ outcome: 'accepted' });
    expect(server?.commands.filter((line) => !/^(EHLO|STARTTLS|QUIT)/.test(line))).toEqual([]);
  });

  test('a server that keeps the limit of connections has shown one key, and the other counts as missing', async () => {
    const { rsa, ec } = dualKeys();
    const answerOn = (connection: number, line: string) =>
      connection > 1 && line === hello ? '421 4.7.0 too many connections\r\n' : undefined;
    const result = await probe(
      { tls: { key: rsa.key, cert: rsa.cert }, answerOn },
      {
        trustAnchors: [authorityCertificate],
        hostname: 'dual.example.com',
        expected: [rsa.certificate, ec.certificate],
      },
    );
    expect([result.otherChains, rules(result)]).toEqual([[], ['NOT_AS_EXPECTED']]);
  });
});
