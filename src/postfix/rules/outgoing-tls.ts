import { serviceName } from '../configuration/master-cf.js';
import type { ServiceParameters } from '../configuration/service-parameters.js';
import type { Site } from '../configuration/site.js';
import { splitList } from '../configuration/word-list.js';
import { keyFits } from '../pem/cached-checks.js';
import { readPemObjects } from '../pem/configured-chain.js';
import type { Draft, Rule } from './rule.js';
import { authoritiesProblem, protocolProblem } from './tls-handshake.js';

/**
 * The parameters of an smtp client: those of main.cf, or those of main.cf with the overrides of one smtp or lmtp service in master.cf. Only
 * services that override a parameter `smtp_tls_…` are examined separately.
 */
interface Client {
  readonly site: Site;
  readonly settings: ServiceParameters;
  /** How messages begin: `name/type: ` for a service in master.cf; empty for main.cf. */
  readonly where: string;
}

function clients(site: Site): Client[] {
  const own = site.services.filter(
    ({ command, overrides }) =>
      (command === 'smtp' || command === 'lmtp') && [...overrides.keys()].some((name) => name.startsWith('smtp_tls_')),
  );
  return [
    { site, settings: site.main, where: '' },
    ...own.map((service) => ({
      site,
      settings: site.settingsWith(service.overrides),
      where: `${serviceName(service)}: `,
    })),
  ];
}

/**
 * Returns the TLS level of the client: smtp_tls_security_level, or, if it is empty, the level that the parameters of Postfix before 2.3
 * select (postconf(5)).
 */
function levelOf({ settings }: Client): string {
  const level = settings.value('smtp_tls_security_level').toLowerCase();
  if (level !== '') return level;
  if (settings.isYes('smtp_enforce_tls'))
    return settings.raw('smtp_tls_enforce_peername') === 'no' ? 'encrypt' : 'verify';
  return settings.isYes('smtp_use_tls') ? 'may' : 'none';
}

/** TLS levels with which mail is deferred instead of being sent without TLS. */
const mandatoryLevels = new Set(['encrypt', 'dane-only', 'fingerprint', 'verify', 'secure']);

function clientRule(rule: Omit<Rule, 'site'>, check: (client: Client, level: string) => readonly Draft[]): Rule {
  return {
    ...rule,
    site: (site) =>
      clients(site).flatMap((client) => {
        const level = levelOf(client);
        if (level === 'none' && !client.settings.isYes('smtp_tls_wrappermode')) return [];
        return check(client, level).map((draft) => ({ ...draft, message: `${client.where}${draft.message}` }));
      }),
  };
}

/** Returns the severity and the effect on outgoing mail if the client cannot initialise TLS. */
function engineUnavailable(level: string): Pick<Draft, 'severity'> & { readonly effect: string } {
  return mandatoryLevels.has(level)
    ? {
        severity: 'error',
        effect: `all outgoing mail is deferred ("TLS engine is unavailable"), because smtp_tls_security_level = ${level}`,
      }
    : { severity: 'warning', effect: 'outgoing mail is sent without TLS, or deferred where TLS is required' };
}

const authorities = clientRule(
  {
    id: 'O01',
    severity: 'error',
    what: 'smtp_tls_CAfile cannot be loaded',
    why: 'The smtp client then has no TLS ("TLS engine is unavailable"): mail that requires TLS is deferred, and other mail is sent unencrypted.',
    document: 'postconf(5), smtp_tls_CAfile',
  },
  ({ site, settings }, level) => {
    const parameter = 'smtp_tls_CAfile';
    const problem = authoritiesProblem(site, settings.value(parameter));
    if (problem === undefined) return [];
    const { severity, effect } = engineUnavailable(level);
    return [
      {
        severity,
        parameter,
        message: `${problem}: ${effect}`,
        advice: `name the CA bundle of this system in ${parameter}`,
      },
    ];
  },
);

const noAuthorities = clientRule(
  {
    id: 'O02',
    severity: 'error',
    what: 'Servers are to be verified, but no CA is configured',
    why: 'At the levels verify and secure a server must present a certificate of a known CA. Without any CA, all outgoing mail is deferred.',
    document: 'postconf(5), smtp_tls_security_level; TLS_README, "Mandatory server certificate verification"',
  },
  ({ settings, site }, level) => {
    if (level !== 'verify' && level !== 'secure') return [];
    const names = ['smtp_tls_CAfile', 'smtp_tls_CApath', 'smtp_tls_trust_anchor_file'];
    const isKnown =
      names.some((name) => settings.value(name) !== '') ||
      settings.isYes('tls_append_default_CA') ||
      !site.version.isAtLeast(2, 8);
    if (isKnown) return [];
    return [
      {
        severity: 'error',
        parameter: 'smtp_tls_CAfile',
        message: `smtp_tls_security_level = ${level} verifies servers, but neither smtp_tls_CAfile nor smtp_tls_CApath is set: all outgoing mail is deferred`,
        advice: 'name the CA bundle of this system in smtp_tls_CAfile',
      },
    ];
  },
);

const ownCertificate = clientRule(
  {
    id: 'O03',
    severity: 'error',
    what: "The smtp client's own certificate cannot be loaded",
    why: 'A file without key or certificate, a key that does not belong to the certificate, or the wrong order switches TLS off for outgoing mail ("TLS engine is unavailable"). A missing file of smtp_tls_chain_files is skipped: servers that ask for a certificate get none.',
    document: 'postconf(5), smtp_tls_chain_files and smtp_tls_cert_file',
  },
  ({ settings, site }, level) => {
    const isChain = site.version.isAtLeast(3, 4) && settings.value('smtp_tls_chain_files') !== '';
    const parameter = isChain ? 'smtp_tls_chain_files' : 'smtp_tls_cert_file';
    const names = isChain ? [parameter] : [parameter, 'smtp_tls_key_file'];
    if (settings.value(parameter) === '') return [];
    const paths = [...new Set(names.flatMap((name) => splitList(settings.value(name))))];
    const advice = `repair the file, or remove ${parameter} if no server asks for a certificate`;
    const missing = paths.find((path) => site.file(path) === undefined);
    // Observed with 3.7: a chain file that cannot be opened is skipped, but any other problem makes TLS unavailable.
    if (missing !== undefined && isChain) {
      const message = `${missing} is missing: servers that ask for a certificate get none`;
      return [{ severity: 'warning', parameter, message, advice }];
    }
    const problem = missing === undefined ? loadProblem(site, paths, isChain) : `${missing} is missing`;
    if (problem === undefined) return [];
    const { severity, effect } = engineUnavailable(level);
    return [{ severity, parameter, message: `${problem}: ${effect}`, advice }];
  },
);

function loadProblem(site: Site, paths: readonly string[], isChain: boolean): string | undefined {
  const files = paths.map((path) => site.file(path));
  const objects = files
    .flatMap((file) => (file ? site.derive(file, readPemObjects) : []))
    .filter(({ kind }) => kind !== 'ignored');
  // The older parameters use only the first key of the file.
  const isDamaged = objects.some((object) => object.kind === 'unreadable' && (isChain || !object.isKey));
  if (isDamaged) return `a block of ${paths.join(', ')} is damaged`;
  const key = objects.find((object) => object.kind === 'key');
  const certificate = objects.find((object) => object.kind === 'certificate');
  if (key?.kind !== 'key') return `${paths.join(', ')} contains no private key`;
  if (certificate?.kind !== 'certificate') return `${paths.join(', ')} contains no certificate`;
  if (isChain && objects[0]?.kind !== 'key') return `in ${paths.join(', ')} a certificate precedes the key`;
  if (key.encrypted) return `the private key in ${paths.join(', ')} is encrypted`;
  return key.key !== undefined && keyFits(key.key, certificate.certificate) === false
    ? `the private key in ${paths.join(', ')} does not belong to the first certificate`
    : undefined;
}

const protocols = clientRule(
  {
    id: 'O04',
    severity: 'error',
    what: 'No usable version of TLS is left for outgoing mail',
    why: 'Servers speak TLS 1.2 and 1.3. If the list allows neither, no handshake succeeds.',
    document: 'postconf(5), smtp_tls_protocols and smtp_tls_mandatory_protocols',
  },
  ({ settings, site, where }, level) => {
    const parameter = `smtp_tls_${mandatoryLevels.has(level) ? 'mandatory_' : ''}protocols`;
    if (settings.source(parameter) === 'default') return [];
    const problem = protocolProblem(settings.value(parameter), site);
    if (problem === undefined) return [];
    const { severity, effect } = engineUnavailable(level);
    const value = site.version.isAtLeast(3, 6) ? '>=TLSv1.2' : '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1';
    return [
      {
        severity,
        parameter,
        message: `${problem}; ${effect}`,
        ...(where === '' && { changes: [{ kind: 'set', name: parameter, value } as const] }),
        advice: `set ${parameter} = ${value}`,
      },
    ];
  },
);

const daneWithoutDnssec = clientRule(
  {
    id: 'O05',
    severity: 'warning',
    what: 'DANE needs DNSSEC lookups',
    why: 'Without smtp_dns_support_level = dnssec, Postfix cannot trust TLSA records: it treats the level dane as may, and dane-only defers all mail.',
    document: 'TLS_README, "Opportunistic DANE TLS authentication"',
  },
  ({ settings, where }, level) => {
    const parameter = 'smtp_dns_support_level';
    if (!level.startsWith('dane') || settings.value(parameter).toLowerCase() === 'dnssec') return [];
    const effect = level === 'dane-only' ? 'all outgoing mail is deferred' : 'servers are not authenticated';
    return [
      {
        severity: level === 'dane-only' ? 'error' : 'warning',
        parameter,
        message: `smtp_tls_security_level = ${level} needs ${parameter} = dnssec: ${effect}`,
        ...(where === '' && { changes: [{ kind: 'set', name: parameter, value: 'dnssec' } as const] }),
        advice: `set ${parameter} = dnssec, with a DNS resolver on this machine that validates`,
      },
    ];
  },
);

const wrapperMode = clientRule(
  {
    id: 'O06',
    severity: 'error',
    what: 'smtp_tls_wrappermode needs mandatory TLS',
    why: 'A connection that begins with TLS cannot fall back to plain SMTP. Below the level encrypt, Postfix defers the mail.',
    document: 'postconf(5), smtp_tls_wrappermode',
  },
  ({ settings, where }, level) => {
    const parameter = 'smtp_tls_wrappermode';
    if (!settings.isYes(parameter) || mandatoryLevels.has(level)) return [];
    return [
      {
        severity: 'error',
        parameter,
        message: `${parameter} = yes needs smtp_tls_security_level = encrypt or stronger, and it is ${level}: mail is deferred`,
        ...(where === '' && { changes: [{ kind: 'set', name: 'smtp_tls_security_level', value: 'encrypt' } as const] }),
        advice: 'set smtp_tls_security_level = encrypt in the same place',
      },
    ];
  },
);

export const outgoingRules: readonly Rule[] = [
  authorities,
  noAuthorities,
  ownCertificate,
  protocols,
  daneWithoutDnssec,
  wrapperMode,
];
