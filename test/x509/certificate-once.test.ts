import { expect, test, vi } from 'vitest';
import type { ParsedCertificate } from '../../src/x509/parsed-certificate.js';
import { party, root } from './certificate-maker.js';

test('a certificate asks a function once, and each function for itself', () => {
  const certificate = root(party('CN=Root'));
  const length = vi.fn(({ der }: ParsedCertificate) => der.length);
  const nothing = vi.fn(() => undefined);
  for (let time = 0; time < 2; time++) {
    expect(certificate.once(length)).toBe(certificate.der.length);
    expect(certificate.once(nothing)).toBeUndefined();
  }
  expect([length, nothing].map((asked) => asked.mock.calls)).toEqual([[[certificate]], [[certificate]]]);
});

test('a function that throws is asked again', () => {
  const certificate = root(party('CN=Root'));
  const broken = vi.fn((): never => {
    throw new Error('broken');
  });
  for (let time = 0; time < 2; time++) expect(() => certificate.once(broken)).toThrow('broken');
  expect(broken).toHaveBeenCalledTimes(2);
});
