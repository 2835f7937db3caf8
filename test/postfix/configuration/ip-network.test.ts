import { describe, expect, test } from 'vitest';
import { contains, isPrivate, type Network, parseNetwork } from '../../../src/postfix/configuration/ip-network.js';

describe('networks', () => {
  const network = (text: string) => parseNetwork(text) as Network;
  test.each([
    ['0.0.0.0/0', 32, 0],
    ['192.0.2.1', 32, 32],
    ['[::1]/128', 128, 128],
    ['::/0', 128, 0],
    ['[::ffff:127.0.0.0]/104', 32, 8],
    ['[2001:db8::1]', 128, 128],
    ['1.2.3.4/32', 32, 32],
    ['[::1]/128', 128, 128],
    ['::', 128, 128],
    ['1:2:3:4:5:6:7:8', 128, 128],
    ['1:2:3:4:5:6:7::', 128, 128],
    ['::ffff:1.2.3.4', 32, 32],
    ['[::ffff:0:0]/96', 32, 0],
    ['[::ffff:0:0]/95', 128, 95],
    ['::fffe:1.2.3.4', 128, 128],
  ])('%s', (text, bits, prefix) => expect(network(text)).toMatchObject({ text, bits, prefix }));

  test.each([
    ['1.2.3.4', 0x01020304n],
    ['127.0.0.0/8', 0x7f000000n],
    ['255.255.255.255', 0xffffffffn],
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['1::2:3', (1n << 112n) | 0x20003n],
    ['::1.2.3.4', 0x01020304n],
    ['::ffff:1.2.3.4', 0x01020304n],
    ['64:ff9b::192.0.2.33', (0x64n << 112n) | (0xff9bn << 96n) | 0xc0000221n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n],
    ['ABCD::', 0xabcdn << 112n],
  ])('%s is the address %i', (text, address) => expect(network(text).address).toBe(address));

  test.each([
    ...['', 'example.com', '256.0.0.1', '1.2.3.4/33', '[1:2]', '[::1]/129', '[1::2::3]', 'hash:/x', '1.2.3.4.5'],
    ...[
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2:3:4:5:6:7:8',
      '12345::',
      '::1.2.3.256',
      '::1.2.3',
      '[1.2.3.4',
      '::1]',
    ],
    // Postfix 3.7.11 reports "bad network value" for networks with fewer than four octets.
    ...['0/0', '127/8', '10.1', '192.0.2/24'],
    ...['1..2', '.1', '1.2.3.4/', '1.2.3.4/x', '0001.2.3.4', ':::', '::g', 'x1.2.3.4', '1.2.3.4x', '1.2.3.4/0001'],
  ])('%j is not a network', (text) => expect(parseNetwork(text)).toBeUndefined());

  // RFC 6890, RFC 4193 and RFC 6598: the ends of each block, and what is beside it.
  test.each([
    ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
    ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
    ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
    ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
    ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
    ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
    ['::', '::1', '::1', '::2'],
    ['fbff:ffff::', 'fc00::', 'fdff:ffff::', 'fe00::'],
    ['fe7f:ffff::', 'fe80::', 'febf:ffff::', 'fec0::'],
  ])('%s is public, %s and %s are private, %s is public', (before, first, last, after) => {
    expect([before, first, last, after].map((text) => isPrivate(network(text)))).toEqual([false, true, true, false]);
  });

  test('a block is private if all of it is', () => {
    expect(isPrivate(network('127.0.0.0/7'))).toBe(false);
    expect(isPrivate(network('172.16.0.0/11'))).toBe(false);
    expect(isPrivate(network('172.16.0.0/12'))).toBe(true);
  });

  test.each([
    ['10.1.0.0/16', true],
    ['172.31.0.0/16', true],
    ['172.32.0.0/16', false],
    ['100.64.0.0/10', true],
    ['[fd12::]/48', true],
    ['[2001:db8::]/32', false],
    ['0.0.0.0/0', false],
  ])('%s is private: %s', (text, expected) => expect(isPrivate(network(text))).toBe(expected));

  test('one in another', () => {
    expect(contains(network('10.0.0.0/8'), network('10.9.9.9'))).toBe(true);
    expect(contains(network('10.9.9.9'), network('10.0.0.0/8'))).toBe(false);
    expect(contains(network('::/0'), network('10.0.0.0/8'))).toBe(false);
    expect(contains(network('10.0.0.0/8'), network('10.0.0.0/8'))).toBe(true);
    expect(contains(network('10.0.0.0/8'), network('11.0.0.0/8'))).toBe(false);
    expect(contains(network('10.0.0.0/9'), network('10.128.0.0'))).toBe(false);
  });
});
