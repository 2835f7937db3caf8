import type { Anchors } from '../anchors.js';
import type { KeyStore, PrivateKeyEntry } from '../keystore/types.js';
import { examineCertificationPath } from '../x509/build-certification-path.js';
import type { Certificate } from '../x509/certificate.js';
import type { ExaminedPath, PathPreference } from '../x509/certification-path.js';
import { printable } from './printable.js';

/** What `convert` would make of a key's certificates. */
export interface KeyLine {
  readonly alias: string;
  readonly path: ExaminedPath;
  /** The line that only goes as far as the first known root, if it is another. */
  readonly shortest: ExaminedPath | undefined;
}

/** The line of each private key that has a certificate. */
export function keyLines(store: KeyStore, anchors: Anchors, now: Date): KeyLine[] {
  return [...store].flatMap((entry) => {
    const leaf = entry.kind === 'PrivateKeyEntry' ? entry.certificateChain[0] : undefined;
    return leaf === undefined ? [] : [keyLine(entry as PrivateKeyEntry, leaf, store, anchors, now)];
  });
}

function keyLine(entry: PrivateKeyEntry, leaf: Certificate, store: KeyStore, anchors: Anchors, now: Date): KeyLine {
  const examine = (preference: PathPreference) =>
    examineCertificationPath(leaf, {
      now,
      candidates: store.certificates,
      ...anchors,
      stored: entry.certificateChain,
      preference,
    });
  const [path, shortest] = [examine('compatible'), examine('shortest')];
  return {
    alias: entry.alias,
    path,
    shortest: shortest.certificates.length < path.certificates.length ? shortest : undefined,
  };
}

/** The same in words. */
export function describeKeyLine({ alias, path, shortest }: KeyLine): string[] {
  const { anchor, certificates, problems, rejected } = path;
  return [
    `A server sends for "${printable(alias)}":`,
    ...certificates.map((certificate, i) => `  ${i + 1}. ${printable(certificate.subject)}`),
    ...(anchor ? [`  known root: ${printable(anchor.subject)}`] : []),
    ...(shortest
      ? [`  with --chain shortest: ${shortest.certificates.map(({ subject }) => printable(subject)).join(', then ')}`]
      : []),
    ...rejected.map(({ certificate, reason }) => `  left out: ${printable(certificate.subject)}: ${printable(reason)}`),
    ...problems.map(({ message }) => `  warning: ${printable(message)}`),
  ];
}
