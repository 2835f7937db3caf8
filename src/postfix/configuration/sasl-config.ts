/**
 * The options in Cyrus SASL's `smtpd.conf` (documented under "Options for Cyrus SASL"). The file has lines of the form `name: value`, and
 * comments on separate lines.
 */
export type SaslConfig = ReadonlyMap<string, string>;

export function parseSaslConfig(text: string): SaslConfig {
  const options = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([A-Za-z0-9_]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) options.set(name.toLowerCase(), value);
  }
  return options;
}

/**
 * Returns the first method of pwcheck_method in lower case. The default is `auxprop`, with which a plugin of Cyrus SASL reads the passwords
 * from a database.
 */
export function passwordChecker(config: SaslConfig): string {
  return (config.get('pwcheck_method') ?? 'auxprop').split(/\s+/)[0]?.toLowerCase() ?? 'auxprop';
}

/** Returns the mechanisms of mech_list in upper case; undefined if it is missing or empty, which means all installed mechanisms. */
export function mechanisms(config: SaslConfig): string[] | undefined {
  const names = (config.get('mech_list') ?? '').toUpperCase().split(/[\s,]+/);
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? undefined : given;
}

/** Checks whether passwords are read from sasldb, Cyrus SASL's own database. auxprop_plugin can select other databases. */
export function usesSasldb(config: SaslConfig): boolean {
  const plugins = config
    .get('auxprop_plugin')
    ?.toLowerCase()
    .split(/[\s,]+/);
  return passwordChecker(config) === 'auxprop' && (plugins === undefined || plugins.includes('sasldb'));
}
