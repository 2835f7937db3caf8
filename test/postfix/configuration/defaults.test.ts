import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { usableCertificates } from '../../../src/postfix/configuration/cipher-list.js';
import { defaultParameters, knownParameters } from '../../../src/postfix/configuration/defaults.js';
import { parseParameters } from '../../../src/postfix/configuration/main-cf.js';
import { PostfixVersion } from '../../../src/postfix/configuration/version.js';

const defaults = (version: string) => Object.fromEntries(defaultParameters(PostfixVersion.parse(version)));
/** `postconf -d` of Debian 13's Postfix 3.10.13. */
const printed = parseParameters(readFileSync(new URL('../recorded/debian-13/postconf-d.txt', import.meta.url), 'utf8'));

describe('the defaults of Postfix 3.10', () => {
  const ours = Object.entries(defaults('3.10.13'));
  /** One depends on the system: Debian's has NIS too. The other was renamed in 2.3. */
  const differing = ['alias_maps', 'smtpd_sasl_application_name'];
  const lists = ours.filter(([name]) => name.endsWith('_cipherlist'));

  test('are those that postconf -d prints', () => {
    const compared = ours.filter((each) => !differing.includes(each[0]) && !lists.includes(each));
    expect(Object.fromEntries(compared)).toEqual(
      Object.fromEntries(compared.map(([name]) => [name, printed.get(name)])),
    );
    expect(compared.length).toBe(33);
  });

  test.each(lists.filter(([name]) => /high|medium/.test(name)))(
    '%s allows the certificates of the one there',
    (name, list) => {
      expect([...usableCertificates(list, [])].sort()).toEqual(
        [...usableCertificates(printed.get(name) ?? '', [])].sort(),
      );
    },
  );

  test('names are those that it knows', () => {
    const ofMachine = ['mydomain', 'myhostname', 'mynetworks'];
    expect(knownParameters.filter((name) => !printed.has(name)).sort()).toEqual(
      [...ofMachine, 'smtpd_sasl_application_name'].sort(),
    );
    expect(new Set(knownParameters).size).toBe(knownParameters.length);
  });
});

const relayList = 'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination';
const byLevel = (less: string) => ({
  smtpd_relay_restrictions: `\${{$compatibility_level} ${less} {1} ? {} : {${relayList}}}`,
  mynetworks_style: `\${{$compatibility_level} ${less} {2} ? {subnet} : {host}}`,
  relay_domains: `\${{$compatibility_level} ${less} {2} ? {$mydestination} : {}}`,
});
const old = { mynetworks_style: 'subnet', relay_domains: '$mydestination', smtpd_tls_fingerprint_digest: 'md5' };
const changing = [...Object.keys(old), 'smtpd_recipient_restrictions', 'smtpd_relay_restrictions'];

/** COMPATIBILITY_README and the release notes of 2.10, 3.0 and 3.6. */
describe('defaults that have changed', () => {
  const ofOldest = { ...old, smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination' };
  test.each<[string, object]>([
    ['2.2.0', ofOldest],
    ['2.9.15', ofOldest],
    ['2.10.0', { ...old, smtpd_relay_restrictions: relayList }],
    ['2.11.11', { ...old, smtpd_relay_restrictions: relayList }],
    ['3.0.0', { ...byLevel('<'), smtpd_tls_fingerprint_digest: 'md5' }],
    ['3.5.25', { ...byLevel('<'), smtpd_tls_fingerprint_digest: 'md5' }],
    [
      '3.6.0',
      {
        ...byLevel('<level'),
        smtpd_tls_fingerprint_digest: `\${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}`,
      },
    ],
  ])('%s', (version, expected) => {
    const found = Object.entries(defaults(version)).filter(([name]) => changing.includes(name));
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});
