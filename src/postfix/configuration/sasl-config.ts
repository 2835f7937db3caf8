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

/** Who checks passwords: `auxprop` (a database the library reads itself) unless said otherwise; the first one of a list. */
export function passwordChecker(config: SaslConfig): string {
  return (config.get('pwcheck_method') ?? 'auxprop').split(/\s+/)[0]?.toLowerCase() ?? 'auxprop';
}

/** Mechanisms in capitals; undefined if the list is left out or empty, which offers every one that is installed. */
export function mechanisms(config: SaslConfig): string[] | undefined {
  const names = (config.get('mech_list') ?? '').toUpperCase().split(/[\s,]+/);
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? undefined : given;
}

/** Whether passwords are in Cyrus SASL's own database: it is among the plugins of auxprop unless others are named. */
export function usesSasldb(config: SaslConfig): boolean {
  const plugins = config
    .get('auxprop_plugin')
    ?.toLowerCase()
    .split(/[\s,]+/);
  return passwordChecker(config) === 'auxprop' && (plugins === undefined || plugins.includes('sasldb'));
}
