import type { SmtpdService } from '../configuration/smtpd-service.js';
import {
  certificateSources,
  chainFiles,
  legacyParameters,
  meantPaths,
  wantsNoCertificate,
} from '../pem/certificate-source.js';
import type { ServiceRule, SiteRule } from './rule.js';

/** Ports of RFC 6409 and RFC 8314 that are for users alone. */
const submissionPorts = new Set(['587', 'submission']);

/** T01: the service speaks no TLS. */
const tlsOff: ServiceRule = (service) => {
  if (service.speaksTls) return [];
  const elsewhere = !service.offersAuth && service.siblings.some(({ speaksTls }) => speaksTls);
  const effect = service.offersAuth
    ? 'STARTTLS is not offered, so passwords go over the wire as they are, or with smtpd_tls_auth_only = yes are not asked for at all (503)'
    : 'STARTTLS is not offered, so all mail to this service goes over the wire in the clear';
  return [service.found('T01', elsewhere ? 'warning' : 'error', levelParameter(service), effect, enableTls(service))];
};

function levelParameter({ site }: SmtpdService): string {
  return site.version.isAtLeast(2, 3) ? 'smtpd_tls_security_level' : 'smtpd_use_tls';
}

function enableTls(service: SmtpdService) {
  if (!service.site.version.isAtLeast(2, 3)) return service.set('smtpd_use_tls', 'yes');
  const mustEncrypt = submissionPorts.has(service.port);
  if (mustEncrypt && service.siblings.length > 1) return service.override('smtpd_tls_security_level', 'encrypt');
  return service.set('smtpd_tls_security_level', mustEncrypt ? 'encrypt' : 'may');
}

/** T02: a comment behind a value, which Postfix takes for a part of it. */
const inlineComment: SiteRule = (site) =>
  site.comments.map(({ name, value, meant }) =>
    site.found(
      'T02',
      'error',
      name,
      `the value is "${value}": Postfix has no comments at the end of a line, so the words behind # belong to it; where yes or no is wanted, smtpd stops with "bad boolean configuration" and the port answers nothing`,
      { fix: `${name} = ${meant}`.trim(), place: 'main.cf' },
    ),
  );

/** T02, in master.cf. */
const strayWords: ServiceRule = (service) => {
  const { strayArguments } = service.master;
  const comment = strayArguments.find((word) => word.startsWith('#'));
  if (comment === undefined) return [];
  const message = `the service's line goes on with "${strayArguments.join(' ')}": master.cf has no comments at the end of a line, so smtpd gets these words as arguments and stops`;
  const { name, type, chroot } = service.master;
  const options = [...service.master.overrides].map(
    ([parameter, value]) => ` -o ${parameter}=${value.replaceAll(/,\s+/g, ',')}`,
  );
  return [
    service.found('T02', 'error', undefined, message, {
      fix: `${name} ${type} n - ${chroot} - - smtpd${options.join('')}`,
      place: 'master.cf',
    }),
  ];
};

/** T03: TLS is on, and no certificate is named. */
const noCertificate: ServiceRule = (service) => {
  if (!lacksCertificate(service)) return [];
  const [parameter, value] = service.site.version.isAtLeast(3, 4)
    ? ['smtpd_tls_chain_files', wantedPath(service)]
    : ['smtpd_tls_cert_file', service.settings.value('smtpd_tls_chain_files') || wantedPath(service)];
  const message =
    'TLS is on, but no certificate is named: STARTTLS is answered with "454 4.7.0 TLS not available due to local problem"';
  return [service.found('T03', 'error', parameter, message, service.set(parameter as string, value as string))];
};

function lacksCertificate(service: SmtpdService): boolean {
  return service.speaksTls && certificateSources(service).length === 0 && !wantsNoCertificate(service);
}

function wantedPath({ site }: SmtpdService): string {
  return `${site.main.value('config_directory')}/${site.main.value('mydomain') || 'server'}.pem`;
}

/** T04: the parameter is newer than this Postfix, which does not even show it among its own. */
const chainFilesUnknown: ServiceRule = (service) => {
  const { settings, site } = service;
  if (site.version.isAtLeast(3, 4)) return [];
  const parameter = 'smtpd_tls_chain_files';
  const value = settings.value(parameter);
  const message = `Postfix ${site.version.text} does not know this parameter (3.4 does) and ignores it`;
  if (value !== '')
    return [service.found('T04', 'error', parameter, message, service.set('smtpd_tls_cert_file', value))];
  if (!lacksCertificate(service)) return [];
  const fix = service.set('smtpd_tls_cert_file', wantedPath(service));
  return [
    service.found(
      'T04',
      'info',
      parameter,
      `${message}; if main.cf names the certificate by it, that is why there is none`,
      fix,
    ),
  ];
};

/** T05: both styles at once. */
const bothStyles: ServiceRule = (service) => {
  if (chainFiles(service).length === 0) return [];
  const set = legacyParameters
    .flat()
    .filter((name) => service.settings.source(name) !== 'default' && service.settings.value(name) !== '');
  const overridden = set.find((name) => service.settings.source(name) === 'override');
  if (set.length === 0) return [];
  const message = `${set.join(', ')} and smtpd_tls_chain_files are both set: the older ones are ignored, with a warning from every smtpd process`;
  const fix =
    overridden === undefined ? service.site.shell(`postconf -X ${set.join(' ')}`) : service.withoutOverride(overridden);
  return [service.found('T05', 'warning', set[0], message, fix)];
};

/** T06: parameters of Postfix 2.2. */
const oldSwitches: ServiceRule = (service) => {
  const { settings, site } = service;
  if (!site.version.isAtLeast(2, 3)) return [];
  return ['smtpd_use_tls', 'smtpd_enforce_tls'].flatMap((name) => {
    if (settings.source(name) === 'default') return [];
    const level =
      settings.value('smtpd_tls_security_level') ||
      (name === 'smtpd_enforce_tls' && settings.isYes(name)
        ? 'encrypt'
        : settings.isYes('smtpd_use_tls')
          ? 'may'
          : 'none');
    const effect =
      settings.value('smtpd_tls_security_level') === '' ? 'still heeded' : 'overridden by smtpd_tls_security_level';
    const complaint = site.version.isAtLeast(3, 9) ? ', and postconf complains about it' : '';
    return [
      service.found(
        'T06',
        'info',
        name,
        `replaced by smtpd_tls_security_level in Postfix 2.3; ${effect}${complaint}`,
        service.set('smtpd_tls_security_level', level),
      ),
    ];
  });
};

/** T07: a path that the list takes for several. */
const brokenPath: ServiceRule = (service) => {
  const meant = meantPaths(service);
  if (meant === undefined || !service.speaksTls) return [];
  const message = `blanks and commas separate paths here, so this is read as ${chainFiles(service).length} files, one of them "${meant.fragment}", and handshakes fail for want of a certificate; rename the file to match`;
  const fix = service.set('smtpd_tls_chain_files', meant.value);
  return [service.found('T07', 'error', 'smtpd_tls_chain_files', message, fix)];
};

/** A01: passwords are taken without TLS. */
const authInTheClear: ServiceRule = (service) => {
  const { settings, tlsLevel } = service;
  if (!service.offersAuth || tlsLevel === 'encrypt' || tlsLevel === 'wrapper' || settings.isYes('smtpd_tls_auth_only'))
    return [];
  const message =
    'AUTH is offered before STARTTLS: clients that do not insist on TLS send their passwords in the clear, and nobody notices, even while TLS is broken';
  return [service.found('A01', 'error', 'smtpd_tls_auth_only', message, service.set('smtpd_tls_auth_only', 'yes'))];
};

export const tlsRules: { readonly site: readonly SiteRule[]; readonly service: readonly ServiceRule[] } = {
  site: [inlineComment],
  service: [tlsOff, strayWords, noCertificate, chainFilesUnknown, bothStyles, oldSwitches, brokenPath, authInTheClear],
};
