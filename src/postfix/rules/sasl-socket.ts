import { passwordChecker, usesSasldb } from '../configuration/sasl-config.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';
import type { ServiceRule } from './rule.js';

/** What passwords are checked against, and where the process that does it, or its database, is to be found. */
interface Authority {
  readonly name: string;
  readonly path: string;
  readonly parameter: string;
  /** What a client sees if it cannot be reached. */
  readonly effect: string;
}

/** Places that Cyrus SASL falls back to ("Options for Cyrus SASL": saslauthd_path, sasldb_path). */
const defaultSaslauthd = '/var/run/saslauthd/mux';
const defaultSasldb = '/etc/sasldb2';

function authorityOf(service: SmtpdService): Authority | undefined {
  if (service.saslType === 'dovecot') {
    const path = service.settings.value('smtpd_sasl_path');
    if (path.startsWith('inet:') || path === '') return undefined;
    const effect = 'smtpd stops with "no SASL authentication mechanisms"';
    return { name: "Dovecot's socket", path: path.replace(/^unix:/, ''), parameter: 'smtpd_sasl_path', effect };
  }
  const { saslConfig } = service;
  if (saslConfig === undefined) return undefined;
  const checker = passwordChecker(saslConfig);
  if (checker === 'saslauthd') {
    const path = saslConfig.get('saslauthd_path') ?? defaultSaslauthd;
    return {
      name: "saslauthd's socket",
      path,
      parameter: 'saslauthd_path',
      effect: 'every login is answered with 454',
    };
  }
  if (!usesSasldb(saslConfig)) return undefined;
  const path = saslConfig.get('sasldb_path') ?? defaultSasldb;
  return {
    name: 'sasldb',
    path,
    parameter: 'sasldb_path',
    effect: 'every login is answered with 535, as if the password were wrong',
  };
}

/** S05: there is no way to the socket. */
const unreachable: ServiceRule = (service) => {
  // The default is Cyrus's, and names no socket of Dovecot's (SASL_README, "Configuring Dovecot SASL").
  if (service.saslType === 'dovecot' && service.settings.source('smtpd_sasl_path') === 'default') {
    const message =
      'it is not set, and its default names no socket of Dovecot: smtpd stops with "no SASL authentication mechanisms"';
    return [service.found('S05', 'error', 'smtpd_sasl_path', message, service.set('smtpd_sasl_path', 'private/auth'))];
  }
  const authority = authorityOf(service);
  if (authority === undefined || (service.isChrooted && authority.path.startsWith('/'))) return [];
  const path = insideQueue(service, authority.path);
  const state = service.site.installation.reachable?.(path);
  if (state !== 'missing' && state !== 'denied') return [];
  const what =
    state === 'missing' ? 'is not there' : `cannot be reached by the user ${service.settings.value('mail_owner')}`;
  const message = `${authority.name} ${path} ${what}: ${authority.effect}`;
  return [
    service.found('S05', 'error', authority.parameter, message, { fix: wayTo(service, path, state), place: 'shell' }),
  ];
};

function wayTo(service: SmtpdService, path: string, state: 'missing' | 'denied'): string {
  const owner = service.settings.value('mail_owner');
  if (service.saslType === 'dovecot')
    return state === 'missing' ? 'service dovecot restart' : `chown ${owner}:${owner} ${path} && chmod 660 ${path}`;
  if (service.saslConfig !== undefined && passwordChecker(service.saslConfig) !== 'saslauthd')
    return state === 'missing' ? `saslpasswd2 -c -f ${path} USER` : `chgrp ${owner} ${path} && chmod 640 ${path}`;
  if (state === 'missing')
    return `mkdir -p ${path.replace(/\/[^/]*$/, '')} && saslauthd -a pam -m ${path.replace(/\/[^/]*$/, '')}`;
  return `adduser ${owner} sasl && ${service.site.shell('postfix reload').fix}`;
}

function insideQueue({ settings }: SmtpdService, path: string): string {
  return path.startsWith('/') ? path : `${settings.value('queue_directory')}/${path}`;
}

/** S06: smtpd is locked into a directory from which it sees neither socket nor database. */
const outsideChroot: ServiceRule = (service): Finding[] => {
  const authority = authorityOf(service);
  if (!service.isChrooted || authority === undefined || !authority.path.startsWith('/')) return [];
  const queue = service.settings.value('queue_directory');
  // From inside, every path begins at the queue directory.
  if (service.site.installation.reachable?.(`${queue}${authority.path}`) === 'yes') return [];
  const message = `smtpd runs chrooted in ${queue} and does not see ${authority.name} ${authority.path} from there: ${authority.effect}`;
  if (service.saslType === 'dovecot') {
    const relative = authority.path.startsWith(`${queue}/`) ? authority.path.slice(queue.length + 1) : undefined;
    if (relative !== undefined)
      return [service.found('S06', 'error', authority.parameter, message, service.set('smtpd_sasl_path', relative))];
  }
  return [service.found('S06', 'error', authority.parameter, message, withoutChroot(service))];
};

function withoutChroot({ name, master, site }: SmtpdService) {
  if (site.version.isAtLeast(2, 11)) return site.shell(`postconf -F '${name}/chroot = n'`);
  const options = [...master.overrides].map(
    ([parameter, value]) => ` -o ${parameter}=${value.replaceAll(/,\s+/g, ',')}`,
  );
  return { fix: `${master.name} ${master.type} n - n - - smtpd${options.join('')}`, place: 'master.cf' } as const;
}

export const socketRules: readonly ServiceRule[] = [unreachable, outsideChroot];
