import type { SmtpdService } from '../configuration/smtpd-service.js';
import { keyFits } from '../pem/cached-checks.js';
import { type BundleFile, type ConfiguredChain, configuredChains, faultOf } from '../pem/configured-chain.js';
import { isKeyOrCertificate, type PemObject } from '../pem/pem-object.js';
import { rebuildFile } from './rebuild-pem.js';
import type { Draft, Rule } from './rule.js';

const refused = 'STARTTLS is answered with "454 4.7.0 TLS not available due to local problem"';

type ChainCheck = (service: SmtpdService, chain: ConfiguredChain) => readonly Draft[];

/** Creates a rule about keys and their certificates. It skips chains with a missing or damaged file, which P01 and P03 report. */
function keyRule(rule: Omit<Rule, 'service' | 'document'>, check: ChainCheck): Rule {
  return {
    ...rule,
    document: 'postconf(5), smtpd_tls_chain_files and smtpd_tls_cert_file',
    service: (service) =>
      configuredChains(service)
        .filter(isReadable)
        .flatMap((chain) => check(service, chain)),
  };
}

/** Returns the keys and certificates of all files, in their order. */
function objectsOf({ files }: ConfiguredChain): PemObject[] {
  return files.flatMap(({ objects }) => objects).filter(isKeyOrCertificate);
}

function isReadable(chain: ConfiguredChain): boolean {
  return chain.files.every((file) => file.scan !== undefined && faultOf(chain, file) === undefined);
}

/** Returns the file that contains, or should contain, the key. */
function keyFile({ files, source }: ConfiguredChain): BundleFile {
  if (source.style === 'legacy') return files.at(-1) as BundleFile;
  return (files.find(holdsKey) ?? files.at(-1)) as BundleFile;
}

function holdsKey({ objects }: BundleFile): boolean {
  return objects.some(({ kind }) => kind === 'key');
}

const halfMissing = keyRule(
  { id: 'P04', severity: 'error', what: 'The key or the certificate is missing', why: `${refused}.` },
  (service, chain) => {
    const { path, parameter } = keyFile(chain);
    const found = (what: string): Draft[] => [
      { severity: 'error', parameter, message: `${what}: ${refused}`, ...rebuildFile(service, chain, path) },
    ];
    if (!holdsKey(keyFile(chain))) return found(`${path} contains no private key`);
    if (chain.groups.length === 0) return found(`${chain.files[0]?.path} contains no certificate`);
    const objects = objectsOf(chain);
    if (chain.source.style !== 'chain' || objects[0]?.kind !== 'key') return [];
    const bare = objects.findIndex(({ kind }, i) => kind === 'key' && objects[i + 1]?.kind !== 'certificate');
    return bare < 0 ? [] : found(`block ${bare + 1} of ${path} is a key without a certificate after it`);
  },
);

const encrypted = keyRule(
  {
    id: 'P05',
    severity: 'error',
    what: 'The private key is encrypted',
    why: `Postfix cannot ask for a password. ${refused}.`,
  },
  (service, chain) => {
    if (!objectsOf(chain).some((object) => object.kind === 'key' && object.encrypted)) return [];
    const { path, parameter } = keyFile(chain);
    const message = `the private key in ${path} is encrypted, and Postfix cannot ask for its password: ${refused}`;
    return [{ severity: 'error', parameter, message, ...rebuildFile(service, chain, path) }];
  },
);

const keyNotFirst = keyRule(
  {
    id: 'P06',
    severity: 'error',
    what: 'A certificate precedes the key',
    why: `smtpd_tls_chain_files needs the key first, then its certificate, then the issuers. ${refused}.`,
  },
  (service, chain) => {
    const objects = objectsOf(chain);
    if (chain.source.style !== 'chain' || objects[0]?.kind !== 'certificate') return [];
    if (!objects.some(({ kind }) => kind === 'key')) return [];
    const { path, parameter } = keyFile(chain);
    const message = `${path}: a certificate precedes the key; smtpd_tls_chain_files needs the key first, then its certificate, then the issuers. ${refused}`;
    const reordered = [...chain.files.filter(holdsKey), ...chain.files.filter((file) => !holdsKey(file))];
    const value = reordered.map((file) => file.path).join(', ');
    const remedy =
      chain.files.length > 1
        ? { changes: [service.set(parameter, value)], advice: `set ${parameter} = ${value}` }
        : rebuildFile(service, chain, path);
    return [{ severity: 'error', parameter, message, ...remedy }];
  },
);

const mismatch = keyRule(
  {
    id: 'P07',
    severity: 'error',
    what: 'The key does not belong to the certificate after it',
    why: `An issuer precedes the server certificate, or the certificate was renewed and the key is the old one. ${refused}.`,
  },
  (service, chain) =>
    chain.groups.flatMap(({ key, certificates }): Draft[] => {
      const [leaf] = certificates;
      if (key === undefined || leaf === undefined || keyFits(key, leaf) !== false) return [];
      const { path, parameter } = keyFile(chain);
      const position = certificates.findIndex((certificate) => keyFits(key, certificate) === true);
      const why =
        position > 0
          ? `the certificate that it belongs to is number ${position + 1}`
          : 'no certificate in the file belongs to it';
      const message = `${path}: the private key does not belong to the certificate after it (${leaf.subject}); ${why}. ${refused}`;
      return [{ severity: 'error', parameter, message, ...rebuildFile(service, chain, path) }];
    }),
);

const severalKeys = keyRule(
  {
    id: 'P14',
    severity: 'error',
    what: 'There are several keys of one algorithm',
    why: `OpenSSL loads one key of each algorithm and refuses the second ("not replacing certificate"): ${refused}. With smtpd_tls_cert_file only the first key is used.`,
  },
  (service, chain) => {
    const { path, parameter } = keyFile(chain);
    if (chain.source.style === 'legacy') {
      if (keyFile(chain).objects.filter(({ kind }) => kind === 'key').length < 2) return [];
      const message = `${path} contains several keys: smtpd_tls_cert_file uses only the first one and sends all certificates as one chain`;
      const advice = `set smtpd_tls_chain_files = ${path} instead (Postfix 3.4 and later), or keep one key in the file`;
      return [{ severity: 'warning', parameter, message, ...useChainFiles(service, chain), advice }];
    }
    const algorithms = keysOf(chain);
    const repeated = algorithms.find((algorithm, i) => algorithms.indexOf(algorithm) < i);
    if (repeated === undefined) return [];
    const message = `${path} contains two ${repeated} keys: OpenSSL loads one key of each algorithm and refuses the second. ${refused}`;
    return [{ severity: 'error', parameter, message, ...rebuildFile(service, chain, path) }];
  },
);

/**
 * Proposes to name the file in smtpd_tls_chain_files (since 3.4) instead of the older parameters. Proposes nothing if there are two
 * files, or if master.cf sets one of the older parameters.
 */
function useChainFiles(service: SmtpdService, { source, files: [file, ...others] }: ConfiguredChain) {
  if (source.style !== 'legacy' || file === undefined || others.length > 0) return {};
  const { settings, site } = service;
  const names = [source.parameter, source.keyParameter].filter((name) => settings.source(name) !== 'default');
  if (!site.version.isAtLeast(3, 4) || names.some((name) => settings.source(name) !== 'main')) return {};
  return { changes: [service.set('smtpd_tls_chain_files', file.path), { kind: 'remove', names } as const] };
}

/** Returns the algorithms of the keys that can be read, in their order. */
function keysOf({ files }: ConfiguredChain): string[] {
  return files
    .flatMap(({ objects }) => objects)
    .flatMap((object) => (object.kind === 'key' && object.key ? [object.key.algorithm] : []));
}

export const pemKeyRules: readonly Rule[] = [halfMissing, encrypted, keyNotFirst, mismatch, severalKeys];
