import { HandshakeRecorder } from '../../src/probe/handshake-recorder.js';
import { readCertificates, verifyChain } from '../../src/probe/presented-chain.js';
import { ReplyReader } from '../../src/probe/reply-reader.js';
import { offers, replyText } from '../../src/probe/smtp-session.js';
import { storedObjects } from './corpus.js';
import { mutate, mutateText } from './mutation.js';
import type { Random } from './random.js';
import { type Target, target } from './target.js';

const dialogue = [
  '220 mail.example.com ESMTP Postfix',
  '250-mail.example.com',
  '250-PIPELINING',
  '250-SIZE 10240000',
  '250-STARTTLS',
  '250-AUTH PLAIN LOGIN',
  '250 ENHANCEDSTATUSCODES',
  '220 2.0.0 Ready to start TLS',
  '554 5.7.1 <postmaster@example.org>: Relay access denied',
  '221 2.0.0 Bye',
  '',
].join('\r\n');

const words = ['250-', '250 ', '250', '199 ', '600 ', '\n', '\r', '\r\n', '\0', '\x1b[2J', 'AUTH=', 'x'.repeat(5000)];

/** The replies of a server, and its TLS handshake. */
export function probeTargets(): Target[] {
  return [
    target('smtp-reply', () => dialogue, readReplies),
    target('handshake', storedObjects, ({ certificates }, random) => readHandshake(certificates, random)),
  ];
}

function readReplies(text: string, random: Random): void {
  const reader = new ReplyReader();
  for (const piece of pieces(Buffer.from(mutateText(text, words, random), 'latin1'), random)) {
    reader.add(piece);
    for (let reply = reader.take(); reply !== undefined; reply = reader.take()) {
      replyText(reply);
      offers(reply.lines, 'AUTH');
    }
    void reader.hasMore;
  }
}

function readHandshake(known: readonly Uint8Array[], random: Random): void {
  const chain = Array.from({ length: 1 + random.below(3) }, () => random.pick(known));
  const message = certificateMessage(chain.map((der) => (random.oneIn(2) ? mutate(der, random) : der)));
  const records = recordsOf(random.oneIn(3) ? mutate(message, random) : message, 1 + random.below(16_384));
  const recorder = new HandshakeRecorder();
  if (random.oneIn(3))
    recorder.addKeyLog(Buffer.from(`SERVER_HANDSHAKE_TRAFFIC_SECRET 00 ${'ab'.repeat(random.below(70))}`));
  for (const piece of pieces(random.oneIn(2) ? mutate(records, random) : records, random)) recorder.add(piece);
  const [leaf, ...issuers] = readCertificates(recorder.certificates() ?? []);
  const options = { hostname: 'mail.example.com', now: new Date('2026-12-01T00:00:00Z'), trustAnchors: [] };
  if (leaf) verifyChain([leaf, ...issuers], options);
}

/** Certificate of TLS 1.2 (RFC 5246 7.4.2). */
function certificateMessage(ders: readonly Uint8Array[]): Uint8Array {
  const withLength = (bytes: Uint8Array) => {
    const length = Buffer.alloc(3);
    length.writeUIntBE(bytes.length, 0, 3);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([Uint8Array.of(11), withLength(withLength(Buffer.concat(ders.map(withLength))))]);
}

function recordsOf(message: Uint8Array, size: number): Uint8Array {
  const records: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += size) {
    const body = message.subarray(at, at + size);
    records.push(Uint8Array.of(22, 3, 3, body.length >> 8, body.length & 0xff), body);
  }
  return Buffer.concat(records);
}

/** The bytes as a network may cut them. */
function pieces(bytes: Uint8Array, random: Random): Uint8Array[] {
  const result: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(random.oneIn(2) ? 20 : 2_000);
    result.push(bytes.subarray(at, at + length));
    at += length;
  }
  return result;
}
