import { describe, expect, test } from 'vitest';
import { isHostName } from '../../../src/postfix/rules/server-host-name.js';
import type { Change } from '../sound-installation.js';
import { accepted, refused } from './host-names.js';
import { describeRules } from './rule-table.js';

// test/peers compares these with Postfix itself.
describe('Postfix starts', () => {
  test.each(accepted)('with the host name %s', (name) => expect(isHostName(name)).toBe(true));
  test.each(refused)('not with the host name %s', (name) => expect(isHostName(name)).toBe(false));
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
