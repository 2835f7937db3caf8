import { existsSync } from 'node:fs';

/** libsasl2's own search path, as distributions build it. */
const libraryPlaces = ['/usr/lib/sasl2', '/usr/lib64/sasl2', '/etc/sasl2', '/usr/local/lib/sasl2'];

/**
 * Folders in which this Postfix looks for smtpd.conf. Debian's and Ubuntu's has a search path of its own, and ignores
 * cyrus_sasl_config_path; others go by that (since 2.5), or leave it to the library.
 */
export function saslConfigPlaces(configDirectory: string, configuredPath: string): string[] {
  if (existsSync('/etc/debian_version')) return [`${configDirectory}/sasl`, '/usr/lib/sasl'];
  const configured = configuredPath.split(':').filter((folder) => folder !== '');
  return configured.length > 0 ? configured : libraryPlaces;
}

/** An smtpd.conf in a folder that people put it into, but this build does not read. */
export function findStrayed(
  name: string,
  configDirectory: string,
  configuredPath: string,
  read: readonly string[],
): string | undefined {
  const others = [
    ...configuredPath.split(':').filter((folder) => folder !== ''),
    ...libraryPlaces,
    `${configDirectory}/sasl`,
    '/usr/lib/sasl',
    configDirectory,
  ];
  return others
    .filter((folder) => !read.includes(folder))
    .map((folder) => `${folder}/${name}.conf`)
    .find((path) => existsSync(path));
}
