import { describe, expect, test } from 'vitest';
import { HandshakeRecorder } from '../../src/probe/handshake-recorder.js';
import { sealer } from '../crypto/record-sealer.js';

const uint16 = (value: number) => [value >> 8, value & 0xff];
const uint24 = (value: number) => [value >> 16, ...uint16(value & 0xffff)];

/** A record of TLS 1.2 (RFC 5246 6.2.1); 22 is the handshake. */
const record = (body: readonly number[], type = 22) => [type, 3, 3, ...uint16(body.length), ...body];
/** A message of the handshake (RFC 5246 7.4). */
const message = (type: number, body: readonly number[]) => [type, ...uint24(body.length), ...body];
const listOf = (...certificates: readonly number[][]) => {
  const list = certificates.flatMap((each) => [...uint24(each.length), ...each]);
  return [...uint24(list.length), ...list];
};

const [first, second] = [Array(300).fill(1) as number[], [2, 2]];
const hello = message(2, Array(70).fill(9) as number[]);
const certificate = message(11, listOf(first, second));
const request = message(13, [1, 2, 3]);

function recorded(...pieces: readonly (readonly number[])[]): HandshakeRecorder {
  const recorder = new HandshakeRecorder();
  for (const piece of pieces) recorder.add(Uint8Array.from(piece));
  return recorder;
}
const certificates = (...pieces: readonly (readonly number[])[]) =>
  recorded(...pieces)
    .certificates()
    ?.map((each) => [...each]);

describe('certificates in the clear', () => {
  test.each<[string, readonly number[][]]>([
    ['each message in a record of its own', [record(hello), record(certificate)]],
    ['several messages in one record', [record([...hello, ...certificate, ...request])]],
    ['a message in several records', [record(certificate.slice(0, 100)), record(certificate.slice(100))]],
    ['in single bytes', record([...hello, ...certificate]).map((byte) => [byte])],
    ['between records of other types', [record([1, 2], 21), record(certificate), record([11, 0, 0, 0], 20)]],
    ['with the next record not complete', [record(certificate), record(hello).slice(0, 20)]],
    ['with half a header at the end', [record(certificate), [22, 3]]],
  ])('%s', (_, pieces) => expect(certificates(...pieces)).toEqual([first, second]));

  test('are none if the server has none', () => expect(certificates(record(message(11, listOf())))).toEqual([]));

  test.each<[string, readonly number[][]]>([
    ['there is no such message', [record(hello)]],
    ['the record is not complete', [record(certificate).slice(0, -1)]],
    ['the message is not complete', [record(certificate.slice(0, -1))]],
    ['the list is longer than its message', [record(message(11, listOf(first).slice(0, -1)))]],
    ['a certificate is longer than the list', [record(message(11, [...uint24(6), ...uint24(4), 1, 2, 3, 4]))]],
    ['there is nothing', []],
  ])('are unknown if %s', (_, pieces) => expect(certificates(...pieces)).toBeUndefined());

  test('as many bytes as OpenSSL accepts are recorded; what would exceed them is dropped whole', () => {
    const most = 512 * 1_024;
    const filler = Array(most - record(certificate).length).fill(0) as number[];
    // Records of no known type and no length.
    expect(certificates(filler.slice(0, filler.length - (filler.length % 5)), record(certificate))).toHaveLength(2);
    expect(certificates([...filler, 0], record(certificate))).toBeUndefined();
  });

  test('nothing is recorded after a dropped piece, because it would not follow the bytes before it', () => {
    const tooLong = Array(512 * 1_024).fill(0) as number[];
    expect(certificates(record(hello), tooLong, record(certificate))).toBeUndefined();
  });
});

test.each<[string, readonly number[], boolean]>([
  ['a certificate request', record([...certificate, ...request]), true],
  ['none', record(certificate), false],
])('%s is noticed', (_, bytes, asks) => expect(recorded(bytes).asksForCertificate()).toBe(asks));

test('a list that TLS 1.3 cannot decrypt is unknown', () => {
  const recorder = recorded(record(hello), record(certificate, 23));
  recorder.addKeyLog(Buffer.from(`CLIENT_RANDOM 00 ${'aa'.repeat(48)}`));
  expect(recorder.certificates()).toBeUndefined();
  recorder.addKeyLog(Buffer.from(`SERVER_HANDSHAKE_TRAFFIC_SECRET 00 ${'aa'.repeat(32)}`));
  expect([recorder.certificates(), recorder.asksForCertificate()]).toEqual([undefined, false]);
});

describe.each([
  [0x1301, 'sha256', 'aes-128-gcm', 16, 32],
  [0x1302, 'sha384', 'aes-256-gcm', 32, 48],
  [0x1303, 'sha256', 'chacha20-poly1305', 32, 32],
])('certificates that TLS 1.3 encrypts with suite %i', (suite, hash, cipher, keyLength, secretLength) => {
  const secret = Uint8Array.from({ length: secretLength }, (_, i) => i);
  const keyLog = Buffer.from(
    `SERVER_HANDSHAKE_TRAFFIC_SECRET ${'0a'.repeat(32)} ${Buffer.from(secret).toString('hex')}`,
  );
  /** RFC 8446 4.1.3: version, random, session ID, suite. */
  const serverHello = (sessionId: readonly number[]) =>
    record(message(2, [3, 3, ...Array(32).fill(7), sessionId.length, ...sessionId, ...uint16(suite), 0]));
  /** RFC 8446 4.4.2: request context, then each certificate with its extensions. */
  const certificate13 = (context: readonly number[]) => {
    const entry = (der: readonly number[], extensions: readonly number[]) => [
      ...uint24(der.length),
      ...der,
      ...uint16(extensions.length),
      ...extensions,
    ];
    const list = [...entry(first as number[], [0, 5, 0, 1, 1]), ...entry(second as number[], [])];
    return message(11, [context.length, ...context, ...uint24(list.length), ...list]);
  };
  const changeCipherSpec = record([1], 20);
  const read = (
    sessionId: readonly number[],
    ...contents: readonly (readonly [type: number, body: readonly number[]])[]
  ) => {
    const seal = sealer(hash, cipher, keyLength, secret);
    const sealed = contents.map(([type, body], i) => {
      const { header, record: bytes } = seal(i, Uint8Array.from([...body, type]));
      return [...header, ...bytes];
    });
    const recorder = recorded(serverHello(sessionId), changeCipherSpec, ...sealed);
    recorder.addKeyLog(Buffer.from(`CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 ${'bb'.repeat(secretLength)}`));
    recorder.addKeyLog(keyLog);
    return { certificates: recorder.certificates()?.map((each) => [...each]), asks: recorder.asksForCertificate() };
  };
  const both = [first, second];

  test('with and without a session ID, and with a request context', () => {
    expect(read([], [22, certificate13([])])).toEqual({ certificates: both, asks: false });
    expect(read(Array(32).fill(9), [22, certificate13([1, 2])])).toEqual({ certificates: both, asks: false });
  });

  test('in several records, with a request for a client certificate before them', () => {
    const messages = [...message(8, [0, 0]), ...message(13, [0, 0, 0]), ...certificate13([])];
    const [start, end] = [messages.slice(0, 50), messages.slice(50)];
    expect(read([], [22, start], [22, end])).toEqual({ certificates: both, asks: true });
  });

  test('an alert between them is not a part of them', () => {
    const messages = certificate13([]);
    const parts = [
      [22, messages.slice(0, 9)],
      [21, [1, 0]],
      [22, messages.slice(9)],
    ] as const;
    expect(read([], ...parts)).toEqual({ certificates: both, asks: false });
  });
});
