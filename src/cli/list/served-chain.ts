import type { Anchors } from '../../convert/anchors.js';
import type { KeyStore, PrivateKeyEntry } from '../../keystore/types.js';
import type { Certificate } from '../../x509/certificate.js';
import { examineCertificationPath } from '../../x509/path/build-certification-path.js';
import type {
  CertificationPathOptions,
  ExaminedPath,
  PathPreference,
  RejectedCertificate,
} from '../../x509/path/certification-path.js';
import { printable } from '../terminal/printable.js';

/** What `convert` would make of a key's certificates. */
export interface ServedChain {
  readonly alias: string;
  readonly path: ExaminedPath;
  /** Certificates of its chain, or of a name in its line, that are not sent. */
  readonly leftOut: readonly RejectedCertificate[];
  /** The line that only goes as far as the first known root, if it is another. */
  readonly shortest: ExaminedPath | undefined;
}

/**
 * Keys times certificates: as many as can be looked at while a person waits. Above it `list` shows no lines, and `convert`
 * still tells that of the key it is asked for.
 */
const patience = 200_000;

/** The line of each private key that has a certificate; undefined if that would take too long. */
export function servedChains(
  store: KeyStore,
  anchors: Anchors,
  request: Pick<CertificationPathOptions, 'now' | 'limits'>,
): ServedChain[] | undefined {
  const entries = [...store].filter((entry) => entry.kind === 'PrivateKeyEntry' && entry.certificateChain.length > 0);
  if (entries.length * store.certificates.length > patience) return undefined;
  return entries.map((entry) => servedChain(entry as PrivateKeyEntry, store, { ...anchors, ...request }));
}

function servedChain(entry: PrivateKeyEntry, store: KeyStore, request: CertificationPathOptions): ServedChain {
  const leaf = entry.certificateChain[0] as Certificate;
  const examine = (preference: PathPreference) =>
    examineCertificationPath(leaf, {
      ...request,
      candidates: store.certificates,
      stored: entry.certificateChain,
      preference,
    });
  const [path, shortest] = [examine('compatible'), examine('shortest')];
  const used = new Set([...path.certificates, ...(path.anchor ? [path.anchor] : [])].map(({ sha256 }) => sha256));
  const own = new Set(entry.certificateChain.map(({ sha256 }) => sha256));
  const names = new Set(path.certificates.flatMap(({ subject, issuer }) => [subject, issuer]));
  // Of other keys' certificates nobody wants to hear that they have no part in this line.
  const near = store.certificates.some(
    ({ sha256, subject }) => !used.has(sha256) && (own.has(sha256) || names.has(subject)),
  );
  return {
    alias: entry.alias,
    path,
    leftOut: near
      ? path.rejected.filter(({ certificate }) => own.has(certificate.sha256) || names.has(certificate.subject))
      : [],
    shortest: shortest.certificates.length < path.certificates.length ? shortest : undefined,
  };
}

/** The same in words. */
export function describeServedChain({ alias, path, leftOut, shortest }: ServedChain): string[] {
  const { anchor, certificates, problems } = path;
  return [
    `A server sends for "${printable(alias)}":`,
    ...certificates.map((certificate, i) => `  ${i + 1}. ${printable(certificate.subject)}`),
    ...(anchor ? [`  known root: ${printable(anchor.subject)}`] : []),
    ...(shortest
      ? [`  with --chain shortest: ${shortest.certificates.map(({ subject }) => printable(subject)).join(', then ')}`]
      : []),
    ...leftOut.map(({ certificate, reason }) => `  left out: ${printable(certificate.subject)}: ${printable(reason)}`),
    ...problems.map(({ message }) => `  warning: ${printable(message)}`),
  ];
}
