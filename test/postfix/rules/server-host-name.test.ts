import { describe, expect, test } from 'vitest';
import { isHostName } from '../../../src/postfix/rules/server-host-name.js';
import type { Change } from '../sound-installation.js';
import { describeRules } from './rule-table.js';

const label = 'a'.repeat(63);

// What smtpd 3.7.11 did with each: it sent its greeting, or stopped.
describe('Postfix starts', () => {
  test.each([
    'mail.example.com',
    'localhost',
    'ma-il.example.com',
    'mail_1.example.com',
    '_',
    'mail.123',
    '1-2.3',
    '1_2.3',
    `${label}.example.com`,
    [label, label, label, label].join('.'),
  ])('with the host name %s', (name) => expect(isHostName(name)).toBe(true));

  test.each([
    '.example.com',
    'mail.example.com.',
    'a..b.example.com',
    '.',
    '-mail.example.com',
    'mail-.example.com',
    'mail.-x.com',
    '192.0.2.1',
    '12',
    '[192.0.2.1]',
    '2001:db8::1',
    'mail.example.com:25',
    'mail example.com',
    'mail.example.com, mx.example.com',
    'm\u00e4il.example.com',
    '$x.example.com',
    `${label}a.example.com`,
    [label, label, label, label, 'b'].join('.'),
  ])('not with the host name %s', (name) => expect(isHostName(name)).toBe(false));
});

const host = (myhostname: string): Change => ({ main: { myhostname } });
const found = ['T14 error myhostname'];
describeRules('the name of the host', [
  ['from a parameter that is not set', host('$undefined.example.com'), found],
  ['from a parameter that is set', { main: { myhostname: 'mail.$site', site: 'example.com' } }, []],
  ['of another domain, beginning with a dot', host('.example.net'), found],
  ['from a reference without its end', host('$' + '{mail.example.com'), found],
  ['with a comment', host('mail.example.com # ours'), ['T02 error myhostname']],
  ['that is unknown', host(''), []],
]);
