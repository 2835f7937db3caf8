import type { PostfixFile } from '../installation/installation.js';
import type { Change } from './change.js';
import { parseNetwork } from './ip-network.js';
import { isDisabled, type MasterService, serviceName } from './master-cf.js';
import { readRestrictions } from './restrictions.js';
import type { SaslConfig } from './sasl-config.js';
import type { ServiceParameters } from './service-parameters.js';
import type { SharedSite, Site } from './site.js';
import type { PostfixVersion } from './version.js';

/**
 * The use of TLS by a service. `none`: no TLS; `may`: clients can use STARTTLS; `encrypt`: clients must use STARTTLS; `wrapper`: TLS from
 * the first byte.
 */
export type TlsLevel = 'none' | 'may' | 'encrypt' | 'wrapper';

/** The clients that can use a service: all, only those in mynetworks, or only programs on this machine. */
export type Audience = 'internet' | 'networks' | 'machine';

/**
 * Returns the enabled smtpd services of an installation, in the order of master.cf.
 * @param known returns the existing service for an entry of master.cf; undefined if a new one must be created
 */
export function smtpdServices(
  site: Site,
  known: (entry: MasterService) => SmtpdService | undefined = () => undefined,
): SmtpdService[] {
  const disabled = site.main.list('master_service_disable');
  const services = site.services
    .filter((master) => master.command === 'smtpd' && !isDisabled(master, disabled))
    .map((master) => known(master) ?? new SmtpdService(site, master));
  // smtpd services of type `pass` get their connections from the postscreen services of type `inet`, if master.cf has any. If all of these
  // postscreen services are disabled, the `pass` services get no connections.
  const postscreens = site.services.filter(({ command, type }) => command === 'postscreen' && type === 'inet');
  const postscreenIsOff = postscreens.length > 0 && postscreens.every((master) => isDisabled(master, disabled));
  return services.filter(({ master }) => master.type !== 'pass' || !postscreenIsOff);
}

/** An smtpd service of master.cf with its parameters. Most rules examine such a service. */
export class SmtpdService {
  readonly name: string;
  readonly settings: ServiceParameters;
  #audience: Audience | undefined;
  #tlsLevel: TlsLevel | undefined;

  constructor(
    readonly site: SharedSite,
    readonly master: MasterService,
  ) {
    this.name = serviceName(master);
    this.settings = site.settingsWith(master.overrides);
  }

  get tlsLevel(): TlsLevel {
    this.#tlsLevel ??= tlsLevelOf(this.settings, this.site.version);
    return this.#tlsLevel;
  }

  /** The TLS level of main.cf, without the overrides of this service. */
  get levelInMain(): TlsLevel {
    return tlsLevelOf(this.site.main, this.site.version);
  }

  get speaksTls(): boolean {
    return this.tlsLevel !== 'none';
  }

  /** Whether clients that do not encrypt are refused. */
  get requiresTls(): boolean {
    return this.tlsLevel === 'encrypt' || this.tlsLevel === 'wrapper';
  }

  get offersAuth(): boolean {
    return this.settings.isYes('smtpd_sasl_auth_enable');
  }

  /** smtpd_sasl_type in lower case, usually `cyrus` or `dovecot`. Before 2.3, `cyrus` was the only type. */
  get saslType(): string {
    return this.site.version.isAtLeast(2, 3) ? this.settings.value('smtpd_sasl_type').toLowerCase() : 'cyrus';
  }

  get saslConfig(): SaslConfig | undefined {
    return this.saslType === 'cyrus' ? this.site.saslConfig : undefined;
  }

  /**
   * Whether the service runs in a chroot. Before 3.0 the default was yes; since then it is yes only if the compatibility level is below 1
   * (master(5)).
   */
  get isChrooted(): boolean {
    const { chroot } = this.master;
    if (chroot !== '-') return chroot === 'y';
    if (!this.site.version.isAtLeast(3, 0)) return true;
    return (Number.parseInt(this.settings.value('compatibility_level'), 10) || 0) < 1;
  }

  /** The port, or its name in /etc/services: `25`, `smtp`, `submission`. */
  get port(): string {
    return this.master.name.replace(/.*:/, '');
  }

  /**
   * The port if it is one of the well-known ports for mail; undefined for any other. A service of type `pass` counts as port 25, because it
   * gets its connections from postscreen.
   */
  get knownPort(): 25 | 465 | 587 | undefined {
    if (this.master.type === 'pass') return 25;
    return this.master.type === 'inet' ? knownPorts[this.port] : undefined;
  }

  get audience(): Audience {
    this.#audience ??= isLocal(this) ? 'machine' : isClosed(this) ? 'networks' : 'internet';
    return this.#audience;
  }

  /**
   * Whether clients that are neither in mynetworks nor authenticated can send any mail through this service. They cannot if `reject` in a
   * restriction list refuses them.
   */
  get admitsStrangers(): boolean {
    return !isClosed(this, knownClients);
  }

  /**
   * Whether this is probably the service to which a content filter returns mail (FILTER_README): only programs on this machine can use it,
   * and it refuses all other clients or overrides content_filter.
   */
  get isReinjection(): boolean {
    return this.audience === 'machine' && (isClosed(this) || this.settings.source('content_filter') === 'override');
  }

  /**
   * Whether clients probably connect through a proxy that handles TLS for Postfix: the service has no TLS, and expects the HAProxy protocol
   * or accepts XCLIENT from another host.
   */
  get tlsIsAtProxy(): boolean {
    if (this.speaksTls) return false;
    if (this.settings.value('smtpd_upstream_proxy_protocol') !== '') return true;
    return this.settings.list('smtpd_authorized_xclient_hosts').some((host) => !isLoopback(host));
  }

  /** The restriction lists that decide about relaying. Before 2.10, smtpd_recipient_restrictions was the only one. */
  get relayLists(): string[] {
    return this.site.version.isAtLeast(2, 10)
      ? ['smtpd_relay_restrictions', 'smtpd_recipient_restrictions']
      : ['smtpd_recipient_restrictions'];
  }

  file(path: string): PostfixFile | undefined {
    return this.site.file(path);
  }

  /** Creates the change that sets a parameter in the file from which this service reads it. */
  set(name: string, value: string): Change {
    return this.settings.source(name) === 'override' ? this.override(name, value) : { kind: 'set', name, value };
  }

  /** Creates the change that sets a parameter only for this service. */
  override(name: string, value: string): Change {
    return { kind: 'override', service: this.name, name, value };
  }

  withoutOverride(name: string): Change {
    return { kind: 'remove override', service: this.name, name };
  }
}

/** Ports by number, and by name in /etc/services: IANA's names, and `smtps`, an older name of 465. */
const knownPorts: Readonly<Record<string, 25 | 465 | 587>> = {
  smtp: 25,
  25: 25,
  submission: 587,
  587: 587,
  submissions: 465,
  smtps: 465,
  465: 465,
};

const loopbackNames = new Set(['loopback-only', 'localhost', 'ip6-localhost']);

function isLocal({ master, settings }: SmtpdService): boolean {
  if (master.type === 'unix' || master.type === 'fifo') return true;
  const [, host] = /^(.*):[^:]*$/.exec(master.name) ?? [];
  if (master.type === 'inet' && host !== undefined) return isLoopback(host);
  const interfaces = settings.list('inet_interfaces');
  return interfaces.length > 0 && interfaces.every(isLoopback);
}

/** Checks whether a host name or an address belongs to the loopback interface. */
export function isLoopback(name: string): boolean {
  if (loopbackNames.has(name.toLowerCase())) return true;
  const network = parseNetwork(name);
  if (network === undefined) return false;
  return network.bits === 32 ? network.address >> 24n === 127n : network.address === 1n;
}

/** Restrictions that permit only hosts in mynetworks and this machine. */
const insiders: ReadonlySet<string> = new Set(['permit_mynetworks', 'permit_inet_interfaces']);
/** Restrictions that permit only hosts in mynetworks, this machine, and clients that have logged in or that have a listed certificate. */
const knownClients: ReadonlySet<string> = new Set([...insiders, 'permit_sasl_authenticated', 'permit_tls_clientcerts']);

/** Checks whether a restriction list refuses all clients with `reject`, except those that the restrictions in `permitted` permit. */
function isClosed({ settings, relayLists }: SmtpdService, permitted = insiders): boolean {
  // The HELO restrictions do not apply to a client that sends no HELO, unless HELO is required (postconf(5), smtpd_helo_restrictions).
  const helo = settings.isYes('smtpd_helo_required') ? ['smtpd_helo_restrictions'] : [];
  const lists = ['smtpd_client_restrictions', ...helo, 'smtpd_sender_restrictions', ...relayLists];
  return lists.some((parameter) => {
    for (const { name, onlyWarns } of readRestrictions(settings, parameter)) {
      if (name === 'reject' && !onlyWarns) return true;
      if (!permitted.has(name) && !name.startsWith('reject_')) return false;
    }
    return false;
  });
}

/**
 * Determines the TLS level. smtpd_tls_security_level overrides the older parameters, and smtpd_tls_wrappermode overrides all of them
 * (postconf(5)).
 */
function tlsLevelOf(settings: ServiceParameters, version: PostfixVersion): TlsLevel {
  if (settings.isYes('smtpd_tls_wrappermode')) return 'wrapper';
  const level = version.isAtLeast(2, 3) ? settings.value('smtpd_tls_security_level').toLowerCase() : '';
  if (level === 'none' || level === 'may') return level;
  // smtpd treats the levels that are meant for clients as `encrypt` (note 1 in postconf(5)).
  if (level !== '') return 'encrypt';
  if (settings.isYes('smtpd_enforce_tls')) return 'encrypt';
  return settings.isYes('smtpd_use_tls') ? 'may' : 'none';
}
