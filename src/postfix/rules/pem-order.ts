import { fitsCertificate } from '../../crypto/key/key-pair.js';
import type { SmtpdService } from '../configuration/smtpd-service.js';
import type { Finding } from '../finding.js';
import type { PemObject } from '../pem/pem-object.js';
import { type BundleFile, type ServedChain, servedChains } from '../pem/served-chain.js';
import { rebuild } from './pem-file.js';
import type { ServiceRule } from './rule.js';

const refused = 'STARTTLS is answered with "454 4.7.0 TLS not available due to local problem"';

type ChainRule = (service: SmtpdService, chain: ServedChain) => Finding[];

/** All that Postfix looks at, in order. */
function objectsOf({ files }: ServedChain): PemObject[] {
  return files.flatMap(({ objects }) => objects).filter(({ kind }) => kind !== 'ignored');
}

/** Whether the files could be read at all; if not, P01 and P03 have said so. */
function isReadable({ files }: ServedChain): boolean {
  return files.every(({ scan }) => scan !== undefined && scan.fault === undefined);
}

/** The file that holds, or should hold, the key. */
function keyFile({ files, source }: ServedChain): BundleFile {
  if (source.style === 'legacy') return files.at(-1) as BundleFile;
  return (files.find(({ objects }) => objects.some(({ kind }) => kind === 'key')) ?? files.at(-1)) as BundleFile;
}

/** P04: a key without certificates, or certificates without a key. */
const halfMissing: ChainRule = (service, chain) => {
  const objects = objectsOf(chain);
  const { path, parameter } = keyFile(chain);
  const found = (what: string) => [
    service.found('P04', 'error', parameter, `${what}: ${refused}`, rebuild(service, path)),
  ];
  if (!keyFile(chain).objects.some(({ kind }) => kind === 'key')) return found(`${path} holds no private key`);
  if (chain.groups.length === 0) return found(`${chain.files[0]?.path} holds no certificate`);
  if (chain.source.style === 'chain' && objects[0]?.kind === 'key') {
    const bare = objects.findIndex(({ kind }, i) => kind === 'key' && objects[i + 1]?.kind !== 'certificate');
    if (bare >= 0) return found(`block ${bare + 1} of ${path} is a key with no certificate behind it`);
  }
  return [];
};

/** P05: the key wants a password, and there is nobody to ask. */
const encrypted: ChainRule = (service, chain) => {
  if (!objectsOf(chain).some((object) => object.kind === 'key' && object.encrypted)) return [];
  const { path, parameter } = keyFile(chain);
  const message = `the private key in ${path} is encrypted, and Postfix cannot ask for its password: ${refused}`;
  return [service.found('P05', 'error', parameter, message, rebuild(service, path))];
};

/** P06: chain files begin with the key. */
const keyNotFirst: ChainRule = (service, chain) => {
  const objects = objectsOf(chain);
  if (chain.source.style !== 'chain' || objects[0]?.kind !== 'certificate') return [];
  if (!objects.some(({ kind }) => kind === 'key')) return [];
  const { path, parameter } = keyFile(chain);
  const message = `${path}: a certificate stands before the key; chain files want key, site certificate, issuers in this order. ${refused}`;
  return [service.found('P06', 'error', parameter, message, rebuild(service, path))];
};

/** P07: the key and the first certificate behind it are not a pair. */
const mismatch: ChainRule = (service, chain) =>
  chain.groups.flatMap(({ key, certificates }) => {
    const [leaf] = certificates;
    if (key === undefined || leaf === undefined || fitsCertificate(key, leaf.der) !== false) return [];
    const { path, parameter } = keyFile(chain);
    const position = certificates.findIndex((certificate) => fitsCertificate(key, certificate.der) === true);
    const why =
      position > 0
        ? `the certificate it belongs to is only number ${position + 1}`
        : 'no certificate in the file belongs to it';
    const message = `${path}: the private key does not fit the certificate behind it (${leaf.subject}); ${why}. ${refused}`;
    return [service.found('P07', 'error', parameter, message, rebuild(service, path))];
  });

/** P14: more keys than one of a kind. */
const rivals: ChainRule = (service, chain) => {
  const { path, parameter } = keyFile(chain);
  const algorithms = keysOf(chain);
  if (chain.source.style === 'legacy') {
    if (keyFile(chain).objects.filter(({ kind }) => kind === 'key').length < 2) return [];
    const message = `${path} holds several keys: in this style only the first one is used, and all certificates are sent as one chain`;
    const fix = service.site.version.isAtLeast(3, 4)
      ? service.set('smtpd_tls_chain_files', path)
      : rebuild(service, path);
    return [service.found('P14', 'warning', parameter, message, fix)];
  }
  const twice = algorithms.find((algorithm, i) => algorithms.indexOf(algorithm) < i);
  if (twice === undefined) return [];
  const message = `${path} holds two ${twice} keys: OpenSSL takes one key of each algorithm and refuses the second ("not replacing certificate"). ${refused}`;
  return [service.found('P14', 'error', parameter, message, rebuild(service, path))];
};

/** Algorithms of the keys that can be read, in order. */
function keysOf({ files }: ServedChain): string[] {
  return files
    .flatMap(({ objects }) => objects)
    .flatMap((object) => (object.kind === 'key' && object.key ? [object.key.algorithm] : []));
}

/** Rules about the order of keys and certificates, for files that can be read. */
export const pemOrderRules: readonly ServiceRule[] = [halfMissing, encrypted, keyNotFirst, mismatch, rivals].map(
  (rule) => (service) =>
    servedChains(service)
      .filter(isReadable)
      .flatMap((chain) => rule(service, chain)),
);
