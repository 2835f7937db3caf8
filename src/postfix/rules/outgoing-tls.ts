import type { Site } from '../configuration/site.js';
import { type ClientTlsLevel, clientTlsLevel, type SmtpClient, smtpClients } from '../configuration/smtp-client.js';
import { splitList } from '../configuration/word-list.js';
import { authoritiesProblem } from '../pem/authority-file.js';
import { keyFits } from '../pem/cached-checks.js';
import { objectReaders, readerOf } from '../pem/configured-chain.js';
import type { Draft, Rule } from './rule.js';
import { protocolProblem } from './tls-handshake.js';

/** TLS levels with which mail is deferred instead of being sent without TLS. */
const mandatoryLevels = new Set(['encrypt', 'dane-only', 'fingerprint', 'verify', 'secure']);

function clientRule(
  rule: Omit<Rule, 'site'>,
  check: (client: SmtpClient, level: ClientTlsLevel) => readonly Draft[],
): Rule {
  return {
    ...rule,
    site: (site) =>
      smtpClients(site).flatMap((client) => {
        const level = clientTlsLevel(client);
        if (level.level === 'none' && !client.settings.isYes(`${client.program}_tls_wrappermode`)) return [];
        return check(client, level).map((draft) => ({ ...draft, message: `${client.where}${draft.message}` }));
      }),
  };
}

/** Returns the severity and the effect on the mail of a client if the client cannot initialise TLS. */
function engineUnavailable(
  { mail }: SmtpClient,
  { level, setting }: ClientTlsLevel,
): Pick<Draft, 'severity'> & { readonly effect: string } {
  return mandatoryLevels.has(level)
    ? { severity: 'error', effect: `all ${mail} is deferred ("TLS engine is unavailable"), because ${setting}` }
    : { severity: 'warning', effect: `${mail} is sent without TLS, or deferred where TLS is required` };
}

const authorities = clientRule(
  {
    id: 'O01',
    severity: 'error',
    what: 'smtp_tls_CAfile cannot be loaded',
    why: 'The smtp client then has no TLS ("TLS engine is unavailable"): mail that requires TLS is deferred, and other mail is sent unencrypted. One damaged block is enough. The lmtp client has parameters of its own, such as lmtp_tls_CAfile, and is examined in the same way by all rules for outgoing mail.',
    document: 'postconf(5), smtp_tls_CAfile',
  },
  (client, level) => {
    const { site, settings, program } = client;
    const parameter = `${program}_tls_CAfile`;
    const problem = authoritiesProblem(site, settings.value(parameter));
    if (problem === undefined) return [];
    const { severity, effect } = engineUnavailable(client, level);
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
  ({ settings, site, program, mail }, { level, setting }) => {
    if (level !== 'verify' && level !== 'secure') return [];
    const names = ['CAfile', 'CApath', 'trust_anchor_file'].map((name) => `${program}_tls_${name}`);
    const isKnown =
      names.some((name) => settings.value(name) !== '') ||
      settings.isYes('tls_append_default_CA') ||
      !site.version.isAtLeast(2, 8);
    if (isKnown) return [];
    return [
      {
        severity: 'error',
        parameter: `${program}_tls_CAfile`,
        message: `${setting} verifies servers, but neither ${program}_tls_CAfile nor ${program}_tls_CApath is set: all ${mail} is deferred`,
        advice: `name the CA bundle of this system in ${program}_tls_CAfile`,
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
  (client, level) => {
    const { settings, site, program } = client;
    const isChain = site.version.isAtLeast(3, 4) && settings.value(`${program}_tls_chain_files`) !== '';
    const parameter = `${program}_tls_${isChain ? 'chain_files' : 'cert_file'}`;
    const names = isChain ? [parameter] : [parameter, `${program}_tls_key_file`];
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
    const { severity, effect } = engineUnavailable(client, level);
    return [{ severity, parameter, message: `${problem}: ${effect}`, advice }];
  },
);

function loadProblem(site: Site, paths: readonly string[], isChain: boolean): string | undefined {
  const files = paths.map((path) => site.file(path));
  const readObjects = objectReaders[readerOf(site, isChain || paths.length === 1)];
  const objects = files
    .flatMap((file) => (file ? site.derive(file, readObjects) : []))
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
  (client, level) => {
    const { settings, site, program, where } = client;
    const parameter = `${program}_tls_${mandatoryLevels.has(level.level) ? 'mandatory_' : ''}protocols`;
    if (settings.source(parameter) === 'default') return [];
    const problem = protocolProblem(settings.value(parameter), site);
    if (problem === undefined) return [];
    const { severity, effect } = engineUnavailable(client, level);
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
  ({ settings, program, where, mail }, { level, setting }) => {
    const parameter = `${program}_dns_support_level`;
    if (!level.startsWith('dane') || settings.value(parameter).toLowerCase() === 'dnssec') return [];
    const effect = level === 'dane-only' ? `all ${mail} is deferred` : 'servers are not authenticated';
    return [
      {
        severity: level === 'dane-only' ? 'error' : 'warning',
        parameter,
        message: `${setting} needs ${parameter} = dnssec: ${effect}`,
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
  ({ settings, program, where }, { level }) => {
    const parameter = `${program}_tls_wrappermode`;
    const levelParameter = `${program}_tls_security_level`;
    if (!settings.isYes(parameter) || mandatoryLevels.has(level)) return [];
    return [
      {
        severity: 'error',
        parameter,
        message: `${parameter} = yes needs ${levelParameter} = encrypt or stronger, and it is ${level}: mail is deferred`,
        ...(where === '' && { changes: [{ kind: 'set', name: levelParameter, value: 'encrypt' } as const] }),
        advice: `set ${levelParameter} = encrypt in the same place`,
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
