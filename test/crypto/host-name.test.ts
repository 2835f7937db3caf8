import { expect, test } from 'vitest';
import { encodeSequence } from '../../src/asn1/encode.js';
import { certifiesHost } from '../../src/crypto/host-name.js';
import { leafOf, party } from '../x509/certificate-maker.js';

const { der } = leafOf(party('CA'), { host: 'mail.example.com' });

test.each([
  ['mail.example.com', true],
  ['mail.example.com.', true],
  ['www.example.com', false],
  ['10.0.0.1', false],
  ['::1', false],
])('a certificate for mail.example.com is for %s: %s', (name, expected) => {
  expect(certifiesHost(der, name)).toBe(expected);
});

// Found by fuzzing: what this library can read and OpenSSL cannot made `verify` fail with OpenSSL's error.
test.each([
  ['nothing', new Uint8Array()],
  ['no certificate', encodeSequence()],
  ['a certificate cut off', der.subarray(0, -1)],
])('%s is for no host', (_, bytes) => {
  expect(certifiesHost(bytes, 'mail.example.com')).toBe(false);
});
