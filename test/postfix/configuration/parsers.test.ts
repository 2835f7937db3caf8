import { describe, expect, test } from 'vitest';
import { contains, isPrivate, type Network, parseNetwork } from '../../../src/postfix/configuration/ip-network.js';
import { inlineComments, parseParameters } from '../../../src/postfix/configuration/main-cf.js';
import { parseMasterServices } from '../../../src/postfix/configuration/master-cf.js';
import { readRestrictions } from '../../../src/postfix/configuration/restrictions.js';
import { mechanisms, parseSaslConfig, passwordChecker } from '../../../src/postfix/configuration/sasl-config.js';
import { ServiceParameters } from '../../../src/postfix/configuration/service-parameters.js';
import { compareLevels, PostfixVersion } from '../../../src/postfix/configuration/version.js';
import { splitList } from '../../../src/postfix/configuration/word-list.js';

test('main.cf: continued lines, comments, the last one counts', () => {
  const text = '# a comment\na = 1\n  2\n# between\n\t3\n\nb=\na = 4 # x\r\nnonsense\n c = 5';
  expect([...parseParameters(text)]).toEqual([
    ['a', '4 # x'],
    ['b', ''],
  ]);
  expect(inlineComments(parseParameters(text))).toEqual([{ name: 'a', value: '4 # x', meant: '4' }]);
});

test('master.cf: overrides in every spelling, and what postconf -P adds', () => {
  const master = [
    'smtp inet n - y - - smtpd',
    '  -o a=1 -o { b = x, y }',
    '# comment',
    '127.0.0.1:465 inet n - - - - smtpd -v -oc=2 -o d = stray',
    'cut inet n',
  ].join('\n');
  const services = parseMasterServices(master, 'smtp/inet/e = $a, $b\n127.0.0.1:465/inet/c = 3\nnonsense\n');
  const shown = services.map(({ name, chroot, overrides, strayArguments }) => [
    name,
    chroot,
    [...overrides],
    strayArguments,
  ]);
  expect(shown).toEqual([
    [
      'smtp',
      'y',
      [
        ['a', '1'],
        ['b', 'x, y'],
        ['e', '$a, $b'],
      ],
      [],
    ],
    ['127.0.0.1:465', '-', [['c', '3']], ['=', 'stray']],
  ]);
});

test.each([
  ['a, b c', ['a', 'b', 'c']],
  ['{a b}, c', ['a b', 'c']],
  ['check_x inline:{ {k = OK} }, reject', ['check_x', 'inline:{ {k = OK} }', 'reject']],
  ['{ { a } b', ['{ a } b']],
  [' ,, ', []],
])('list %j', (text, expected) => expect(splitList(text)).toEqual(expected));

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

test.each([
  ['a brace in a word that never closes', 'x{y z'],
  ['a table with one', 'inline:{ a b'],
  ['braces in braces, far too deep', `${'{ '.repeat(20_000)}reject${' }'.repeat(20_000)}`],
])('restrictions are read to their end with %s', (_, text) => {
  const main = new Map([['smtpd_sender_restrictions', `permit_mynetworks ${text}`]]);
  const [first] = readRestrictions(new ServiceParameters(main, new Map(), new Map()), 'smtpd_sender_restrictions');
  expect(first?.name).toBe('permit_mynetworks');
});

describe('networks', () => {
  const network = (text: string) => parseNetwork(text) as Network;
  test.each([
    ['0.0.0.0/0', 32, 0],
    ['0/0', 32, 0],
    ['127/8', 32, 8],
    ['192.0.2.1', 32, 32],
    ['[::1]/128', 128, 128],
    ['::/0', 128, 0],
    ['[::ffff:127.0.0.0]/104', 32, 8],
    ['[2001:db8::1]', 128, 128],
  ])('%s', (text, bits, prefix) => expect(network(text)).toMatchObject({ bits, prefix }));

  test.each(['', 'example.com', '256.0.0.1', '1.2.3.4/33', '[1:2]', '[::1]/129', '[1::2::3]', 'hash:/x', '1.2.3.4.5'])(
    '%j is not a network',
    (text) => expect(parseNetwork(text)).toBeUndefined(),
  );

  test.each([
    ['10.1.0.0/16', true],
    ['172.31.0.0/16', true],
    ['172.32.0.0/16', false],
    ['100.64.0.0/10', true],
    ['[fd12::]/48', true],
    ['[2001:db8::]/32', false],
    ['0.0.0.0/0', false],
  ])('%s is private: %s', (text, expected) => expect(isPrivate(network(text))).toBe(expected));

  test('one in another', () => {
    expect(contains(network('10.0.0.0/8'), network('10.9.9.9'))).toBe(true);
    expect(contains(network('10.9.9.9'), network('10.0.0.0/8'))).toBe(false);
    expect(contains(network('::/0'), network('10.0.0.0/8'))).toBe(false);
  });
});

test.each([
  ['3.7.11', [3, 7]],
  ['2.10.1', [2, 10]],
  ['3.12-20260401', [3, 12]],
])('version %s', (text, [major, minor]) => expect(PostfixVersion.parse(text)).toMatchObject({ major, minor }));

test('what is no version counts as new; 2.10 is newer than 2.9', () => {
  expect(PostfixVersion.parse('x').isAtLeast(9, 9)).toBe(true);
  expect(PostfixVersion.parse('2.10.0').isAtLeast(2, 9)).toBe(true);
  expect(PostfixVersion.parse('2.9.0').isAtLeast(2, 10)).toBe(false);
  expect(compareLevels('3.10', '3.9')).toBeGreaterThan(0);
  expect(compareLevels('2', '2.0.0')).toBe(0);
});

test('smtpd.conf', () => {
  const config = parseSaslConfig(
    '# mech_list: x\nPwcheck_Method:  saslauthd auxprop \r\nmech_list: plain, LOGIN\nnonsense',
  );
  expect([passwordChecker(config), mechanisms(config)]).toEqual(['saslauthd', ['PLAIN', 'LOGIN']]);
  expect([passwordChecker(new Map()), mechanisms(new Map([['mech_list', ' ']]))]).toEqual(['auxprop', undefined]);
});

test('mydomain follows from myhostname', () => {
  const settings = (host: string) =>
    new ServiceParameters(new Map([['myhostname', host]]), new Map(), new Map()).value('mydomain');
  expect([settings('mail.example.com'), settings('mail'), settings('$x')]).toEqual(['example.com', 'localdomain', '']);
});

test.each([
  ['3.7.11', 3, 7],
  [' 3.12-20260401\n', 3, 12],
  ['10.0', 10, 0],
])('version %j', (text, major, minor) => {
  const version = PostfixVersion.parse(text);
  expect([version.text, version.major, version.minor]).toEqual([text.trim(), major, minor]);
});

test.each(['', '3', 'x.7', '3.x', 'mail 3.7', '99999.1'])(
  'version %j is unreadable, and counts as the newest',
  (text) => {
    const version = PostfixVersion.parse(text);
    expect([version.text, version.isAtLeast(99, 99)]).toEqual([text, true]);
  },
);

test.each([
  ['3.6', '3.6.0', 0],
  ['3.6.1', '3.6', 1],
  ['3.5.9', '3.6', -1],
  ['', '0', 0],
  [' 2 ', '10', -8],
])('level %j beside %j', (a, b, expected) => expect(compareLevels(a, b)).toBe(expected));
