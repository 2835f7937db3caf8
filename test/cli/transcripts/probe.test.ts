import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder as fixtures } from '../../fixtures.js';
import { blocks, bundle } from '../../postfix/sound-installation.js';
import { type Behaviour, FakeServer, storyChain } from '../../probe/fake-server.js';
import { runCommand, type Situation } from '../fake-host.js';
import { patience, Transcript } from './transcript.js';

const [key = '', site = '', intermediate = '', cross = ''] = blocks;
const accepting = (line: string) => (/^RCPT TO:<victim%/.test(line) ? '250 ok\r\n' : undefined);

/** A server, and the options of `probe`. */
const cases: readonly (readonly [what: string, behaviour: Behaviour, options: string, situation?: Situation])[] = [
  ['sound', {}, ''],
  ['sound', {}, '--json'],
  ['sound', {}, '--nagios'],
  ['sound', {}, '-q'],
  ['as expected', {}, '--expect D/bundle.pem'],
  ['not as expected', {}, '--expect D/site.pem'],
  ['another certificate', {}, '--expect D/other.pem --json'],
  ['implicit TLS', { implicitTls: true }, '--tls'],
  ['AUTH before TLS', { before: ['AUTH PLAIN', 'STARTTLS'] }, ''],
  ['AUTH before TLS', { before: ['AUTH PLAIN', 'STARTTLS'] }, '--nagios'],
  ['AUTH before TLS', { before: ['AUTH PLAIN', 'STARTTLS'] }, '--json'],
  ['no STARTTLS', { before: ['PIPELINING'] }, ''],
  ['nothing offered', { before: [], after: [] }, ''],
  ['no AUTH', { after: ['PIPELINING'] }, ''],
  ['STARTTLS refused', { answer: (line) => (line === 'STARTTLS' ? '454 4.7.0 no\r\n' : undefined) }, ''],
  ['data behind STARTTLS', { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n250 x\r\n' : undefined) }, ''],
  ['no issuers', { tls: { key, cert: site } }, ''],
  ['no cross certificate', { tls: { key, cert: site + intermediate } }, ''],
  ['a certificate twice', { tls: { key, cert: site + intermediate + intermediate + cross } }, ''],
  ['another order', { tls: { key, cert: site + cross + intermediate } }, ''],
  ['another order, strict', { tls: { key, cert: site + cross + intermediate } }, '--strict'],
  ['another order, allowed', { tls: { key, cert: site + cross + intermediate } }, '--strict --allow CHAIN_EXTRA'],
  ['one key of two', { tls: storyChain }, '--relay-test a@example.org b@example.net'],
  ['an open relay', { answer: accepting }, '--relay-test mallory@example.org victim@example.net'],
  ['an open relay', { answer: accepting }, '--relay-test mallory@example.org victim@example.net --json'],
  ['another name', {}, '--hostname relay.example.com'],
  ['expired', {}, '', { now: new Date('2060-01-01') }],
  ['not yet valid', {}, '', { now: new Date('2020-01-01') }],
  ['soon to expire', {}, '', { now: new Date('2055-12-30') }],
  ['soon to expire', {}, '--nagios', { now: new Date('2055-12-30') }],
  ['soon to expire', {}, '--days 1', { now: new Date('2055-12-30') }],
  ['not SMTP', { greeting: 'hello\r\n' }, ''],
  ['not SMTP', { greeting: 'hello\r\n' }, '--nagios'],
  ['refuses', { greeting: '554 go away\r\n' }, ''],
  ['a client certificate that is ignored', {}, '--cert D/bundle.pem'],
  ['a client certificate that is no PEM', {}, '--cert D/text.txt'],
];

test('what users read of a server', { timeout: patience }, async () => {
  const transcript = new Transcript();
  try {
    const parts: string[] = [];
    for (const [what, behaviour, options, situation] of cases) {
      const server = await FakeServer.open(behaviour);
      transcript.reset();
      writeFileSync(join(transcript.directory, 'site.pem'), site);
      writeFileSync(join(transcript.directory, 'other.pem'), bundle.replace(site, intermediate));
      const line = `probe 127.0.0.1:${server.port} --trust ${fixtures}story/old-root.pem --hostname mail.example.com ${options}`;
      const words = line.trim().split(' ');
      const outcome = await runCommand(
        words.map((word) => word.replace('D/', `${transcript.directory}/`)),
        situation,
      );
      server.close();
      for (const name of ['site.pem', 'other.pem']) rmSync(join(transcript.directory, name));
      const text = transcript
        .text(line.trim(), outcome)
        .replaceAll(`:${server.port}`, ':PORT')
        .replace(`"port": ${server.port}`, '"port": PORT');
      parts.push(`# ${what}\n${text}`);
    }
    await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('probe.txt');
  } finally {
    transcript.remove();
  }
});
