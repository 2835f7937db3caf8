import { expect, test } from 'vitest';
import { encodeSequence } from '../../src/asn1/encode.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { matchesHostName } from '../../src/x509/matches-host-name.js';
import { ext, generalName, leafOf, party } from './certificate-maker.js';

const certificate = leafOf(party('CA'), { host: 'mail.example.com' });

test.each([
  ['mail.example.com', true],
  ['mail.example.com.', true],
  ['www.example.com', false],
  ['10.0.0.1', false],
  ['::1', false],
])('a certificate for mail.example.com matches %s: %s', (name, expected) => {
  expect(matchesHostName(certificate, name)).toBe(expected);
});

test.each([
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['2001:db8::1', true],
  ['2001:DB8:0::1', true],
  ['2001:db8::2', false],
])('a certificate for two addresses matches %s: %s', (address, expected) => {
  const ipv6 = generalName.ip(0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1);
  const names = ext.subjectAltName(generalName.ip(192, 0, 2, 1), ipv6);
  expect(matchesHostName(leafOf(party('CA'), { extensions: [names] }), address)).toBe(expected);
});

test('a name that begins or ends with digits is no address', () => {
  expect(matchesHostName(leafOf(party('CA'), { host: '1und1.example.com' }), '1und1.example.com')).toBe(true);
  expect(matchesHostName(leafOf(party('CA'), { host: 'mx1.example.com' }), 'mx1.example.com')).toBe(true);
  expect(matchesHostName(leafOf(party('CA'), { host: 'mx1' }), 'mx1')).toBe(true);
});

// Found by fuzzing: what this library can read and OpenSSL cannot made `verify` fail with OpenSSL's error.
test.each([
  ['no bytes', new Uint8Array()],
  ['an empty sequence', encodeSequence()],
  ['a certificate cut off', certificate.der.subarray(0, -1)],
])('%s matches no host', (_, der) => {
  expect(matchesHostName({ der } as Certificate, 'mail.example.com')).toBe(false);
});
