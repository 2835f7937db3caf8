import { type MasterService, serviceName } from './master-cf.js';
import type { ServiceParameters } from './service-parameters.js';
import type { Site } from './site.js';

/** A client of Postfix that sends mail: smtp or lmtp, with the parameters of main.cf or with those of one service in master.cf. */
export interface SmtpClient {
  readonly site: Site;
  readonly settings: ServiceParameters;
  /** The program, whose parameters have names that begin with `smtp_` or `lmtp_`. */
  readonly program: 'smtp' | 'lmtp';
  /** How messages begin: `name/type: ` for a service in master.cf; empty for main.cf. */
  readonly where: string;
  /** The mail that this client sends, as messages call it. */
  readonly mail: string;
}

/**
 * Returns the clients of an installation: smtp, lmtp if master.cf has such a service, and each service that overrides a parameter on which
 * its TLS depends.
 */
export function smtpClients(site: Site): SmtpClient[] {
  const programs = site.services.some(({ command }) => command === 'lmtp')
    ? (['smtp', 'lmtp'] as const)
    : ['smtp' as const];
  const common = programs.map((program) => ({
    ...{ site, settings: site.main, program, where: '' },
    mail: program === 'smtp' ? 'outgoing mail' : 'mail over LMTP',
  }));
  const own = site.services.flatMap((service): SmtpClient[] => {
    const program = service.command;
    if ((program !== 'smtp' && program !== 'lmtp') || !overridesTls(service)) return [];
    const settings = site.settingsWith(service.overrides);
    return [{ site, settings, program, where: `${serviceName(service)}: `, mail: 'mail of this service' }];
  });
  return [...common, ...own];
}

function overridesTls({ command, overrides }: MasterService): boolean {
  const names = ['use_tls', 'enforce_tls', 'dns_support_level'].map((name) => `${command}_${name}`);
  return [...overrides.keys()].some(
    (name) => name.startsWith(`${command}_tls_`) || names.includes(name) || name === 'tls_append_default_CA',
  );
}

/** A TLS level of a client, and the setting that selects it. */
export interface ClientTlsLevel {
  readonly level: string;
  readonly setting: string;
}

/**
 * Returns the TLS level of a client: that of `…_tls_security_level`, or, if it is empty, the level that the parameters of Postfix before
 * 2.3 select (postconf(5)).
 */
export function clientTlsLevel({ settings, program }: SmtpClient): ClientTlsLevel {
  const level = settings.value(`${program}_tls_security_level`).toLowerCase();
  if (level !== '') return { level, setting: `${program}_tls_security_level = ${level}` };
  if (settings.isYes(`${program}_enforce_tls`)) {
    const isUnverified = settings.value(`${program}_tls_enforce_peername`).toLowerCase() === 'no';
    return { level: isUnverified ? 'encrypt' : 'verify', setting: `${program}_enforce_tls = yes` };
  }
  return { level: settings.isYes(`${program}_use_tls`) ? 'may' : 'none', setting: `${program}_use_tls = yes` };
}
