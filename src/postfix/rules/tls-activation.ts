import type { Change } from '../configuration/change.js';
import type { ServiceParameters } from '../configuration/service-parameters.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { certificateSources, chainFiles, legacyParameters, wantsNoCertificate } from '../pem/certificate-source.js';
import { meantPaths } from '../pem/file-name-with-blank.js';
import { inlineComment } from './inline-comment.js';
import { rebuildCommand } from './rebuild-pem.js';
import type { OtherServices, Rule } from './rule.js';

function levelParameter({ site }: SmtpdService): string {
  return site.version.isAtLeast(2, 3) ? 'smtpd_tls_security_level' : 'smtpd_use_tls';
}

function enableTls(service: SmtpdService, others: OtherServices): Change {
  if (!service.site.version.isAtLeast(2, 3)) return service.set('smtpd_use_tls', 'yes');
  const mustEncrypt = service.knownPort === 587;
  if (mustEncrypt && others.exist) return service.override('smtpd_tls_security_level', 'encrypt');
  return service.set('smtpd_tls_security_level', mustEncrypt ? 'encrypt' : 'may');
}

const tlsOff: Rule = {
  id: 'T01',
  severity: 'error',
  what: 'The service does not speak TLS',
  why: 'Without STARTTLS, passwords and mail cross the network unencrypted. With smtpd_tls_auth_only = yes, AUTH is then never offered, and every login is answered with 503.',
  document: 'TLS_README, "Enabling TLS in the Postfix SMTP server"',
  service: (service, others) => {
    if (service.speaksTls) return [];
    const changes = [enableTls(service, others)];
    const draft = {
      parameter: levelParameter(service),
      changes,
      advice: 'name a certificate in smtpd_tls_chain_files, then set smtpd_tls_security_level = may',
    };
    if (service.tlsIsAtProxy)
      return [
        {
          severity: 'info',
          parameter: draft.parameter,
          message:
            'clients come through a proxy (XCLIENT or HAProxy protocol), which has to speak TLS for this service',
          advice: 'check the certificate at the proxy',
        },
      ];
    if (service.offersAuth)
      return [
        {
          ...draft,
          severity: 'error',
          message:
            'STARTTLS is not offered: passwords cross the network unencrypted, or, with smtpd_tls_auth_only = yes, logins are refused (503)',
        },
      ];
    return [
      {
        ...draft,
        severity: 'warning',
        message: 'STARTTLS is not offered: all mail to this service crosses the network unencrypted',
      },
    ];
  },
};

const noCertificate: Rule = {
  id: 'T03',
  severity: 'error',
  what: 'TLS is on, but no certificate is named',
  why: 'STARTTLS is offered and then answered with "454 4.7.0 TLS not available due to local problem".',
  document: 'postconf(5), smtpd_tls_cert_file',
  service: (service) => {
    if (!lacksCertificate(service)) return [];
    const isModern = service.site.version.isAtLeast(3, 4);
    const named = isModern ? '' : unknownChainFiles(service);
    const parameter = isModern ? 'smtpd_tls_chain_files' : 'smtpd_tls_cert_file';
    const path = named || wantedPath(service);
    const rebuild = named === '' ? rebuildCommand(service.site, path) : undefined;
    return [
      {
        severity: 'error',
        parameter,
        message:
          'TLS is on, but no certificate is named: STARTTLS is answered with "454 4.7.0 TLS not available due to local problem"',
        changes: [...(rebuild ? [rebuild] : []), service.set(parameter, path)],
        advice: `write the PEM file (jks2pem KEYSTORE -o ${path}), then set ${parameter} = ${path}`,
      },
    ];
  },
};

/**
 * Returns the value of smtpd_tls_chain_files, even if this version of Postfix does not have the parameter and postconf therefore does not
 * print it.
 */
function unknownChainFiles({ settings, site }: SmtpdService): string {
  return settings.value('smtpd_tls_chain_files') || site.unusedParameters.get('smtpd_tls_chain_files') || '';
}

function lacksCertificate(service: SmtpdService): boolean {
  return service.speaksTls && certificateSources(service).length === 0 && !wantsNoCertificate(service);
}

function wantedPath({ site }: SmtpdService): string {
  return `${site.configDirectory}/${site.main.value('mydomain') || 'server'}.pem`;
}

const chainFilesUnknown: Rule = {
  id: 'T04',
  severity: 'error',
  what: 'smtpd_tls_chain_files is newer than this Postfix',
  why: 'Before Postfix 3.4 the parameter is ignored, and no certificate is loaded (T03).',
  document: 'postconf(5), smtpd_tls_chain_files',
  service: (service) => {
    const { site } = service;
    if (site.version.isAtLeast(3, 4)) return [];
    const parameter = 'smtpd_tls_chain_files';
    const value = unknownChainFiles(service);
    if (value === '') return [];
    return [
      {
        severity: lacksCertificate(service) ? 'error' : 'info',
        parameter,
        message: `Postfix ${site.version.text} does not know this parameter (3.4 and later do) and ignores it`,
        changes: lacksCertificate(service)
          ? [service.set('smtpd_tls_cert_file', value)]
          : [{ kind: 'remove', names: [parameter] }],
        advice: `set smtpd_tls_cert_file = ${value}`,
      },
    ];
  },
};

const bothStyles: Rule = {
  id: 'T05',
  severity: 'warning',
  what: 'Old and new certificate parameters are both set',
  why: 'smtpd_tls_chain_files takes precedence. The older parameters are ignored, with a warning from every smtpd process.',
  document: 'postconf(5), smtpd_tls_chain_files',
  service: (service) => {
    const { settings } = service;
    if (chainFiles(service).length === 0) return [];
    const set = legacyParameters
      .flat()
      .filter((name) => settings.source(name) !== 'default' && settings.value(name) !== '');
    const [first] = set;
    if (first === undefined) return [];
    const overridden = set.filter((name) => settings.source(name) === 'override');
    const inMain = set.filter((name) => settings.source(name) === 'main');
    return [
      {
        severity: 'warning',
        parameter: first,
        message: `${set.join(', ')} and smtpd_tls_chain_files are both set: the older ones are ignored, with a warning from every smtpd process`,
        changes: [
          ...overridden.map((name) => service.withoutOverride(name)),
          ...(inMain.length > 0 ? [{ kind: 'remove', names: inMain } as const] : []),
        ],
        advice: `remove ${set.join(' and ')}`,
      },
    ];
  },
};

const oldSwitches: Rule = {
  id: 'T06',
  severity: 'info',
  what: 'A TLS switch of Postfix 2.2 is set',
  why: 'smtpd_tls_security_level replaced smtpd_use_tls and smtpd_enforce_tls in Postfix 2.3 and overrides them. postconf warns about them since 3.9.',
  document: 'postconf(5), smtpd_tls_security_level',
  service: (service) => {
    const { settings, site } = service;
    if (!site.version.isAtLeast(2, 3)) return [];
    return ['smtpd_use_tls', 'smtpd_enforce_tls'].flatMap((name) => {
      const source = settings.source(name);
      if (source === 'default') return [];
      const overridden = settings.value('smtpd_tls_security_level') !== '';
      const isIdle = overridden || !settings.isYes(name);
      // A level that is set in main.cf applies to all services. It is therefore derived from main.cf alone, without the overrides of this
      // service.
      const level = levelOfSwitches(source === 'override' ? settings : site.main);
      const effect = overridden
        ? 'smtpd_tls_security_level overrides it'
        : isIdle
          ? 'it has its default'
          : 'it still has an effect, because smtpd_tls_security_level is empty';
      const complaint = site.version.isAtLeast(3, 9) ? ', and postconf warns about it' : '';
      return [
        {
          severity: 'info' as const,
          parameter: name,
          message: `smtpd_tls_security_level replaced this parameter in Postfix 2.3; ${effect}${complaint}`,
          changes: [
            ...(isIdle ? [] : [setBeside(service, name, level)]),
            source === 'override' ? service.withoutOverride(name) : ({ kind: 'remove', names: [name] } as const),
          ],
          advice: isIdle ? `remove ${name}` : `set smtpd_tls_security_level = ${level} and remove ${name}`,
        },
      ];
    });
  },
};

/** Returns the TLS level that corresponds to the parameters of Postfix 2.2. */
function levelOfSwitches(settings: ServiceParameters): 'encrypt' | 'may' | 'none' {
  if (settings.isYes('smtpd_enforce_tls')) return 'encrypt';
  return settings.isYes('smtpd_use_tls') ? 'may' : 'none';
}

/** Creates the change that sets the level in master.cf if an override sets the older parameter there, otherwise in main.cf. */
function setBeside(service: SmtpdService, name: string, level: string): Change {
  const parameter = 'smtpd_tls_security_level';
  return service.settings.source(name) === 'override'
    ? service.override(parameter, level)
    : { kind: 'set', name: parameter, value: level };
}

const brokenPath: Rule = {
  id: 'T07',
  severity: 'error',
  what: 'A path in smtpd_tls_chain_files contains a blank or a comma',
  why: 'Blanks and commas separate paths. Postfix looks for several files, finds none, and every handshake fails with "no shared cipher".',
  document: 'postconf(5), smtpd_tls_chain_files',
  service: (service) => {
    const meant = meantPaths(service);
    if (meant === undefined || !service.speaksTls) return [];
    const written = service.settings.value('smtpd_tls_chain_files');
    const isThere = service.file(written) !== undefined;
    const rebuild = rebuildCommand(service.site, meant.value);
    const first: readonly Change[] = isThere ? [moveFile(written, meant.value)] : rebuild ? [rebuild] : [];
    return [
      {
        severity: 'error',
        parameter: 'smtpd_tls_chain_files',
        message: `blanks and commas separate paths here: the value is read as ${chainFiles(service).length} files, one of them "${meant.fragment}", and handshakes fail because no certificate is loaded`,
        changes: [...first, service.set('smtpd_tls_chain_files', meant.value)],
        advice: `rename the file to ${meant.value} and set smtpd_tls_chain_files to it`,
      },
    ];
  },
};

function moveFile(from: string, to: string): Change {
  return {
    kind: 'command',
    line: `mv '${from.replaceAll("'", `'\\''`)}' ${to}`,
    effect: { path: to, movedFrom: from },
  };
}

export const tlsRules: readonly Rule[] = [
  tlsOff,
  inlineComment,
  noCertificate,
  chainFilesUnknown,
  bothStyles,
  oldSwitches,
  brokenPath,
];
