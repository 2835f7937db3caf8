import { PostfixVersion } from '../configuration/version.js';
import type { Platform } from './installation.js';

/** The directories in which the libsasl2 of each platform searches: its configuration directories and its plugin directory. */
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

/** The values that determine where Postfix searches for smtpd.conf. */
export interface SaslSearch {
  readonly platform: Platform | undefined;
  readonly mailVersion: string;
  readonly configDirectory: string;
  /** cyrus_sasl_config_path (since 2.5), expanded. */
  readonly configuredPath: string;
}

/**
 * Returns the directories in which this Postfix searches for smtpd.conf. Before 3.9, the packages of Debian and Ubuntu have a fixed search
 * path and ignore cyrus_sasl_config_path. Other builds use that parameter, or, if it is empty, the search path of libsasl2.
 */
export function saslConfigPlaces(search: SaslSearch): readonly string[] {
  const { platform, mailVersion, configDirectory } = search;
  if (platform === 'debian' && !PostfixVersion.parse(mailVersion).isAtLeast(3, 9))
    return [`${configDirectory}/sasl`, '/usr/lib/sasl'];
  const configured = configuredPlaces(search);
  return configured.length > 0 ? configured : libraryPlaces[platform ?? 'other'];
}

/**
 * Returns directories that may contain an smtpd.conf, but in which this Postfix does not search: those of other builds, and the directory
 * of main.cf.
 */
export function otherSaslConfigPlaces(search: SaslSearch): readonly string[] {
  const read = saslConfigPlaces(search);
  const others = [
    ...configuredPlaces(search),
    ...Object.values(libraryPlaces).flat(),
    `${search.configDirectory}/sasl`,
    search.configDirectory,
  ];
  return [...new Set(others)].filter((directory) => !read.includes(directory));
}

function configuredPlaces({ configuredPath }: SaslSearch): readonly string[] {
  return configuredPath.split(':').filter((directory) => directory !== '');
}
