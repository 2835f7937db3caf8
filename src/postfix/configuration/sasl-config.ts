/** Cyrus SASL's `smtpd.conf` (its options are documented under "Options for Cyrus SASL"): `name: value`, comments by lines. */
export type SaslConfig = ReadonlyMap<string, string>;

export function parseSaslConfig(text: string): SaslConfig {
  const options = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([A-Za-z0-9_]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) options.set(name.toLowerCase(), value);
  }
  return options;
}

/** The first method of pwcheck_method. The default is `auxprop`: Cyrus SASL reads the passwords from a database. */
export function passwordChecker(config: SaslConfig): string {
  return (config.get('pwcheck_method') ?? 'auxprop').split(/\s+/)[0]?.toLowerCase() ?? 'auxprop';
}

/** The mechanisms of mech_list in capitals; undefined if it is missing or empty, which means all installed mechanisms. */
export function mechanisms(config: SaslConfig): string[] | undefined {
  const names = (config.get('mech_list') ?? '').toUpperCase().split(/[\s,]+/);
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? undefined : given;
}

/** Whether passwords are read from sasldb, Cyrus SASL's database. auxprop_plugin selects other plugins. */
export function usesSasldb(config: SaslConfig): boolean {
  const plugins = config
    .get('auxprop_plugin')
    ?.toLowerCase()
    .split(/[\s,]+/);
  return passwordChecker(config) === 'auxprop' && (plugins === undefined || plugins.includes('sasldb'));
}
