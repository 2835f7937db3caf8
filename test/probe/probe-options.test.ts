import { describe, expect, test } from 'vitest';
import { checkProbeCall, type ProbeOptions } from '../../src/probe/probe-options.js';
import type { ServerAddress } from '../../src/probe/server-address.js';

const server = { host: 'mail.example.com', port: 587 };
const options = { now: new Date(0), implicitTls: false, trustAnchors: [], timeout: 30 };
const check = (address: unknown, given: unknown) => () =>
  checkProbeCall(address as ServerAddress, given as ProbeOptions);

describe('arguments that are accepted', () => {
  test.each([
    {},
    { timeout: 0.001 },
    { timeout: 3_600 },
    { hostname: 'a', expected: [], relay: { from: 'a', to: 'b' }, clientCertificate: new Uint8Array(), days: 5 },
  ])('%j', (more) => expect(check(server, { ...options, ...more })).not.toThrow());

  test.each([1, 65_535])('port %i', (port) => expect(check({ ...server, port }, options)).not.toThrow());
});

describe('arguments that are refused, by their names', () => {
  test.each([0, 65_536, '25', undefined])('port %j', (port) =>
    expect(check({ ...server, port }, options)).toThrow(
      /^probeServer: address must be an object such as \{ host: 'mail\.example\.com', port: 587 \}/,
    ),
  );
  test.each([{ ...server, host: 5 }, 'mail', undefined])('address %j', (address) =>
    expect(check(address, options)).toThrow(/^probeServer: address must be an object/),
  );

  test.each(['now', 'implicitTls', 'trustAnchors', 'timeout'])('%s may not be left out', (name) => {
    expect(check(server, { ...options, [name]: undefined })).toThrow(new RegExp(`^probeServer: ${name} must be `));
    expect(check(server, Object.fromEntries(Object.entries(options).filter(([key]) => key !== name)))).toThrow(
      TypeError,
    );
  });

  test.each([
    ['now', '2026-01-01'],
    ['implicitTls', 'yes'],
    ['hostname', 5],
    ['trustAnchors', 5],
    ['expected', 'PEM'],
    ['relay', 'a@example.com'],
    ['relay', { from: 'a' }],
    ['relay', { to: 'a' }],
    ['clientCertificate', 'PEM'],
    ['days', '5'],
    ['timeout', 0],
    ['timeout', 0.000_9],
    ['timeout', 3_600.1],
  ])('%s: %j', (name, value) => {
    expect(check(server, { ...options, [name]: value })).toThrow(new RegExp(`^probeServer: ${name} must be `));
  });

  test('an option that does not exist', () =>
    expect(check(server, { ...options, host: 'a' })).toThrow(/no option "host"/));
});
