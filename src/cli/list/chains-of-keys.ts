import { bounded, shortened } from '../../bytes/bounded-text.js';
import { servedLeaf } from '../../convert/choose-leaf.js';
import type { Anchors } from '../../convert/trust-anchors.js';
import { chainFromLeaf } from '../../keystore/entry/certificates-of-entry.js';
import type { KeyStore, PrivateKeyEntry } from '../../keystore/types.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import { examinePath } from '../../x509/path/build-certification-path.js';
import { CandidateIndex } from '../../x509/path/candidate-index.js';
import type {
  ExaminedPath,
  PathPreference,
  PathRequest,
  RejectedCertificate,
} from '../../x509/path/certification-path-types.js';
import { asDim, asName, asWarning, type Text } from '../terminal/text.js';

/** The chain that `convert` without further options would write for a key. */
export interface ChainOfKey {
  readonly alias: string;
  readonly path: ExaminedPath;
  /**
   * Certificates that are not part of `path`, but are stored in the entry, or have a subject that is the subject or the issuer of a
   * certificate in `path`.
   */
  readonly leftOut: readonly RejectedCertificate[];
  /** The chain of `--chain shortest`, if it is shorter than `path`. */
  readonly shortest: ExaminedPath | undefined;
}

/**
 * Maximum product of the numbers of keys and certificates for which all chains are built. Building them takes less than a second at this
 * size. For larger keystores, the user can look at single chains with `convert -a`.
 */
const maximumWork = 200_000;
/**
 * Maximum product of the number of keys and the number of certificates with the most frequent subject. For each key, all certificates of
 * one subject may be examined as its certificate or as an issuer.
 */
const maximumWorkWithOneSubject = 20_000;

/** Returns the chain of each private key that has a certificate; undefined if that would take too long. */
export function chainsOfKeys(
  store: KeyStore,
  anchors: Anchors,
  request: Pick<PathRequest, 'now' | 'limits'>,
): ChainOfKey[] | undefined {
  const entries = [...store].filter((entry) => entry.kind === 'PrivateKeyEntry' && entry.certificateChain.length > 0);
  if (entries.length * store.certificates.length > maximumWork) return undefined;
  if (entries.length * mostWithOneSubject(store.certificates) > maximumWorkWithOneSubject) return undefined;
  const index = new CandidateIndex({ candidates: store.certificates, trustAnchors: [], storeAnchors: [], ...anchors });
  return entries.map((entry) => chainOfKey(entry as PrivateKeyEntry, store, { ...anchors, ...request, index }));
}

function mostWithOneSubject(certificates: readonly Certificate[]): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const { subject } of certificates) {
    const count = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, count);
    most = Math.max(most, count);
  }
  return most;
}

function chainOfKey(entry: PrivateKeyEntry, store: KeyStore, request: PathRequest): ChainOfKey {
  const leaf = servedLeaf(entry, store, request.now)?.certificate as Certificate;
  const examine = (preference: PathPreference) =>
    examinePath(leaf, {
      ...request,
      candidates: store.certificates,
      stored: chainFromLeaf(entry),
      preference,
    });
  const path = examine('compatible');
  // No chain is shorter than one certificate. The second search, which can take long in a hostile keystore, is skipped for such a chain.
  const shortest = path.certificates.length > 1 ? examine('shortest') : path;
  const used = new Set([...path.certificates, ...(path.anchor ? [path.anchor] : [])].map(({ sha256 }) => sha256));
  const own = new Set(entry.certificateChain.map(({ sha256 }) => sha256));
  const names = new Set(path.certificates.flatMap(({ subject, issuer }) => [subject, issuer]));
  // `path.rejected` is computed when it is read, from all candidates. Therefore it is read only if there is something to list.
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

/** Maximum number of certificates that are listed with the reason why they are not sent. */
const shownLeftOut = 20;

/** Returns the lines of `list` about the chain of a key. */
export function describeChainOfKey({ alias, path, leftOut, shortest }: ChainOfKey): Text[] {
  const { anchor, certificates, problems } = path;
  return [
    ['A server sends for "', asName(shortened(alias)), '":'],
    ...certificates.map((certificate, i) => `  ${i + 1}. ${certificateName(certificate)}`),
    ...(anchor ? [`  known root: ${certificateName(anchor)}`] : []),
    ...(shortest ? [`  with --chain shortest: ${bounded(shortest.certificates.map(certificateName), ', then ')}`] : []),
    ...leftOut
      .slice(0, shownLeftOut)
      .map(({ certificate, reason }) => `  left out: ${certificateName(certificate)}: ${reason}`),
    ...(leftOut.length > shownLeftOut ? [`  left out: … ${leftOut.length - shownLeftOut} more`] : []),
    ...problems.map(({ message, code }): Text => ['  ', asWarning('warning:'), ` ${message} `, asDim(`[${code}]`)]),
  ];
}
