import { expect, test } from 'vitest';
import {
  otherSaslConfigPlaces,
  type SaslSearch,
  saslConfigPlaces,
} from '../../../src/postfix/installation/sasl-config-place.js';

const search: SaslSearch = {
  platform: undefined,
  mailVersion: '3.10.0',
  configDirectory: '/etc/postfix',
  configuredPath: '',
};
const others = ['/usr/lib/sasl2', '/usr/lib64/sasl2', '/etc/sasl2', '/usr/local/lib/sasl2'];

/** SASL_README, "Cyrus SASL configuration file location". */
test.each<[string, Partial<SaslSearch>, readonly string[]]>([
  ['an unknown platform', {}, others],
  ['Red Hat', { platform: 'redhat' }, ['/etc/sasl2', '/usr/lib64/sasl2', '/usr/lib/sasl2']],
  ['FreeBSD', { platform: 'freebsd' }, ['/usr/local/lib/sasl2', '/usr/local/etc/sasl2']],
  ['Alpine', { platform: 'alpine' }, ['/usr/lib/sasl2', '/etc/sasl2']],
  [
    'Debian',
    { platform: 'debian' },
    [
      '/etc/sasl2',
      '/etc/sasl',
      '/usr/lib/x86_64-linux-gnu/sasl2',
      '/usr/lib/aarch64-linux-gnu/sasl2',
      '/usr/lib/sasl2',
      '/usr/lib/sasl',
    ],
  ],
  ['Debian before 3.9', { platform: 'debian', mailVersion: '3.8.6' }, ['/etc/postfix/sasl', '/usr/lib/sasl']],
  [
    'Debian before 3.9, which ignores a configured path',
    { platform: 'debian', mailVersion: '3.8.6', configuredPath: '/srv' },
    ['/etc/postfix/sasl', '/usr/lib/sasl'],
  ],
  ['another platform before 3.9', { mailVersion: '3.8.6' }, others],
  ['a configured path', { platform: 'debian', configuredPath: ':/srv/a::/srv/b' }, ['/srv/a', '/srv/b']],
  [
    'a configured path without directories',
    { platform: 'alpine', configuredPath: '::' },
    ['/usr/lib/sasl2', '/etc/sasl2'],
  ],
])('smtpd.conf is searched for in the directories of %s', (_, change, expected) => {
  expect(saslConfigPlaces({ ...search, ...change })).toEqual(expected);
});

const elsewhere = (change: Partial<SaslSearch>) => otherSaslConfigPlaces({ ...search, ...change });

test('the other directories are those of other builds and of Postfix, each once', () => {
  const places = elsewhere({ platform: 'alpine' });
  expect(new Set(places).size).toBe(places.length);
  expect(places).toEqual(expect.arrayContaining(['/usr/lib64/sasl2', '/usr/local/etc/sasl2', '/etc/sasl']));
  expect(places.slice(-2)).toEqual(['/etc/postfix/sasl', '/etc/postfix']);
});

test('the other directories do not include those of this build', () => {
  const places = elsewhere({ platform: 'alpine' });
  expect(places).not.toContain('/usr/lib/sasl2');
  expect(places).not.toContain('/etc/sasl2');
});

test('the other directories begin with a path that this build ignores, and never name the root directory', () => {
  const places = elsewhere({ platform: 'debian', mailVersion: '3.8.6', configuredPath: ':/srv/a:' });
  expect(places[0]).toBe('/srv/a');
  expect(places).not.toContain('');
});
