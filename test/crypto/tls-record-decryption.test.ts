import { describe, expect, test } from 'vitest';
import { TrafficReader } from '../../src/crypto/tls-record-decryption.js';
import { sealer } from './record-sealer.js';

const secret = Uint8Array.from({ length: 48 }, (_, i) => i);
const plain = (text: string, type: number, zeros = 0) =>
  Buffer.concat([Buffer.from(text), Buffer.from([type]), Buffer.alloc(zeros)]);

describe.each([
  ['TLS_AES_128_GCM_SHA256', 'sha256', 'aes-128-gcm', 16],
  ['TLS_AES_256_GCM_SHA384', 'sha384', 'aes-256-gcm', 32],
  ['TLS_CHACHA20_POLY1305_SHA256', 'sha256', 'chacha20-poly1305', 32],
])('%s', (suite, hash, cipher, keyLength) => {
  const seal = sealer(hash, cipher, keyLength, secret);
  const reader = () => TrafficReader.of(suite, secret) ?? expect.fail();
  const told = (opened: ReturnType<TrafficReader['open']>) =>
    opened && [opened.type, Buffer.from(opened.content).toString()];

  test('opens one record after the other, each under the next nonce', () => {
    const traffic = reader();
    for (let i = 0; i < 3; i++) {
      const { header, record } = seal(i, plain(`record ${i}`, 22));
      expect(told(traffic.open(header, record))).toEqual([22, `record ${i}`]);
    }
  });

  test('counts beyond one octet, and only the records that it opens', () => {
    const traffic = reader();
    const wrong = seal(1_000, plain('of another connection', 22));
    for (let i = 0; i < 258; i++) {
      const { header, record } = seal(i, plain('x', 23));
      expect(traffic.open(wrong.header, wrong.record)).toBeUndefined();
      expect(told(traffic.open(header, record)), `record ${i}`).toEqual([23, 'x']);
    }
  });

  test('opens a record without content, which has a type', () => {
    const { header, record } = seal(0, plain('', 21));
    expect(told(reader().open(header, record))).toEqual([21, '']);
  });

  test('takes the zeros off that stand behind the type', () => {
    const { header, record } = seal(0, plain('padded\0', 22, 9));
    expect(told(reader().open(header, record))).toEqual([22, 'padded\0']);
  });

  // RFC 8446 5.4: such a record is authentic, but an error.
  test('counts a record without content and type, and does not open it', () => {
    const traffic = reader();
    for (const [i, content] of [Buffer.alloc(0), Buffer.alloc(1)].entries()) {
      const { header, record } = seal(i, content);
      expect(traffic.open(header, record)).toBeUndefined();
    }
    const { header, record } = seal(2, plain('next', 22));
    expect(told(traffic.open(header, record))).toEqual([22, 'next']);
  });

  test('opens nothing that has no type, is another record, or is changed', () => {
    const { header, record } = seal(0, Buffer.alloc(4));
    expect(reader().open(header, record)).toBeUndefined();
    const next = seal(1, plain('next', 22));
    expect(reader().open(next.header, next.record)).toBeUndefined();
    const { header: right, record: whole } = seal(0, plain('first', 22));
    expect(reader().open(Buffer.from([22, 3, 3, 0, whole.length]), whole)).toBeUndefined();
    for (let at = 0; at < whole.length; at++) {
      expect(
        reader().open(
          right,
          whole.map((octet, i) => (i === at ? octet ^ 1 : octet)),
        ),
      ).toBeUndefined();
      expect(reader().open(right, whole.subarray(0, at))).toBeUndefined();
    }
  });
});

test('another suite is not read', () => expect(TrafficReader.of('TLS_AES_128_CCM_SHA256', secret)).toBeUndefined());
