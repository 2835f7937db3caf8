import { describe, expect, test } from 'vitest';
import { SeparateStrings } from '../../src/bytes/byte-strings.js';
import { encodePemPieces, encodePemStrings } from '../../src/pem/encode.js';
import { type LineEncoder, octetsAtOnce, PlainLineEncoder, VectorLineEncoder } from '../../src/pem/line-encoder.js';

const octets = Buffer.from(Array.from({ length: octetsAtOnce }, (_, i) => (i * 167 + (i >> 8) * 31) & 0xff));
const target = octetsAtOnce + 64;

function linesOf(length: number): string {
  const base64 = octets.toString('base64', 0, length).replaceAll('=', '');
  return (base64.match(/.{1,64}/g) ?? []).join('\n');
}

function encoded(encoder: LineEncoder, length: number): string {
  encoder.memory.fill(0);
  encoder.memory.set(octets.subarray(0, length));
  encoder.encode(length, target);
  const text = linesOf(length);
  return Buffer.from(encoder.memory.subarray(target, target + text.length)).toString('latin1');
}

describe.each([
  ['plain', () => new PlainLineEncoder()],
  ['with vectors', VectorLineEncoder.make],
] as const)('the line encoder, %s', (_, make) => {
  test('writes what Node writes, in lines', () => {
    const encoder = make() as LineEncoder;
    for (const length of [...Array(150).keys(), 1000, octetsAtOnce - 1, octetsAtOnce])
      expect(encoded(encoder, length)).toBe(linesOf(length));
  });

  test('knows every character, wherever in a line', () => {
    const encoder = make() as LineEncoder;
    for (let value = 0; value < 64; value++) {
      const group = [(value << 2) | (value >> 4), ((value << 4) | (value >> 2)) & 0xff, ((value << 6) | value) & 0xff];
      encoder.memory.set(Array.from({ length: 48 }, (_, i) => group[i % 3] as number));
      encoder.encode(48, target);
      const line = Buffer.from(encoder.memory.subarray(target, target + 65)).toString('latin1');
      expect(new Set(line)).toEqual(new Set([Buffer.from(group).toString('base64')[0], '\n']));
    }
  });
});

describe('encodePemPieces', () => {
  const list = (count: number) =>
    new SeparateStrings(Array.from({ length: count }, (_, i) => octets.subarray(0, (i * 37) % 1500)));

  test.each([0, 1, 3, 700])('gives the text of %i blocks', (count) => {
    const pieces: Buffer[] = [];
    encodePemPieces('CERTIFICATE', list(count), (piece) => pieces.push(Buffer.from(piece)));
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(encodePemStrings('CERTIFICATE', list(count))));
  });

  test('gives pieces of which the largest is the same whatever there is', () => {
    const longest = (blocks: SeparateStrings) => {
      let most = 0;
      encodePemPieces('CERTIFICATE', blocks, ({ length }) => {
        most = Math.max(most, length);
      });
      return most;
    };
    expect(longest(list(2000))).toBeLessThan(2 ** 16);
    expect(longest(new SeparateStrings([new Uint8Array(300_000)]))).toBeLessThan(2 ** 16);
  });

  test('leaves nothing of it in the memory that the pieces are parts of', () => {
    let memory = new Uint8Array();
    encodePemPieces('PRIVATE KEY', list(3), ({ buffer }) => {
      memory = new Uint8Array(buffer as ArrayBuffer);
      expect(memory.some((octet) => octet !== 0)).toBe(true);
    });
    expect(memory.length).toBeGreaterThan(0);
    expect(memory.every((octet) => octet === 0)).toBe(true);
  });
});
