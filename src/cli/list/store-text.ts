import { shortened } from '../../bytes/bounded-text.js';
import { certificatesOf, chainFromLeaf } from '../../keystore/entry/certificates-of-entry.js';
import type { Entry, KeyStore } from '../../keystore/types.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import { isoDay } from '../../x509/expiry.js';
import type { CertificateGraph } from '../../x509/path/certificate-graph.js';
import { describePublicKey } from '../../x509/public-key.js';
import { hostNameList, timeLeft, validityPeriod } from '../certificate-text.js';
import { asDim, asGood, asName, asWarning, type Text } from '../terminal/text.js';
import { aliasesOf, certificateTree } from './certificate-tree.js';
import { type ChainOfKey, describeChainOfKey } from './chains-of-keys.js';

/** The data that `list` prints in addition to the entries, and the options for printing. */
interface ListingContext {
  readonly graph: CertificateGraph;
  /** The result of {@link chainsOfKeys}. */
  readonly chains: readonly ChainOfKey[] | undefined;
  readonly now: Date;
  readonly days: number | undefined;
  /** Whether parts of the file were not decrypted, because no password was given. */
  readonly isPartlyEncrypted: boolean;
}

const integrities: Readonly<Record<KeyStore['integrity'], Text>> = {
  verified: asGood('integrity verified'),
  'not-checked': asWarning('integrity not checked'),
  none: asWarning('no integrity check'),
};

/** Returns the lines of `list`: each entry with its certificates, the tree of all certificates, and the chain of each key. */
export function describeStore(store: KeyStore, name: string, context: ListingContext): Text[] {
  const { graph, chains } = context;
  const entries = [...store];
  const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
  const lines: Text[] = [
    [asName(name), `: ${store.type} version ${store.version}, ${count}, `, integrities[store.integrity]],
  ];
  for (const entry of entries) lines.push('', ...describeEntry(entry, context));
  const inEntries = new Set(entries.flatMap(certificatesOf).map((certificate) => certificate.sha256));
  const loose = store.certificates.filter((certificate) => !inEntries.has(certificate.sha256));
  if (loose.length > 0) {
    lines.push('', 'in no entry');
    for (const certificate of loose) lines.push(...describeCertificate(certificate, context));
  }
  const tree = certificateTree(graph, { now: context.now, days: context.days, aliases: aliasesByCertificate(store) });
  if (tree.length > 0) {
    lines.push('', 'Who certifies whom:');
    for (const line of tree) lines.push(line);
  }
  for (const chain of chains ?? []) lines.push('', ...describeChainOfKey(chain));
  if (chains === undefined)
    lines.push(
      '',
      'Too many keys and certificates to show the chain of each key; jks2pem convert -a ALIAS shows the chain of one.',
    );
  return lines;
}

function describeEntry(entry: Entry, context: ListingContext): Text[] {
  const created = entry.creationDate ? `, ${isoDay(entry.creationDate)}` : '';
  const certificates = certificatesOf(entry);
  const isBare = entry.kind === 'PrivateKeyEntry' && certificates.length === 0;
  const missing = isBare
    ? [context.isPartlyEncrypted ? '  certificates are encrypted; the password shows them' : '  no certificate']
    : [];
  return [
    [asName(shortened(entry.alias)), `: ${entry.kind}${created}`],
    ...missing,
    ...certificates.flatMap((certificate) => describeCertificate(certificate, context)),
  ];
}

function describeCertificate(certificate: Certificate, { now, days }: ListingContext): Text[] {
  const names = hostNameList(certificate);
  return [
    `  ${certificateName(certificate)}`,
    ...(names === undefined ? [] : [['    names: ', asName(names)]]),
    [`    ${describePublicKey(certificate)}, ${validityPeriod(certificate)} (`, timeLeft(certificate, now, days), ')'],
    ['    serial number ', asDim(certificate.serialNumber)],
    ['    SHA-256 ', asDim(certificate.sha256)],
  ];
}

/** Returns aliases by the SHA-256 of the leaf of their entries. */
export function aliasesByCertificate(store: KeyStore): Map<string, string[]> {
  return aliasesOf(
    [...store].map((entry) => ({
      alias: entry.alias,
      certificates: entry.kind === 'PrivateKeyEntry' ? chainFromLeaf(entry) : certificatesOf(entry),
    })),
  );
}
