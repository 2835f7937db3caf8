import { shellWord } from '../../bytes/shell-word.js';
import type { Change } from '../configuration/change.js';
import { passwordChecker, usesSasldb } from '../configuration/sasl-config.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Rule } from './rule.js';

/** The socket of the program, or the file, with which passwords are checked. */
interface Authority {
  readonly name: string;
  readonly path: string;
  readonly parameter: string;
  /** The effect on clients if smtpd cannot reach it. */
  readonly effect: string;
}

/** Default paths of Cyrus SASL ("Options for Cyrus SASL": saslauthd_path, sasldb_path). */
const defaultSaslauthd = '/var/run/saslauthd/mux';
const defaultSasldb = '/etc/sasldb2';

function authorityOf(service: SmtpdService): Authority | undefined {
  if (service.saslType === 'dovecot') {
    const path = service.settings.value('smtpd_sasl_path');
    if (path.startsWith('inet:')) return undefined;
    const effect = 'smtpd stops with "no SASL authentication mechanisms"';
    return { name: "Dovecot's socket", path: path.replace(/^unix:/, ''), parameter: 'smtpd_sasl_path', effect };
  }
  const { saslConfig } = service;
  if (saslConfig === undefined) return undefined;
  if (passwordChecker(saslConfig) === 'saslauthd') {
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
  const effect = 'every login is answered with 535, as if the password were wrong';
  return { name: 'sasldb', path, parameter: 'sasldb_path', effect };
}

const offersLogin = (service: SmtpdService) => service.offersAuth && !service.tlsIsAtProxy;

const unreachable: Rule = {
  id: 'S05',
  severity: 'error',
  what: 'smtpd cannot reach the program or file that checks passwords',
  why: 'saslauthd or Dovecot does not run, its socket is elsewhere, or the user postfix may not use it. Logins are answered with 454; with Dovecot, smtpd stops.',
  document: 'SASL_README, "saslauthd - Cyrus SASL password verification service" and "Configuring Dovecot SASL"',
  audiences: ['internet', 'networks'],
  service: (service) => {
    if (!offersLogin(service)) return [];
    // The default of smtpd_sasl_path is meant for Cyrus SASL, and is not the path of a Dovecot socket (SASL_README, "Configuring Dovecot
    // SASL").
    const { settings } = service;
    const isUnset = settings.source('smtpd_sasl_path') === 'default' || settings.value('smtpd_sasl_path') === '';
    if (service.saslType === 'dovecot' && isUnset) {
      return [
        {
          severity: 'error',
          parameter: 'smtpd_sasl_path',
          message:
            'it is not set, and its default names no socket of Dovecot: smtpd stops with "no SASL authentication mechanisms"',
          changes: [service.set('smtpd_sasl_path', 'private/auth')],
          advice: "set smtpd_sasl_path to the socket of Dovecot's auth service",
        },
      ];
    }
    const authority = authorityOf(service);
    if (authority === undefined || (service.isChrooted && authority.path.startsWith('/'))) return [];
    const path = insideQueue(service, authority.path);
    const state = service.site.installation.reachable?.(path);
    if (state !== 'missing' && state !== 'denied') return [];
    const what =
      state === 'missing' ? 'is missing' : `cannot be reached by the user ${service.settings.value('mail_owner')}`;
    return [
      {
        severity: 'error',
        parameter: authority.parameter,
        message: `${authority.name} ${path} ${what}: ${authority.effect}`,
        ...accessTo(service, path, state),
      },
    ];
  },
};

/**
 * Returns the advice and, if one is known for this system, the command that gives smtpd access. For a missing socket or file there is only
 * advice.
 */
function accessTo(service: SmtpdService, path: string, state: 'missing' | 'denied') {
  const owner = service.settings.value('mail_owner');
  const command = (line: string): readonly Change[] => [{ kind: 'command', line }];
  if (service.saslType === 'dovecot') {
    if (state === 'missing')
      return { advice: `check that Dovecot runs and that its auth service has a unix_listener at ${path}` };
    return {
      changes: command(`chown ${owner}:${owner} ${shellWord(path)} && chmod 660 ${shellWord(path)}`),
      advice: 'set user, group and mode of the unix_listener in Dovecot, too',
    };
  }
  if (service.saslConfig !== undefined && passwordChecker(service.saslConfig) !== 'saslauthd') {
    if (state === 'missing') return { advice: `add a user: saslpasswd2 -c -f ${shellWord(path)} USER` };
    return {
      changes: command(`chgrp ${owner} ${shellWord(path)} && chmod 640 ${shellWord(path)}`),
      advice: `let ${owner} read it`,
    };
  }
  if (state === 'missing') return { advice: `start saslauthd with -m ${path.replace(/\/[^/]*$/, '')}` };
  const { platform } = service.site.installation;
  if (platform !== 'debian') return { advice: `give the user ${owner} access to the directory of the socket` };
  return {
    changes: command(`adduser ${owner} sasl && ${postfixReload(service)}`),
    advice: `add ${owner} to the group sasl`,
  };
}

function postfixReload({ site }: SmtpdService): string {
  return site.configDirectory === '/etc/postfix'
    ? 'postfix reload'
    : `postfix -c ${shellWord(site.configDirectory)} reload`;
}

function insideQueue({ settings }: SmtpdService, path: string): string {
  return path.startsWith('/') ? path : `${settings.value('queue_directory')}/${path}`;
}

const outsideChroot: Rule = {
  id: 'S06',
  severity: 'error',
  what: 'smtpd runs in a chroot and cannot reach the program or file that checks passwords',
  why: "From inside, every path begins at the queue directory. saslauthd's socket, sasldb and an absolute path to Dovecot's socket are outside: logins are answered with 454 or 535, or smtpd stops.",
  document: 'SASL_README, "saslauthd - Cyrus SASL password verification service"; master(5), "Chroot"',
  audiences: ['internet', 'networks'],
  service: (service) => {
    const authority = offersLogin(service) ? authorityOf(service) : undefined;
    if (!service.isChrooted || authority === undefined || !authority.path.startsWith('/')) return [];
    const queue = service.settings.value('queue_directory');
    if (service.site.installation.reachable?.(`${queue}${authority.path}`) === 'yes') return [];
    const relative = authority.path.startsWith(`${queue}/`) ? authority.path.slice(queue.length + 1) : undefined;
    const change: Change =
      service.saslType === 'dovecot' && relative !== undefined
        ? service.set('smtpd_sasl_path', relative)
        : { kind: 'no chroot', service: service.name };
    return [
      {
        severity: 'error',
        parameter: authority.parameter,
        message: `smtpd runs in a chroot, ${queue}, and cannot reach ${authority.name} ${authority.path} from there: ${authority.effect}`,
        changes: [change],
        advice: `set chroot to n for ${service.name} in master.cf`,
      },
    ];
  },
};

export const saslSocketRules: readonly Rule[] = [unreachable, outsideChroot];
