import { describe, expect, test } from 'vitest';
import { beforeProtection, protects, readRestrictions } from '../../../src/postfix/configuration/restrictions.js';
import { ServiceParameters } from '../../../src/postfix/configuration/service-parameters.js';

test('restrictions: classes, tables, groups, warnings, and classes within themselves', () => {
  const main = new Map([
    ['smtpd_restriction_classes', 'ours'],
    ['ours', 'warn_if_reject reject_x, ours, PERMIT_MYNETWORKS'],
    ['smtpd_sender_restrictions', 'hash:/a, ours, check_client_access hash:/b, { check_helo_access hash:/c, reject }'],
  ]);
  const list = readRestrictions(new ServiceParameters(main, new Map(), new Map()), 'smtpd_sender_restrictions');
  const shown = list.map(({ name, argument, onlyWarns }) => `${onlyWarns ? '?' : ''}${name} ${argument ?? ''}`.trim());
  expect(shown[0]).toBe('check_sender_access hash:/a');
  expect(shown[1]).toBe('?reject_x');
  expect(shown.slice(-4)).toEqual([
    'permit_mynetworks',
    'check_client_access hash:/b',
    'check_helo_access hash:/c',
    'reject',
  ]);
});

test('warn_if_reject applies to a whole class or group, and to nothing after it', () => {
  const main = new Map([
    ['smtpd_restriction_classes', 'ours'],
    ['ours', 'reject_x, reject_y'],
    ['smtpd_sender_restrictions', 'warn_if_reject ours, reject_z, warn_if_reject { reject_a, reject_b }, reject'],
  ]);
  const list = readRestrictions(new ServiceParameters(main, new Map(), new Map()), 'smtpd_sender_restrictions');
  expect(list.map(({ name, onlyWarns }) => `${onlyWarns ? '?' : ''}${name}`)).toEqual([
    '?reject_x',
    '?reject_y',
    'reject_z',
    '?reject_a',
    '?reject_b',
    'reject',
  ]);
});

describe('restrictions', () => {
  const read = (value: string, parameter = 'smtpd_relay_restrictions', more: Readonly<Record<string, string>> = {}) => {
    const main = new Map(Object.entries({ ...more, [parameter]: value }));
    const list = readRestrictions(new ServiceParameters(main, new Map(), new Map()), parameter);
    return list.map(
      ({ name, argument, onlyWarns }) =>
        `${onlyWarns ? '?' : ''}${name}${argument === undefined ? '' : `(${argument})`}`,
    );
  };

  // postconf(5): those of client, helo, sender, recipient and data lists that have an argument.
  test.each([
    ...['check_client_access', 'check_helo_a_access', 'check_recipient_ns_access', 'check_policy_service'],
    ...['reject_rbl_client', 'reject_rhsbl_sender', 'permit_dnswl_client', 'permit_rhswl_client', 'sleep'],
    'reject_maps_rbl_domain',
  ])('%s has an argument', (name) => expect(read(`${name} x, permit`)).toEqual([`${name}(x)`, 'permit']));

  test.each([
    'reject',
    'permit_mynetworks',
    'reject_unknown_client_hostname',
    'defer_if_permit',
    'xcheck_a',
    'reject_rbl_clients',
  ])('%s has none', (name) => expect(read(`${name} permit`)).toEqual([name, 'permit']));

  test('the last word may lack its argument', () =>
    expect(read('check_client_access')).toEqual(['check_client_access']));

  test.each([
    ['smtpd_relay_restrictions', 'check_recipient_access'],
    ['smtpd_recipient_restrictions', 'check_recipient_access'],
    ['smtpd_client_restrictions', 'check_client_access'],
    ['smtpd_helo_restrictions', 'check_helo_access'],
    ['smtpd_data_restrictions', 'check_data_access'],
  ])('a table in %s implies %s', (parameter, check) => {
    expect(read('hash:/a, permit', parameter)).toEqual([`${check}(hash:/a)`, 'permit']);
  });

  test('warn_if_reject holds for one restriction, and for the next in a group too', () => {
    expect(read('warn_if_reject reject_a, reject_b')).toEqual(['?reject_a', 'reject_b']);
    expect(read('warn_if_reject hash:/a, reject')).toEqual(['?check_recipient_access(hash:/a)', 'reject']);
    expect(read('warn_if_reject check_x y, reject')).toEqual(['?check_x(y)', 'reject']);
  });

  test('a class within itself is read ten times', () => {
    const more = { smtpd_restriction_classes: 'ours', ours: 'permit_x, ours' };
    expect(read('ours', 'smtpd_relay_restrictions', more)).toEqual([...Array(10).fill('permit_x'), 'ours']);
  });

  test('names of classes keep their case', () => {
    const more = { smtpd_restriction_classes: 'Ours', Ours: 'permit_x' };
    expect(read('Ours, ours', 'smtpd_relay_restrictions', more)).toEqual(['permit_x', 'ours']);
  });

  test('ten thousand words are read', () => {
    expect(read('reject '.repeat(10_001))).toHaveLength(10_000);
    expect(read('reject '.repeat(10_000))).toHaveLength(10_000);
  });

  test.each([
    ...['reject_unauth_destination', 'defer_unauth_destination', 'reject', 'defer', 'defer_if_permit'],
    'check_relay_domains',
  ])('%s protects, unless it only warns', (name) => {
    expect([protects({ name, onlyWarns: false }), protects({ name, onlyWarns: true })]).toEqual([true, false]);
  });

  test('others do not protect', () => {
    const others = ['permit', 'reject_unlisted_recipient', 'check_recipient_access', 'reject_unverified_recipient'];
    expect(others.filter((name) => protects({ name, onlyWarns: false }))).toEqual([]);
  });

  test('what is before the protection', () => {
    const list = ['permit_a', 'reject', 'permit_b', 'defer'].map((name) => ({ name, onlyWarns: false }));
    expect(beforeProtection(list)).toEqual(list.slice(0, 1));
    expect(beforeProtection(list.slice(2, 3))).toEqual(list.slice(2, 3));
    expect(beforeProtection(list.slice(1))).toEqual([]);
  });
});

test.each([
  ['a brace in a word that never closes', 'x{y z'],
  ['a table with one', 'inline:{ a b'],
  ['braces in braces, far too deep', `${'{ '.repeat(20_000)}reject${' }'.repeat(20_000)}`],
])('restrictions are read to their end with %s', (_, text) => {
  const main = new Map([['smtpd_sender_restrictions', `permit_mynetworks ${text}`]]);
  const [first] = readRestrictions(new ServiceParameters(main, new Map(), new Map()), 'smtpd_sender_restrictions');
  expect(first?.name).toBe('permit_mynetworks');
});
