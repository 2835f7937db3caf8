import type { ConvertedGroup } from '../../convert/convert.js';
import { certificatesOf } from '../../keystore/entry/certificates.js';
import type { Entry, KeyStore } from '../../keystore/types.js';
import type { CertificationPath, PathPreference } from '../../x509/path/certification-path.js';
import { certificateJson, storedCertificateJson } from '../json.js';
import type { ServedChain } from '../list/served-chain.js';
import type { Result } from './output-files.js';

/** A file that was to be written. */
export interface WrittenFile {
  readonly path: string;
  readonly changed: boolean;
}

/**
 * What `convert --json` prints of the keystore. With several aliases the first is at the top, and `groups` has them all; for trusted
 * certificates the shape is the same, without a key.
 */
export function resultJson(result: Result) {
  if ('groups' in result) {
    const [first, ...more] = result.groups.map(groupJson);
    return { ...first, ...(more.length > 0 && { groups: [first, ...more] }), storeType: result.storeType };
  }
  return {
    alias: null,
    key: null,
    chain: [],
    anchor: null,
    rejected: [],
    trusted: result.certificates.map(certificateJson),
    storeType: result.storeType,
  };
}

/** What `list --json` prints. */
export function storeJson(store: KeyStore, lines: readonly ServedChain[] | undefined) {
  return {
    type: store.type,
    version: store.version,
    integrity: store.integrity,
    entries: [...store].map(entryJson),
    certificates: store.certificates.map(storedCertificateJson),
    paths:
      lines?.map(({ alias, path, leftOut }) => ({ alias, ...pathJson(path, leftOut), warnings: path.problems })) ??
      null,
    warnings: store.warnings,
  };
}

function groupJson({ alias, key, path, leafFrom, fetched, alternative }: ConvertedGroup) {
  return {
    alias,
    key: { algorithm: key.algorithm },
    leafFrom,
    ...pathJson(path),
    alternatives: alternativesJson(path, alternative),
    fetched: fetched.map(({ url, certificate }) => ({ url, sha256: certificate.sha256 })),
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

/** What the other preferences would send, where it differs. */
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
