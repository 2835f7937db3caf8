import { describe, expect, test } from 'vitest';
import { HandshakeRecorder } from '../../src/probe/handshake-recorder.js';

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
