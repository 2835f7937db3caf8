import { expect, test } from 'vitest';
import { HandshakeRecorder } from '../../src/probe/handshake-recorder.js';
import { ReplyReader } from '../../src/probe/reply-reader.js';

/** Milliseconds of processor time of the fastest of several runs, which is the one that was disturbed least. */
function fastest(work: () => void): number {
  return Math.min(
    ...Array.from({ length: 7 }, () => {
      const begun = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1_000;
    }),
  );
}

/** What a hostile server may send for the longest time: as many bytes as allowed, cut as small as possible. */
const workOf: Readonly<Record<string, (bytes: number) => void>> = {
  'a reply in single bytes': (bytes) => {
    const reader = new ReplyReader();
    const line = Buffer.from(`250-${'x'.repeat(1_000)}\r\n`);
    for (let at = 0; at < bytes; at++) reader.add(line.subarray(at % line.length, (at % line.length) + 1));
  },
  'many short replies in one piece': (bytes) => {
    const reader = new ReplyReader();
    reader.add(Buffer.from('250\n'.repeat(bytes / 4)));
    while (reader.take());
  },
  'a handshake in single bytes': (bytes) => {
    const recorder = new HandshakeRecorder();
    const byte = Uint8Array.of(0x16);
    for (let at = 0; at < bytes; at++) recorder.add(byte);
    recorder.certificates();
  },
  'a handshake of empty records': (bytes) => {
    const recorder = new HandshakeRecorder();
    const records = Buffer.alloc(bytes - (bytes % 5), Buffer.from([0x16, 3, 3, 0, 0]));
    recorder.add(records);
    recorder.certificates();
    recorder.asksForCertificate();
  },
};

test.each(Object.entries(workOf))('%s takes time in proportion to its bytes', (_, work) => {
  work(20_000);
  const [quarter, whole] = [25_000, 100_000].map((bytes) => fastest(() => work(bytes))) as [number, number];
  // Four times the bytes: four times the time if it grows linearly, sixteen times if with the square. Ten milliseconds are noise.
  expect(whole).toBeLessThan(8 * quarter + 10);
});
