import { existsSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { findStrayed, type SaslSearch, saslConfigPlaces } from '../../../src/postfix/installation/sasl-config-place.js';

vi.mock('node:fs', { spy: true });
afterEach(() => {
  vi.mocked(existsSync).mockReset();
});

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

/** The paths at which a file that is not in the directories of this build is searched for. */
function examined(change: Partial<SaslSearch>): readonly string[] {
  vi.mocked(existsSync).mockReturnValue(false);
  expect(findStrayed('mail', { ...search, ...change })).toBeUndefined();
  return vi.mocked(existsSync).mock.calls.map(([path]) => String(path));
}

test('a file elsewhere is searched for in the directories of other builds and of Postfix, each once', () => {
  const paths = examined({ platform: 'alpine' });
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths).toEqual(expect.arrayContaining(['/usr/lib64/sasl2/mail.conf', '/usr/local/etc/sasl2/mail.conf']));
  expect(paths.slice(-2)).toEqual(['/etc/postfix/sasl/mail.conf', '/etc/postfix/mail.conf']);
});

test('a file elsewhere is not searched for where this build reads it', () => {
  const paths = examined({ platform: 'alpine' });
  expect(paths).not.toContain('/usr/lib/sasl2/mail.conf');
  expect(paths).not.toContain('/etc/sasl2/mail.conf');
});

test('a file elsewhere is searched for in a path that this build ignores, but not in the root directory', () => {
  const paths = examined({ platform: 'debian', mailVersion: '3.8.6', configuredPath: ':/srv/a:' });
  expect(paths[0]).toBe('/srv/a/mail.conf');
  expect(paths).not.toContain('/mail.conf');
});

test('the first file elsewhere is found', () => {
  vi.mocked(existsSync).mockImplementation((path) => String(path).startsWith('/etc/postfix/'));
  expect(findStrayed('mail', search)).toBe('/etc/postfix/sasl/mail.conf');
});
