import { describe, expect, test } from 'vitest';
import {
  effectiveServices,
  parseMasterServices,
  repeatedServices,
} from '../../../src/postfix/configuration/master-cf.js';

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

describe('services of master.cf', () => {
  const read = (master: string, overrides = '') =>
    parseMasterServices(master, overrides).map(({ name, type, command, flags, overrides: own }) =>
      [`${name}/${type}`, command, ...flags, ...[...own].map((entry) => entry.join('='))].join(' '),
    );

  test('of a UNIX socket with a path', () => {
    expect(read('unix:/run/x unix - - n - - smtpd\n', 'unix:/run/x/unix/a = 1\nx-y/unix-dgram/a = 2\n')).toEqual([
      'unix:/run/x/unix smtpd a=1',
    ]);
  });

  test('postconf -P adds to the options, and goes before them', () => {
    expect(
      read('a inet n - n - - smtpd -o x=1 -o y=2\nb inet n - n - - smtpd\n', 'a/inet/x = 3\na/inet/z =\n'),
    ).toEqual(['a/inet smtpd x=3 y=2 z=', 'b/inet smtpd']);
  });

  test('of which there are two, postconf -P does not tell which it is about', () => {
    const master = 'a inet n - n - - smtpd -o x=1\nb inet n - n - - smtpd\na inet n - n - - smtpd -o x=2\n';
    expect(read(master, 'a/inet/x = 3\nb/inet/x = 4\n')).toEqual([
      'a/inet smtpd x=1',
      'b/inet smtpd x=4',
      'a/inet smtpd x=2',
    ]);
    const services = parseMasterServices(master, '');
    expect(repeatedServices(services)).toEqual(['a/inet']);
    expect(effectiveServices(services).map(({ overrides }) => overrides.get('x'))).toEqual(['2', undefined]);
    expect(repeatedServices(parseMasterServices('a inet n - n - - smtpd\na unix n - n - - smtpd\n', ''))).toEqual([]);
  });

  test('options that are cut, or that name nothing', () => {
    expect(read('a inet n - n - - smtpd -v -o\n')).toEqual(['a/inet smtpd -v']);
    expect(read('a inet n - n - - smtpd -o =1 -o b -oc -v\n')).toEqual(['a/inet smtpd -oc -v']);
    expect(read('a inet n - n - - smtpd -o x=a=b\n')).toEqual(['a/inet smtpd x=a=b']);
    expect(read('a inet n - n -\nb inet n - n - -\n')).toEqual([]);
  });
});
