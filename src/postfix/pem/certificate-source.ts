import type { SmtpdService } from '../configuration/smtpd-service.js';
import { splitList } from '../configuration/word-list.js';

/** The certificate parameters that smtpd_tls_chain_files replaces since 3.4, each with its key parameter. */
export const legacyParameters = [
  ['smtpd_tls_cert_file', 'smtpd_tls_key_file'],
  ['smtpd_tls_eccert_file', 'smtpd_tls_eckey_file'],
  ['smtpd_tls_dcert_file', 'smtpd_tls_dkey_file'],
] as const;

/** The parameters and files from which a service reads a key and its certificates. */
export type CertificateSource =
  /** `smtpd_tls_chain_files`: the files are read in their order, as if they were one file. */
  | { readonly style: 'chain'; readonly parameter: 'smtpd_tls_chain_files'; readonly paths: readonly string[] }
  /**
   * The older parameters: the first key in the file `keyPath`, and all certificates in the file `certificatePath`, which may be the same
   * file.
   */
  | {
      readonly style: 'legacy';
      readonly parameter: string;
      readonly keyParameter: string;
      readonly certificatePath: string;
      readonly keyPath: string;
    };

/**
 * Returns the certificate sources of a service. If smtpd_tls_chain_files (since 3.4) is set, the older parameters are ignored
 * (postconf(5)).
 */
export function certificateSources(service: SmtpdService): CertificateSource[] {
  const { settings } = service;
  const paths = chainFiles(service);
  if (paths.length > 0) return [{ style: 'chain', parameter: 'smtpd_tls_chain_files', paths }];
  return legacyParameters.flatMap(([parameter, keyParameter]): CertificateSource[] => {
    const certificatePath = settings.value(parameter);
    if (certificatePath === '' || certificatePath.toLowerCase() === 'none') return [];
    return [
      {
        style: 'legacy',
        parameter,
        keyParameter,
        certificatePath,
        keyPath: settings.value(keyParameter) || certificatePath,
      },
    ];
  });
}

/** Returns the files of a source, each with the parameter that names it. */
export function filesOf(source: CertificateSource): [parameter: string, path: string][] {
  if (source.style === 'chain') return source.paths.map((path) => [source.parameter, path]);
  const certificates: [string, string] = [source.parameter, source.certificatePath];
  return source.keyPath === source.certificatePath
    ? [certificates]
    : [certificates, [source.keyParameter, source.keyPath]];
}

/** Returns the files of smtpd_tls_chain_files; an empty list if this version does not have the parameter. */
export function chainFiles({ site, settings }: SmtpdService): string[] {
  return site.version.isAtLeast(3, 4) ? splitList(settings.value('smtpd_tls_chain_files')) : [];
}

/** Checks whether smtpd_tls_cert_file is `none`, which is meant for servers that use TLS without certificates (postconf(5)). */
export function wantsNoCertificate({ settings }: SmtpdService): boolean {
  return settings.value('smtpd_tls_cert_file').toLowerCase() === 'none';
}
