import { certificatesOf } from '../keystore/entry-certificates.js';
import type { Entry, KeyStore } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import { describePublicKey } from '../x509/public-key.js';
import { certificateTree } from './certificate-tree.js';
import { printable } from './printable.js';

const day = 86_400_000;

/** What `list` prints: each entry with its certificates, then how all certificates hang together. */
export function describeStore(store: KeyStore, name: string, now: Date): string {
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
  if (store.certificates.length > 0) lines.push('', 'Who certifies whom:', ...certificateTree(store, now));
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

/** What of a certificate's dates a reader must not overlook. */
export function validity({ notBefore, notAfter }: Certificate, now: Date): string {
  if (notAfter < now) return ' (EXPIRED)';
  if (notBefore > now) return ' (NOT YET VALID)';
  const days = Math.floor((notAfter.getTime() - now.getTime()) / day);
  // The notice that CAs give before the end.
  return days <= 30 ? ` (${days} days left)` : '';
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
