import { toLatin1 } from '../../bytes/encoding.js';
import type { Severity } from '../../warnings.js';
import { type Opening, relayByTable, relayedAnywhere } from './relay-by-table.js';
import type { Restriction } from './restrictions.js';
import type { SmtpdService } from './smtpd-service.js';

function relay(severity: Severity, who: string): Opening {
  return { severity, effect: relayedAnywhere(who) };
}

/**
 * Determines how a restriction before reject_unauth_destination, or before a similar one, lets strangers relay. Returns undefined if the
 * restriction does not let strangers relay.
 */
export function relayByRestriction(service: SmtpdService, { name, argument }: Restriction): Opening | undefined {
  if (name === 'permit' || name === 'permit_naked_ip_address') return relay('error', 'every client');
  if (name === 'permit_mx_backup') {
    const bounded = service.settings.value('permit_mx_backup_networks') !== '';
    return bounded ? undefined : relay('error', 'everyone whose domain has an MX record for this host');
  }
  if (name === 'permit_tls_all_clientcerts') {
    return acceptsPublicCertificates(service)
      ? relay('error', 'every client with a certificate of a public CA')
      : undefined;
  }
  if (name === 'permit_dnswl_client' || name === 'permit_rhswl_client') {
    return relay('warning', 'every client on a DNS list that others maintain');
  }
  if (/^check_\w+_access$/.test(name) && argument !== undefined) return relayByTable(service, name, argument);
  return undefined;
}

/** Paths of the bundles of public CAs on Debian, Alpine, RHEL, FreeBSD and openSUSE. */
export const publicBundles = new Set([
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/usr/local/share/certs/ca-root-nss.crt',
  '/etc/ssl/ca-bundle.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
]);

/** Directories with the certificates of public CAs on the distributions of {@link publicBundles}. */
const publicDirectories = new Set(['/etc/ssl/certs', '/etc/pki/tls/certs']);

/**
 * A file with more CA certificates than this is taken for a bundle of public CAs. A private PKI usually has one or two roots, a public
 * bundle more than a hundred.
 */
const mostPrivateRoots = 20;

/**
 * Checks whether client certificates of public CAs are accepted: because of smtpd_tls_CAfile, smtpd_tls_CApath, or OpenSSL's default CAs,
 * which tls_append_default_CA adds (postconf(5)). Versions before 2.7.2 always add them; all versions before 2.8 are treated like these.
 */
function acceptsPublicCertificates({ settings, site }: SmtpdService): boolean {
  if (settings.isYes('tls_append_default_CA') || !site.version.isAtLeast(2, 8)) return true;
  if (publicDirectories.has(settings.value('smtpd_tls_CApath').replace(/\/+$/, ''))) return true;
  const path = settings.value('smtpd_tls_CAfile');
  if (path === '') return false;
  if (publicBundles.has(path)) return true;
  const file = site.file(path);
  return file !== undefined && site.derive(file, countCertificates) > mostPrivateRoots;
}

function countCertificates(bytes: Uint8Array): number {
  return toLatin1(bytes).split('-----BEGIN CERTIFICATE-----').length - 1;
}
