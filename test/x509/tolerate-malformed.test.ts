import { expect, test } from 'vitest';
import { LimitExceededError, MalformedError, StoreMalformedError } from '../../src/errors.js';
import { examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { ifReadable, readable } from '../../src/x509/tolerate-malformed.js';
import { certify, extension, leafOf, now, party, root } from './certificate-maker.js';

const throwing = (error: Error) => () => {
  throw error;
};

test.each([
  ['malformed bytes', new MalformedError('a', 'b', 1), 'a: b (at byte 1)'],
  ['a malformed keystore', new StoreMalformedError('a', 'b', 1), 'a: b (at byte 1)'],
  ['nesting beyond the limit', new LimitExceededError('asn1Depth', 2, 1, 'a'), 'a: asn1Depth 2 is over the limit of 1'],
])('%s are a problem of the certificate', (_, error, message) => {
  expect(readable(throwing(error))).toBe(`cannot be read: ${message}`);
  expect(ifReadable(throwing(error))).toBeUndefined();
});

test.each([
  ['work beyond a limit', new LimitExceededError('pathNodes', 2, 1)],
  ['a fault of the program', new TypeError('x')],
])('%s ends the search', (_, error) => {
  expect(() => readable(throwing(error))).toThrow(error);
  expect(() => ifReadable(throwing(error))).toThrow(error);
});

test('what can be read is returned', () => {
  expect([readable(() => 'x'), readable(() => undefined)]).toEqual(['x', undefined]);
  expect([ifReadable(() => 0), ifReadable(() => undefined)]).toEqual([0, undefined]);
});

test('a certificate whose extension is nested too deeply does not end the search for another one', () => {
  const [top, ca] = [party('Top'), party('CA')];
  const deep = Uint8Array.from([...Array(200).fill([0x30, 0x80]).flat(), ...Array(400).fill(0)]);
  const bad = certify(ca, top, { extensions: [extension('2.5.29.19', deep)], to: '2031-01-01' });
  const good = certify(ca, top);
  const leaf = leafOf(ca);
  const { certificates, rejected } = examineCertificationPath(leaf, {
    now,
    candidates: [bad, good],
    trustAnchors: [root(top)],
  });
  expect(certificates).toEqual([leaf, good]);
  expect(rejected).toEqual([
    { certificate: bad, reason: expect.stringMatching(/^cannot be read: basicConstraints: /) },
  ]);
});
