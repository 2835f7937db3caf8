import { publicBundles } from '../configuration/relay-by-restriction.js';
import type { SharedSite } from '../configuration/site.js';
import { describeUnreadable, isCertificateWithTrust, readCertificateWithTrust, toPemObject } from './pem-object.js';
import { scanPem } from './pem-scan.js';

/**
 * Returns the reason why Postfix cannot load a file of CA certificates; undefined if it can. The CA bundle of a distribution is often not
 * among the examined files. Therefore it is reported as missing only if {@link PostfixInstallation.reachable} says so.
 */
export function authoritiesProblem(site: SharedSite, path: string): string | undefined {
  if (path === '') return undefined;
  const file = site.file(path);
  if (file === undefined) {
    const isKnownMissing = site.installation.reachable?.(path) === 'missing';
    return publicBundles.has(path) && !isKnownMissing ? undefined : `${path} is missing`;
  }
  const fault = site.derive(file, authorityFileFault);
  return fault === undefined ? undefined : `${path} cannot be loaded: ${fault}`;
}

/**
 * Describes why OpenSSL cannot load a file of CA certificates; undefined if it can. Postfix then has no TLS at all, even if only one of the
 * blocks is damaged. OpenSSL reads certificates, revocation lists and unencrypted keys, and skips other blocks (X509_load_cert_crl_file).
 * The content of revocation lists is not checked here.
 */
export function authorityFileFault(bytes: Uint8Array): string | undefined {
  const { blocks, fault } = scanPem(bytes);
  if (fault !== undefined) return fault;
  const objects = blocks.map((block) =>
    isCertificateWithTrust(block) ? readCertificateWithTrust(block) : toPemObject(block),
  );
  const position = objects.findIndex(({ kind }) => kind === 'unreadable');
  const unreadable = objects[position];
  if (unreadable?.kind === 'unreadable') return describeUnreadable(unreadable, position);
  const isUseful = blocks.some((block) => isCertificateWithTrust(block) || block.label === revocationListLabel);
  return isUseful ? undefined : 'there is no certificate in it';
}

/** The label of a certificate revocation list (RFC 7468 6). */
const revocationListLabel = 'X509 CRL';
