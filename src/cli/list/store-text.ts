import { certificatesOf } from '../../keystore/entry/certificates.js';
import type { Entry, KeyStore } from '../../keystore/types.js';
import type { Certificate } from '../../x509/certificate.js';
import type { CertificateGraph } from '../../x509/path/certificate-graph.js';
import { describePublicKey } from '../../x509/public-key.js';
import { validity } from '../certificate-text.js';
import { printable } from '../terminal/printable.js';
import { aliasesOf, certificateTree } from './certificate-tree.js';
import { describeServedChain, type ServedChain } from './served-chain.js';

/** What was worked out about the certificates. */
export interface ListingContext {
  readonly graph: CertificateGraph;
  readonly lines: readonly ServedChain[] | undefined;
  readonly now: Date;
}

/** What `list` prints: each entry with its certificates, then how all certificates hang together, then what a server would send. */
export function describeStore(store: KeyStore, name: string, { graph, lines: keys, now }: ListingContext): string {
  const entries = [...store];
  const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
  const integrity = {
    verified: 'integrity verified',
    'not-checked': 'integrity not checked',
    none: 'no integrity check',
  }[store.integrity];
  const lines = [`${printable(name)}: ${store.type} version ${store.version}, ${count}, ${integrity}`];
  for (const entry of entries) lines.push('', ...describeEntry(entry, now));
  const inEntries = new Set(entries.flatMap(certificatesOf).map((certificate) => certificate.sha256));
  const loose = store.certificates.filter((certificate) => !inEntries.has(certificate.sha256));
  if (loose.length > 0)
    lines.push('', 'in no entry', ...loose.flatMap((certificate) => describeCertificate(certificate, now)));
  const tree = certificateTree(graph, { now, aliases: aliasesByCertificate(store) });
  if (tree.length > 0) lines.push('', 'Who certifies whom:', ...tree);
  for (const key of keys ?? []) lines.push('', ...describeServedChain(key));
  if (keys === undefined)
    lines.push(
      '',
      'There are too many keys to show what a server would send for each; convert -a ALIAS does it for one',
    );
  return `${lines.join('\n')}\n`;
}

function describeEntry(entry: Entry, now: Date): string[] {
  const created = entry.creationDate ? `, ${dateOf(entry.creationDate)}` : '';
  const certificates = certificatesOf(entry);
  const missing = entry.kind === 'PrivateKeyEntry' && certificates.length === 0 ? ['  no certificate'] : [];
  return [
    `${printable(entry.alias)}: ${entry.kind}${created}`,
    ...missing,
    ...certificates.flatMap((certificate) => describeCertificate(certificate, now)),
  ];
}

function describeCertificate(certificate: Certificate, now: Date): string[] {
  return [
    `  ${printable(certificate.subject)}`,
    `    ${describePublicKey(certificate)}, ${dateOf(certificate.notBefore)} to ${dateOf(certificate.notAfter)}${validity(certificate, now)}`,
    `    SHA-256 ${certificate.sha256}`,
  ];
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The aliases that certificates go by. */
export function aliasesByCertificate(store: KeyStore): Map<string, string[]> {
  return aliasesOf([...store].map((entry) => ({ alias: entry.alias, certificates: certificatesOf(entry) })));
}
