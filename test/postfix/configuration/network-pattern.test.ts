import { describe, expect, test } from 'vitest';
import { patternProblem } from '../../../src/postfix/configuration/network-pattern.js';

// What smtpd 3.7.11 did with mynetworks: "Temporary lookup failure", a fatal error, or a decision.
describe('entries of mynetworks', () => {
  test.each([
    ['127/8', '127.0.0.0/8'],
    ['127.0.0/24', '127.0.0.0/24'],
    ['0/0', '0.0.0.0/0'],
    ['127.0.0.1/24', '127.0.0.0/24'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['127.1/24', '127.1.0.0/24'],
    ['10.1.2/8', undefined],
    ['127.0.0.0/33', undefined],
    ['10.0.0.0/255.0.0.0', undefined],
    ['10.0.0.0/', undefined],
    ['[fe80::1]/10', undefined],
    ['[fe80::]/129', undefined],
  ])('%s makes lookups fail; meant: %s', (pattern, meant) => {
    const problem = patternProblem(pattern);
    expect([problem?.effect, problem?.meant]).toEqual(['defers', meant]);
  });

  test.each([
    ['::1/128', '[::1]/128'],
    ['2001:db8::/32', '[2001:db8::]/32'],
    ['::1', '[::1]'],
    ['2001:db8::1/32', undefined],
    // No form of these is an address.
    ['1::2::3', undefined],
    ['::1/129', undefined],
  ])('%s stops smtpd; meant: %s', (pattern, meant) => {
    const problem = patternProblem(pattern);
    expect([problem?.effect, problem?.meant]).toEqual(['stops', meant]);
  });

  test.each([
    ...['127.0.0.0/8', '0.0.0.0/0', '192.0.2.1', '192.0.2.1/32', '[::1]/128', '[fe80::]/10', '[::1]', '[192.0.2.0]/24'],
    ...[
      '[::ffff:127.0.0.0]/104',
      'host.example.com',
      '127',
      '10.0.0.300',
      'hash:/etc/postfix/x',
      'cdb:/a',
      '/etc/x',
      '',
    ],
  ])('%s can be used', (pattern) => expect(patternProblem(pattern)).toBeUndefined());
});
