import { readRestrictions } from '../configuration/restrictions.js';
import { usesSasldb } from '../configuration/sasl-config.js';
import { isLoopback, type SmtpdService } from '../configuration/smtpd-service.js';
import type { Platform } from '../installation/installation.js';
import { relaysByCertificate } from './client-certificates.js';
import { everyAudience, type Rule, saslRule } from './rule.js';

/** Returns the parameter that names the configuration file of Cyrus SASL: the value `smtpd` stands for smtpd.conf. */
function pathParameter({ site }: SmtpdService): string {
  return site.version.isAtLeast(2, 3) ? 'smtpd_sasl_path' : 'smtpd_sasl_application_name';
}

const authOff: Rule = {
  id: 'S02',
  severity: 'error',
  what: 'Users cannot log in',
  why: 'A submission port (587, 465) is for users who log in. Elsewhere the absence of AUTH is a fault only if users are to send mail through this server.',
  document: 'SASL_README, "Enabling SASL authentication in the Postfix SMTP server"',
  service: (service, others) => {
    if (service.offersAuth || service.audience === 'networks' || relaysByCertificate(service) || service.tlsIsAtProxy)
      return [];
    const parameter = 'smtpd_sasl_auth_enable';
    const isSubmission = service.knownPort === 587 || service.knownPort === 465;
    const canUsersRelay = others.offerAuth || others.relayByCertificate;
    if (canUsersRelay && !isSubmission) return [];
    const isForUsers = isSubmission && !servesNetworks(service);
    const isPrepared = ['smtpd_sasl_path', 'smtpd_sasl_type', 'smtpd_sasl_local_domain', 'smtpd_tls_auth_only'].some(
      (name) => service.settings.source(name) !== 'default',
    );
    return [
      {
        severity: isForUsers ? 'error' : isPrepared ? 'warning' : 'info',
        parameter,
        message: isForUsers
          ? 'this port is for users who log in, but AUTH is not offered'
          : 'AUTH is not offered: users cannot log in and relay (a server that only receives mail needs none)',
        ...((isForUsers || isPrepared) && { changes: [service.set(parameter, 'yes')] }),
        advice: `to let users send mail, set ${parameter} = yes`,
      },
    ];
  },
};

/**
 * Checks whether a port is meant for hosts and not for users who log in: mynetworks contains more than this machine, or the relay
 * restrictions are set without permit_sasl_authenticated. A relay for the programs of a network often listens on port 587.
 */
function servesNetworks(service: SmtpdService): boolean {
  const { settings } = service;
  const isOwn = (entry: string) => isLoopback(entry) || entry.startsWith('!');
  if (settings.source('mynetworks') !== 'default' && !settings.list('mynetworks').every(isOwn)) return true;
  const lists = service.relayLists.filter((parameter) => settings.source(parameter) !== 'default');
  return (
    lists.length > 0 &&
    !lists.some((parameter) =>
      readRestrictions(settings, parameter).some(({ name }) => name === 'permit_sasl_authenticated'),
    )
  );
}

/** Commands that install Cyrus SASL with its plain mechanisms and saslauthd. */
const installation: Readonly<Record<Platform, string>> = {
  debian: 'apt-get install libsasl2-modules sasl2-bin',
  redhat: 'dnf install cyrus-sasl cyrus-sasl-plain',
  freebsd: 'pkg install postfix-sasl cyrus-sasl-saslauthd',
  alpine: 'apk add cyrus-sasl cyrus-sasl-login',
};

const unknownType = saslRule(
  {
    id: 'S01',
    severity: 'error',
    what: 'This Postfix does not have the SASL implementation',
    why: 'smtpd stops with "SASL per-process initialization failed", and the port does not answer.',
    document: 'SASL_README, "Which SASL implementations are supported?"',
    audiences: everyAudience,
  },
  (service) => {
    const { site, saslType } = service;
    if (!site.version.isAtLeast(2, 3)) return [];
    const available = site.installation.saslTypes.split(/\s+/).filter((type) => type !== '');
    if (available.includes(saslType)) return [];
    const lacks =
      available.length === 0 ? 'has no SASL implementation' : `has ${available.join(' and ')}, not "${saslType}"`;
    const parameter = 'smtpd_sasl_type';
    const [first] = available;
    const { platform } = site.installation;
    const type = available.includes('cyrus') ? 'cyrus' : first;
    return [
      {
        severity: 'error',
        parameter,
        message: `this Postfix ${lacks}: smtpd stops with "SASL per-process initialization failed", and the port does not answer`,
        ...(type !== undefined && { changes: [service.set(parameter, type)] }),
        advice:
          type !== undefined
            ? `set ${parameter} = ${type}`
            : `install a Postfix with SASL${platform ? ` (${installation[platform]})` : ''}`,
      },
    ];
  },
);

const configMissing = saslRule(
  {
    id: 'S03',
    severity: 'error',
    what: 'smtpd.conf is not where this build reads it',
    why: 'Cyrus SASL then offers every mechanism that is installed, and every password is refused (454 or 535). Debian before Postfix 3.9 reads $config_directory/sasl and ignores cyrus_sasl_config_path; other builds read cyrus_sasl_config_path, or else the directories built into libsasl2.',
    document: 'SASL_README, "Cyrus SASL configuration file location"',
  },
  (service) => {
    const { site, settings, saslType } = service;
    if (saslType !== 'cyrus') return [];
    const parameter = pathParameter(service);
    const name = settings.value(parameter);
    const effect = 'every mechanism that is installed is offered, and every password is refused (454 or 535)';
    const bare = name.replace(/^.*\//, '').replace(/\.conf$/, '');
    if (bare !== name) {
      const message = `"${name}" makes Cyrus SASL look for ${name}.conf: the value is the name of smtpd.conf without its directory and ".conf"; ${effect}`;
      return [
        {
          severity: 'error',
          parameter,
          message,
          changes: [service.set(parameter, bare || 'smtpd')],
          advice: `set ${parameter} = ${bare || 'smtpd'}`,
        },
      ];
    }
    // If a change has set the name, it is not known whether the file with the new name exists.
    if (site.saslConfig !== undefined || site.isChanged(parameter)) return [];
    const directory = saslDirectory(service);
    const target = `${directory}/${name}.conf`;
    const stray = site.installation.strayedSaslConfig;
    return [
      {
        severity: 'error',
        parameter,
        message:
          stray === undefined
            ? `${target} is missing: ${effect}`
            : `smtpd.conf is ${stray}, where this build does not read it (it reads ${target}): ${effect}`,
        ...(stray !== undefined && {
          changes: [{ kind: 'command', line: `mkdir -p ${directory} && cp ${stray} ${target}` } as const],
        }),
        advice: `write ${target} with the lines "pwcheck_method: saslauthd" and "mech_list: plain login", or set smtpd_sasl_type = dovecot if Dovecot checks the passwords`,
      },
    ];
  },
);

/**
 * Returns the first directory in which this build searches for smtpd.conf. If the installation does not list these directories, assumes
 * Debian.
 */
function saslDirectory({ site, settings }: SmtpdService): string {
  const [known] = site.installation.saslConfigPaths ?? [];
  const [configured] = settings.value('cyrus_sasl_config_path').split(':');
  if (known !== undefined) return known;
  // Debian searches first in $config_directory/sasl until 3.8; since 3.9 in cyrus_sasl_config_path, or, if that is empty, in /etc/sasl2,
  // the first directory of libsasl2.
  return site.version.isAtLeast(3, 9) ? configured || '/etc/sasl2' : `${site.configDirectory}/sasl`;
}

const realm = saslRule(
  {
    id: 'S09',
    severity: 'warning',
    what: 'Users are looked up in another realm than the one they were added in',
    why: 'sasldb holds user@realm. A login without @realm is looked up in the realm smtpd_sasl_local_domain, or else the host name, and refused (535) if that realm lacks the user.',
    document: 'SASL_README, "The sasldb plugin"',
  },
  (service) => {
    const { saslConfig, settings } = service;
    if (saslConfig === undefined || !usesSasldb(saslConfig)) return [];
    const parameter = 'smtpd_sasl_local_domain';
    const configured = settings.value(parameter);
    const local = configured || settings.value('myhostname');
    const realms = service.site.installation.saslRealms ?? [];
    const domain = realms[0] ?? settings.value('mydomain');
    if (local === '' || domain === '') return [];
    const advice = `set ${parameter} = ${domain}, or let users log in with their whole address`;
    if (realms.length > 0) {
      if (realms.some((name) => name.toLowerCase() === local.toLowerCase())) return [];
      const message = `sasldb holds users of ${realms.slice(0, 5).join(', ')}, but a login without a domain is looked up in the realm ${local} and refused (535)`;
      return [{ severity: 'warning', parameter, message, changes: [service.set(parameter, domain)], advice }];
    }
    // The realms of the users could not be listed. Only `local` is known, the realm that Postfix adds to a login name without a realm.
    const expected = [
      domain,
      settings.value('myhostname'),
      settings.value('myorigin'),
      ...settings.list('mydestination'),
    ];
    if (configured !== '' && expected.includes(configured)) return [];
    const message = `a login without a domain is looked up in the sasldb realm ${local}: users who were added in ${domain} are refused (535)`;
    const value = domain === settings.value('mydomain') ? '$mydomain' : domain;
    return [
      {
        severity: configured === '' ? 'info' : 'warning',
        parameter,
        message,
        changes: [service.set(parameter, value)],
        advice,
      },
    ];
  },
);

export const saslActivationRules: readonly Rule[] = [authOff, unknownType, configMissing, realm];
