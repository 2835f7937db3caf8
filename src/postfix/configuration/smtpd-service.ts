import type { Severity } from '../../warnings.js';
import type { Finding, Fix } from '../finding.js';
import type { PostfixFile } from '../installation/installation.js';
import { type MasterService, serviceName } from './master-service.js';
import type { SaslConfig } from './sasl-config.js';
import type { Settings } from './settings.js';
import type { Site } from './site.js';
import type { PostfixVersion } from './version.js';

/** Whether and how a service speaks TLS. */
export type TlsLevel = 'none' | 'may' | 'encrypt' | 'wrapper';

/** The smtpd services of an installation, in the order of master.cf. */
export function smtpdServices(site: Site): SmtpdService[] {
  const services: SmtpdService[] = [];
  for (const master of site.services)
    if (master.command === 'smtpd') services.push(new SmtpdService(site, master, services));
  return services;
}

/** One smtpd of master.cf with the parameters it sees; what the rules are asked about. */
export class SmtpdService {
  readonly name: string;
  readonly settings: Settings;

  constructor(
    readonly site: Site,
    readonly master: MasterService,
    /** Every smtpd of the installation, this one included. */
    readonly siblings: readonly SmtpdService[],
  ) {
    this.name = serviceName(master);
    this.settings = site.settingsWith(master.overrides);
  }

  get tlsLevel(): TlsLevel {
    return tlsLevelOf(this.settings, this.site.version);
  }

  /** What the level would be without `-o`. */
  get levelInMain(): TlsLevel {
    return tlsLevelOf(this.site.main, this.site.version);
  }

  get speaksTls(): boolean {
    return this.tlsLevel !== 'none';
  }

  get offersAuth(): boolean {
    return this.settings.isYes('smtpd_sasl_auth_enable');
  }

  /** Before 2.3 there was nothing but Cyrus. */
  get saslType(): string {
    return this.site.version.isAtLeast(2, 3) ? this.settings.value('smtpd_sasl_type').toLowerCase() : 'cyrus';
  }

  get saslConfig(): SaslConfig | undefined {
    return this.saslType === 'cyrus' ? this.site.saslConfig : undefined;
  }

  /** master(5): the default was yes before 3.0, and since then is yes only for a compatibility level below 1. */
  get isChrooted(): boolean {
    const { chroot } = this.master;
    if (chroot !== '-') return chroot === 'y';
    if (!this.site.version.isAtLeast(3, 0)) return true;
    return (Number.parseInt(this.settings.value('compatibility_level'), 10) || 0) < 1;
  }

  /** The port or its name in /etc/services: `25`, `smtp`, `submission`. */
  get port(): string {
    return this.master.name.replace(/^.*:/, '');
  }

  /** smtpd relays for whoever may; what lists decide about that. Before 2.10 there was only one. */
  get relayLists(): string[] {
    return this.site.version.isAtLeast(2, 10)
      ? ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions']
      : ['smtpd_recipient_restrictions'];
  }

  file(path: string): PostfixFile | undefined {
    return this.site.installation.file(path);
  }

  /** The line that sets a parameter where this service takes it from. */
  set(parameter: string, value: string): Fix {
    if (this.settings.source(parameter) !== 'override') return { fix: line(parameter, value), place: 'main.cf' };
    return this.override(parameter, value);
  }

  /** The line that sets a parameter for this service alone. */
  override(parameter: string, value: string): Fix {
    // postconf -P came with 2.11.
    if (!this.site.version.isAtLeast(2, 11))
      return { fix: `  -o ${parameter}=${value.replaceAll(/,\s*/g, ',')}`, place: 'master.cf' };
    return this.site.shell(`postconf -P '${this.name}/${line(parameter, value)}'`);
  }

  /** Takes away what `-o` sets. */
  withoutOverride(parameter: string): Fix {
    if (!this.site.version.isAtLeast(2, 11)) return this.override(parameter, this.site.main.value(parameter));
    return this.site.shell(`postconf -PX '${this.name}/${parameter}'`);
  }

  found(rule: string, severity: Severity, parameter: string | undefined, message: string, fix: Fix): Finding {
    return { rule, severity, service: this.name, ...(parameter !== undefined && { parameter }), message, ...fix };
  }
}

/** postconf(5), smtpd_tls_security_level: it overrides the older parameters, and wrappermode overrides it. */
function tlsLevelOf(settings: Settings, version: PostfixVersion): TlsLevel {
  if (settings.isYes('smtpd_tls_wrappermode')) return 'wrapper';
  const level = version.isAtLeast(2, 3) ? settings.value('smtpd_tls_security_level').toLowerCase() : '';
  if (level === 'none' || level === 'may') return level;
  // Levels made for clients count as `encrypt` (note 1 there).
  if (level !== '') return 'encrypt';
  if (settings.isYes('smtpd_enforce_tls')) return 'encrypt';
  return settings.isYes('smtpd_use_tls') ? 'may' : 'none';
}

function line(parameter: string, value: string): string {
  return `${parameter} = ${value}`.trim();
}
