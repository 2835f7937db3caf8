import { expect, test } from 'vitest';
import { parseMailbox } from '../../src/probe/relay-test.js';
import { formatServerAddress, parseServerAddress } from '../../src/probe/server-address.js';

test.each([
  ['mail.example.com', { host: 'mail.example.com', port: 587 }],
  ['mail.example.com:25', { host: 'mail.example.com', port: 25 }],
  ['192.0.2.1:465', { host: '192.0.2.1', port: 465 }],
  ['[::1]:25', { host: '::1', port: 25 }],
  ['[2001:db8::1]', { host: '2001:db8::1', port: 587 }],
  ['::1', { host: '::1', port: 587 }],
  ['[fe80::1%eth0]:25', { host: 'fe80::1%eth0', port: 25 }],
])('%s', (text, address) => expect(parseServerAddress(text, 587)).toEqual(address));

test.each(['', ':25', 'a:', 'a:0', 'a:65536', 'a:b', 'a b', '[::1', '::1]:25', 'smtp://a', 'a@b', '[a/b]'])(
  '%j is no server',
  (text) => expect(parseServerAddress(text, 587)).toBeUndefined(),
);

test('the other way round', () => {
  expect(formatServerAddress({ host: '::1', port: 25 })).toBe('[::1]:25');
  expect(formatServerAddress({ host: 'a', port: 25 })).toBe('a:25');
});

test.each(['a b@c', 'a@b c', 'a>@b', 'a@b\r\nDATA', 'a', '@b', 'a@', '"a"@b', 'a@b@c'])(
  '%j is no plain mail address',
  (text) => expect(parseMailbox(text)).toBeUndefined(),
);
