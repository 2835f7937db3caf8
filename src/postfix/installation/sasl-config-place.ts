import { existsSync } from 'node:fs';
import { PostfixVersion } from '../configuration/version.js';
import type { Platform } from './installation.js';

/** libsasl2's own search path: its configuration directories and its plugin directory, as distributions build them. */
const libraryPlaces: Readonly<Record<Platform | 'other', readonly string[]>> = {
  debian: [
    '/etc/sasl2',
    '/etc/sasl',
    '/usr/lib/x86_64-linux-gnu/sasl2',
    '/usr/lib/aarch64-linux-gnu/sasl2',
    '/usr/lib/sasl2',
    '/usr/lib/sasl',
  ],
  redhat: ['/etc/sasl2', '/usr/lib64/sasl2', '/usr/lib/sasl2'],
  freebsd: ['/usr/local/lib/sasl2', '/usr/local/etc/sasl2'],
  alpine: ['/usr/lib/sasl2', '/etc/sasl2'],
  other: ['/usr/lib/sasl2', '/usr/lib64/sasl2', '/etc/sasl2', '/usr/local/lib/sasl2'],
};

/** What decides where a Postfix looks for smtpd.conf. */
export interface SaslSearch {
  readonly platform: Platform | undefined;
  readonly mailVersion: string;
  readonly configDirectory: string;
  /** cyrus_sasl_config_path (since 2.5), expanded. */
  readonly configuredPath: string;
}

/**
 * Directories in which this Postfix looks for smtpd.conf. Debian's and Ubuntu's had a search path of its own and ignored
 * cyrus_sasl_config_path until 3.9; others go by that parameter, or leave it to the library.
 */
export function saslConfigPlaces({
  platform,
  mailVersion,
  configDirectory,
  configuredPath,
}: SaslSearch): readonly string[] {
  if (platform === 'debian' && !PostfixVersion.parse(mailVersion).isAtLeast(3, 9))
    return [`${configDirectory}/sasl`, '/usr/lib/sasl'];
  const configured = configuredPath.split(':').filter((directory) => directory !== '');
  return configured.length > 0 ? configured : libraryPlaces[platform ?? 'other'];
}

/** An smtpd.conf in a directory that administrators put it into, but this build does not read. */
export function findStrayed(name: string, search: SaslSearch): string | undefined {
  const read = saslConfigPlaces(search);
  const others = [
    ...search.configuredPath.split(':').filter((directory) => directory !== ''),
    ...Object.values(libraryPlaces).flat(),
    `${search.configDirectory}/sasl`,
    search.configDirectory,
  ];
  return [...new Set(others)]
    .filter((directory) => !read.includes(directory))
    .map((directory) => `${directory}/${name}.conf`)
    .find((path) => existsSync(path));
}
