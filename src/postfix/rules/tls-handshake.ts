import { selectCiphers, usableCertificates } from '../configuration/cipher-list.js';
import { isDisabled } from '../configuration/master-cf.js';
import { readProtocols } from '../configuration/protocol-list.js';
import type { SharedSite } from '../configuration/site.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import { authoritiesProblem } from '../pem/authority-file.js';
import { configuredChains } from '../pem/configured-chain.js';
import type { Draft, Rule } from './rule.js';

/**
 * Returns the infix of the protocol and cipher parameters: `mandatory_` if TLS is required, otherwise nothing (postconf(5),
 * smtpd_tls_mandatory_protocols).
 */
function variant(service: SmtpdService): '' | 'mandatory_' {
  return service.requiresTls ? 'mandatory_' : '';
}

const protocols: Rule = {
  id: 'T10',
  severity: 'error',
  what: 'No usable version of TLS is left',
  why: 'Clients and the OpenSSL of current distributions speak TLS 1.2 and 1.3. If the list allows neither, every handshake fails.',
  document: 'postconf(5), smtpd_tls_protocols and smtpd_tls_mandatory_protocols',
  service: (service) => {
    const parameter = `smtpd_tls_${variant(service)}protocols`;
    if (!service.speaksTls || service.settings.source(parameter) === 'default') return [];
    const problem = protocolProblem(service.settings.value(parameter), service.site);
    if (problem === undefined) return [];
    const value = service.site.version.isAtLeast(3, 6) ? '>=TLSv1.2' : '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1';
    return [
      {
        severity: 'error',
        parameter,
        message: problem,
        changes: [service.set(parameter, value)],
        advice: `set ${parameter} = ${value}`,
      },
    ];
  },
};

/** Describes the problem of a list of protocols; undefined if there is none. */
export function protocolProblem(value: string, site: SharedSite): string | undefined {
  const { usable, invalid } = readProtocols(value, site.version);
  if (invalid !== undefined)
    return `Postfix ${site.version.text} does not accept "${invalid}" here and switches TLS off`;
  return usable.length > 0 ? undefined : `"${value}" allows neither TLS 1.2 nor TLS 1.3: every handshake fails`;
}

const grades = new Set(['export', 'low', 'medium', 'high', 'null']);

/**
 * Returns the excluded ciphers: those of `…_tls_exclude_ciphers`, and, if TLS is required, also those of `…_tls_mandatory_exclude_ciphers`.
 */
function excludedCiphers(service: SmtpdService): string[] {
  return exclusionParameters(service).flatMap((name) => service.settings.list(name));
}

function exclusionParameters({ requiresTls }: SmtpdService): string[] {
  return ['smtpd_tls_exclude_ciphers', ...(requiresTls ? ['smtpd_tls_mandatory_exclude_ciphers'] : [])];
}

const ciphers: Rule = {
  id: 'T11',
  severity: 'error',
  what: 'The cipher list excludes what the certificate needs',
  why: 'A client of TLS 1.2 then gets "no shared cipher". TLS 1.3 is not affected, because its ciphers do not depend on the certificate, unless nothing is left of the list: OpenSSL then refuses it ("no cipher match"), and every handshake fails. Names of TLS 1.3 ciphers do not count in these lists.',
  document: 'postconf(5), smtpd_tls_exclude_ciphers, smtpd_tls_mandatory_ciphers and tls_high_cipherlist',
  service: (service) => {
    if (!service.speaksTls) return [];
    const { settings, site } = service;
    const kinds = certificateKinds(service);
    if (kinds.size === 0) return [];
    const gradeParameter = `smtpd_tls_${variant(service)}ciphers`;
    const grade = settings.value(gradeParameter).toLowerCase();
    if (grade !== '' && !grades.has(grade)) {
      const message = `Postfix knows no cipher grade "${grade}" (export, low, medium, high, null) and switches TLS off`;
      return [
        {
          severity: 'error',
          parameter: gradeParameter,
          message,
          changes: [service.set(gradeParameter, 'medium')],
          advice: `set ${gradeParameter} = medium`,
        },
      ];
    }
    const listParameter = `tls_${grade || 'medium'}_cipherlist`;
    const list = settings.value(listParameter);
    const excluded = excludedCiphers(service);
    const { isEmpty, certificates } = selectCiphers(list, excluded);
    if (shares(certificates, kinds)) return [];
    const versions = readProtocols(settings.value(`smtpd_tls_${variant(service)}protocols`), site.version).usable;
    // `versions` begins with the oldest version. If that is TLS 1.3, the cipher list has no effect, because it applies to older versions
    // only. But OpenSSL refuses a list that selects nothing.
    if (versions[0] === 'TLSv1.3' && !isEmpty) return [];
    const kind = [...kinds].join(' and ');
    const message = (what: string) =>
      isEmpty
        ? `${what} leaves no cipher for TLS 1.2: OpenSSL refuses the list, and every handshake fails, also with TLS 1.3`
        : `${what} leaves no TLS 1.2 cipher that encrypts for a certificate with an ${kind} key: clients of TLS 1.2 get "no shared cipher"${versions.includes('TLSv1.3') ? ' (TLS 1.3 is not affected)' : ''}`;
    const severity = versions.includes('TLSv1.3') && !isEmpty ? 'warning' : 'error';
    if (shares(usableCertificates(list, []), kinds)) return exclusionDrafts(service, kinds, list, severity, message);
    // The default lists suit every kind of certificate, except that of the grade `null`: its ciphers do not encrypt.
    if (settings.source(listParameter) === 'default')
      return [
        {
          severity,
          parameter: gradeParameter,
          message: message(`the grade ${grade}`),
          changes: [service.set(gradeParameter, 'medium')],
          advice: `set ${gradeParameter} = medium`,
        },
      ];
    return [
      {
        severity,
        parameter: listParameter,
        message: message(`${listParameter}, which ${gradeParameter} selects,`),
        advice: `remove ${listParameter} from main.cf, so that the default applies, or name ciphers for ${kind}`,
      },
    ];
  },
};

function exclusionDrafts(
  service: SmtpdService,
  kinds: ReadonlySet<'ECDSA' | 'RSA'>,
  list: string,
  severity: 'error' | 'warning',
  message: (what: string) => string,
): Draft[] {
  const names = exclusionParameters(service);
  return names.flatMap((parameter): Draft[] => {
    const words = service.settings.list(parameter);
    const guilty = words.filter((word) => !shares(usableCertificates(list, [word]), kinds));
    if (words.length === 0 || (guilty.length === 0 && names.length > 1 && parameter !== names[0])) return [];
    const kept = words.filter((word) => !guilty.includes(word));
    return [
      {
        severity,
        parameter,
        message: message(guilty.length > 0 ? `"${guilty.join(', ')}"` : 'the list of excluded ciphers'),
        ...(guilty.length > 0 && { changes: [service.set(parameter, kept.join(', '))] }),
        advice: `remove the ciphers of this kind of certificate from ${parameter}`,
      },
    ];
  });
}

function shares(usable: ReadonlySet<string>, kinds: ReadonlySet<string>): boolean {
  return [...kinds].some((kind) => usable.has(kind));
}

/** Returns the kinds of certificates of a service. Ed25519 and Ed448 use the cipher suites of ECDSA (RFC 8422 5.3). */
function certificateKinds(service: SmtpdService): ReadonlySet<'ECDSA' | 'RSA'> {
  const kinds = new Set<'ECDSA' | 'RSA'>();
  for (const { groups } of configuredChains(service)) {
    for (const { certificates } of groups) {
      const algorithm = certificates[0]?.publicKeyAlgorithm ?? '';
      if (/^RSA/.test(algorithm)) kinds.add('RSA');
      else if (/^(EC|Ed)/.test(algorithm)) kinds.add('ECDSA');
    }
  }
  return kinds;
}

const authorities: Rule = {
  id: 'T12',
  severity: 'error',
  what: 'smtpd_tls_CAfile cannot be loaded',
  why: 'One damaged block is enough: Postfix logs "disabling TLS support" and answers STARTTLS with 454.',
  document: 'postconf(5), smtpd_tls_CAfile',
  service: (service) => {
    const parameter = 'smtpd_tls_CAfile';
    const problem = service.speaksTls ? authoritiesProblem(service.site, service.settings.value(parameter)) : undefined;
    if (problem === undefined) return [];
    const isNeeded = service.settings.isYes('smtpd_tls_ask_ccert') || service.settings.isYes('smtpd_tls_req_ccert');
    return [
      {
        severity: 'error',
        parameter,
        message: `${problem}: Postfix logs "disabling TLS support" and answers STARTTLS with 454`,
        // Client certificates cannot be verified without this file. Therefore removing the parameter is proposed only if the service does
        // not request them.
        ...(isNeeded
          ? {}
          : {
              changes: [
                service.settings.source(parameter) === 'override'
                  ? service.withoutOverride(parameter)
                  : { kind: 'remove', names: [parameter] },
              ],
            }),
        advice: `write the CA certificates to that file, or remove ${parameter}`,
      },
    ];
  },
};

const wrapperMode: Rule = {
  id: 'T13',
  severity: 'error',
  what: 'TLS wrapper mode does not fit the port',
  why: 'Clients begin with TLS on port 465 (RFC 8314) and with plain SMTP and STARTTLS on 587 and 25. The other way round, none of them can connect.',
  document: 'postconf(5), smtpd_tls_wrappermode',
  audiences: ['internet', 'networks'],
  service: (service) => {
    const { knownPort, tlsLevel } = service;
    const parameter = 'smtpd_tls_wrappermode';
    if (knownPort === undefined) return [];
    if (knownPort === 465 && tlsLevel !== 'wrapper' && !service.tlsIsAtProxy) {
      const message =
        'clients begin with TLS on port 465, but this service waits for plain SMTP: no client can connect';
      return [
        {
          severity: 'error',
          parameter,
          message,
          changes: [service.override(parameter, 'yes')],
          advice: `set ${parameter} = yes for this service`,
        },
      ];
    }
    if (knownPort === 465 || tlsLevel !== 'wrapper') return [];
    const message = `clients begin with plain SMTP and STARTTLS on port ${knownPort}, but this service waits for TLS: no client can connect`;
    const level =
      knownPort === 587 && service.levelInMain !== 'encrypt'
        ? [service.override('smtpd_tls_security_level', 'encrypt')]
        : [];
    return [
      {
        severity: 'error',
        parameter,
        message,
        changes: [service.override(parameter, 'no'), ...level],
        advice: `remove ${parameter} from this service`,
      },
    ];
  },
};

/**
 * Parameters that enable tests for which postscreen itself speaks SMTP, including STARTTLS (POSTSCREEN_README, "Tests after the 220 SMTP
 * server greeting").
 */
const deepTests = [
  'postscreen_bare_newline_enable',
  'postscreen_non_smtp_command_enable',
  'postscreen_pipelining_enable',
];

const tlsProxy: Rule = {
  id: 'M06',
  severity: 'error',
  what: 'postscreen needs the tlsproxy service',
  why: 'With tests after the greeting, postscreen answers STARTTLS through tlsproxy. Without that service clients get 454, and the log says "connect to private/tlsproxy: No such file or directory".',
  document: 'POSTSCREEN_README, "TLS"; tlsproxy(8)',
  site: (site) => {
    const disabled = site.main.list('master_service_disable');
    const postscreen = site.services.find(
      (entry) => entry.command === 'postscreen' && entry.type === 'inet' && !isDisabled(entry, disabled),
    );
    if (postscreen === undefined) return [];
    const settings = site.settingsWith(postscreen.overrides);
    const test = deepTests.find((name) => settings.isYes(name));
    const level = settings.value('postscreen_tls_security_level').toLowerCase();
    const speaksTls =
      level === 'may' ||
      level === 'encrypt' ||
      settings.isYes('postscreen_use_tls') ||
      settings.isYes('postscreen_enforce_tls');
    const hasProxy = site.services.some(({ command, type }) => command === 'tlsproxy' && type === 'unix');
    if (test === undefined || !speaksTls || hasProxy) return [];
    return [
      {
        severity: 'error',
        parameter: 'tlsproxy',
        message: `${test} makes postscreen answer STARTTLS itself, through the tlsproxy service, which is missing: clients get 454`,
        changes: [{ kind: 'service', line: 'tlsproxy unix - - n - 0 tlsproxy' }],
        advice: 'add the tlsproxy service to master.cf',
      },
    ];
  },
};

export const handshakeRules: readonly Rule[] = [protocols, ciphers, authorities, wrapperMode, tlsProxy];
