import type { SmtpdService } from '../configuration/smtpd-service.js';
import { splitList } from '../configuration/word-list.js';

/** Certificate parameters before 3.4, and the key parameter that goes with each. */
export const legacyParameters = [
  ['smtpd_tls_cert_file', 'smtpd_tls_key_file'],
  ['smtpd_tls_eccert_file', 'smtpd_tls_eckey_file'],
  ['smtpd_tls_dcert_file', 'smtpd_tls_dkey_file'],
] as const;

/** Where a service takes a key and its certificates from. */
export type CertificateSource =
  /** `smtpd_tls_chain_files`: the files one after the other, as if they were one. */
  | { readonly style: 'chain'; readonly parameter: 'smtpd_tls_chain_files'; readonly paths: readonly string[] }
  /** The first key of one file, all certificates of another. */
  | {
      readonly style: 'legacy';
      readonly parameter: string;
      readonly keyParameter: string;
      readonly certificatePath: string;
      readonly keyPath: string;
    };

/** postconf(5), smtpd_tls_chain_files: since 3.4, and where it is set the older parameters are ignored. */
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

/** The files of smtpd_tls_chain_files where this version knows it. */
export function chainFiles({ site, settings }: SmtpdService): string[] {
  return site.version.isAtLeast(3, 4) ? splitList(settings.value('smtpd_tls_chain_files')) : [];
}

/** postconf(5), smtpd_tls_cert_file: `none` is for servers that work without certificates. */
export function wantsNoCertificate({ settings }: SmtpdService): boolean {
  return settings.value('smtpd_tls_cert_file').toLowerCase() === 'none';
}

/**
 * The paths that were meant where a blank or comma in one of them makes several, joined by hyphens, as the file is then to be
 * named; undefined if every part of the list looks like a path, or is there.
 */
export function meantPaths(service: SmtpdService): { readonly fragment: string; readonly value: string } | undefined {
  const paths = chainFiles(service);
  const isFragment = (path: string) => !path.startsWith('/') && service.file(path) === undefined;
  const fragment = paths.slice(1).find(isFragment);
  if (fragment === undefined) return undefined;
  const meant: string[] = [];
  for (const path of paths) {
    if (meant.length > 0 && isFragment(path)) meant.push(`${meant.pop()}-${path}`);
    else meant.push(path);
  }
  return { fragment, value: meant.join(', ') };
}
