import type { ConversionResult, ConvertedKey, KeyConversionResult } from '../../convert/convert.js';
import type { ChainConversionResult } from '../../convert/convert-chain.js';
import type { EntriesConversionResult } from '../../convert/convert-entries.js';
import type { TrustedConversionResult } from '../../convert/convert-trusted.js';
import type { ServedChain } from '../../convert/served-chain.js';
import { certificatesOf } from '../../keystore/entry/certificates-of-entry.js';
import type { Entry, KeyStore } from '../../keystore/types.js';
import type { CertificationPath, PathPreference } from '../../x509/path/certification-path-types.js';
import { certificateJson, storedCertificateJson } from '../certificate-json.js';
import type { ChainOfKey } from '../list/chains-of-keys.js';

/** An output file of the run. */
export interface WrittenFile {
  readonly path: string;
  readonly changed: boolean;
}

/** Returns the JSON of a bundle. If it has several keys, the values of the first one are at the top level, and `groups` contains all. */
export function bundleJson({ groups, storeType }: Pick<ConversionResult, 'groups' | 'storeType'>) {
  const [first, ...more] = groups.map((group) => ({ ...keyPart(group), ...chainPart(group) }));
  return { ...first, ...(more.length > 0 && { groups: [first, ...more] }), storeType };
}

/** Returns the JSON of `--only chain`: that of a bundle, without a key. */
export function chainJson({ chains, storeType }: ChainConversionResult) {
  const [first, ...more] = chains.map((chain) => ({ alias: chain.alias, key: null, ...chainPart(chain) }));
  return { ...first, ...(more.length > 0 && { groups: [first, ...more] }), storeType };
}

/** Returns the JSON of `--only key`: that of a bundle, without certificates. */
export function keyJson({ keys, storeType }: KeyConversionResult) {
  const [first, ...more] = keys.map((key) => ({ ...keyPart(key), ...noChain }));
  return { ...first, ...(more.length > 0 && { groups: [first, ...more] }), storeType };
}

/** Returns the JSON of `--trusted`: that of a bundle, without key and chain. */
export function trustedJson({ certificates, storeType }: TrustedConversionResult) {
  return { alias: null, key: null, ...noChain, trusted: certificates.map(certificateJson), storeType };
}

/** Returns the JSON of `--split`. */
export function entriesJson({ groups, trusted, storeType }: EntriesConversionResult) {
  const entries = groups.map((group) => ({ ...keyPart(group), ...chainPart(group) }));
  const certificates = trusted.map(({ certificate }) => certificateJson(certificate));
  return { alias: null, key: null, ...noChain, groups: entries, trusted: certificates, storeType };
}

const noChain = { chain: [], anchor: null, rejected: [] };

function keyPart({ alias, key }: ConvertedKey) {
  return { alias, key: { algorithm: key.algorithm } };
}

function chainPart({ path, leafFrom, fetched, alternative }: ServedChain) {
  return {
    leafFrom,
    ...pathJson(path),
    alternatives: alternativesJson(path, alternative),
    fetched: fetched.map(({ url, certificate }) => ({ url, sha256: certificate.sha256 })),
  };
}

/** Returns the JSON of `list`. */
export function storeJson(store: KeyStore, chains: readonly ChainOfKey[] | undefined) {
  return {
    type: store.type,
    version: store.version,
    integrity: store.integrity,
    entries: [...store].map(entryJson),
    certificates: store.certificates.map(storedCertificateJson),
    paths:
      chains?.map(({ alias, path, leftOut }) => ({ alias, ...pathJson(path, leftOut), warnings: path.problems })) ??
      null,
    warnings: store.warnings,
  };
}

function entryJson(entry: Entry) {
  return {
    alias: entry.alias,
    kind: entry.kind,
    creationDate: entry.creationDate?.toISOString() ?? null,
    certificates: certificatesOf(entry).map(storedCertificateJson),
  };
}

/** Returns the chains that other preferences would give, as SHA-256 hashes, without those that equal the chosen chain. */
function alternativesJson(chosen: CertificationPath, alternative: (preference: PathPreference) => CertificationPath) {
  const hashes = ({ certificates }: CertificationPath) => certificates.map((certificate) => certificate.sha256);
  return (['compatible', 'shortest', 'stored'] as const)
    .map((preference) => ({ preference, chain: hashes(alternative(preference)) }))
    .filter(({ chain }) => chain.join() !== hashes(chosen).join());
}

function pathJson(path: CertificationPath, rejected = path.rejected) {
  return {
    chain: path.certificates.map(certificateJson),
    anchor: path.anchor ? certificateJson(path.anchor) : null,
    rejected: rejected.map(({ certificate, reason }) => ({
      subject: certificate.subject,
      sha256: certificate.sha256,
      reason,
    })),
  };
}
