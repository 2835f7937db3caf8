import { bounded } from '../../bytes/bounded-text.js';
import { shellWord } from '../../bytes/shell-word.js';
import { wipe } from '../../bytes/wipe.js';
import { servedLeaf } from '../../convert/choose-leaf.js';
import { fitsCertificate } from '../../crypto/key/key-fits-certificate.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { KeyUnrecoverableError } from '../../errors.js';
import type { KeyStore, PrivateKeyEntry } from '../../keystore/types.js';
import type { ExaminedGroup } from '../../pem/examine-pem.js';
import type { PemFinding } from '../../pem/finding.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import { isoDay } from '../../x509/expiry.js';
import { withParts } from '../../x509/parse-certificate.js';
import type { Passwords } from '../password/passwords.js';

/** The result of the comparison of a PEM file with a keystore. A group of the file is a key with its certificates. */
export interface KeystoreComparison {
  /** The aliases of the entries to which the groups belong, in the order of the groups. Groups without such an entry are skipped. */
  readonly aliases: readonly string[];
  readonly same: boolean;
  readonly findings: readonly PemFinding[];
}

/** The keystore with which the groups of the PEM file are compared. */
interface Compared {
  readonly store: KeyStore;
  /** The path of the keystore, for messages. */
  readonly name: string;
  /** The path of the PEM file, for messages. */
  readonly path: string;
  /** The time at which certificates of the keystore should be valid. */
  readonly now: Date;
}

/** A private key of the keystore, and the certificate that `convert` would write for it. */
interface Candidate {
  readonly entry: PrivateKeyEntry;
  readonly leaf: Certificate | undefined;
}

/**
 * Checks for the leaf of each group that `convert` would write it for an entry of the keystore, and that the key of this entry belongs to
 * it. Instead of the leaf, the keystore may contain only its key; see {@link placeholderOf} and {@link entryWithoutCertificate}. If the
 * store password does not decrypt the key, the key password is used; if none is given, the user is asked for it.
 */
export async function compareWithKeystore(
  groups: readonly ExaminedGroup[],
  { store, name, path, now }: Compared,
  passwords: Passwords,
): Promise<KeystoreComparison> {
  const candidates = [...store].flatMap((entry): Candidate[] =>
    entry.kind === 'PrivateKeyEntry' ? [{ entry, leaf: servedLeaf(entry, store, now)?.certificate }] : [],
  );
  const aliases: string[] = [];
  const findings: PemFinding[] = [];
  const differ = (message: string) => findings.push({ code: 'KEYSTORE_DIFFERS', severity: 'error', message });
  for (const { certificates } of groups) {
    const [leaf] = certificates;
    if (leaf === undefined) continue;
    const known = candidates.find((each) => each.leaf?.sha256 === leaf.sha256) ?? placeholderOf(leaf, candidates);
    const entry = known?.entry ?? (await entryWithoutCertificate(leaf, candidates, passwords));
    if (entry === undefined) {
      differ(explainDifference(leaf, candidates, name, path));
      continue;
    }
    aliases.push(entry.alias);
    // If this Node cannot compare the key with the leaf, the result is undefined, and examinePem reports KEY_NOT_COMPARABLE.
    if (known && (await fitsKeyOf(entry, leaf, passwords)) === false)
      differ(
        `${name}: the private key of "${entry.alias}" does not belong to the certificate "${certificateName(leaf)}" in ${path}`,
      );
  }
  return { aliases, same: findings.length === 0 && aliases.length > 0, findings };
}

/**
 * Returns the entry that has the key of the leaf, but only a self-signed certificate for it, as keytool creates one. The leaf then comes
 * from a separate file (`convert --add-cert`).
 */
function placeholderOf(leaf: Certificate, candidates: readonly Candidate[]): Candidate | undefined {
  if (leaf.isSelfSigned) return undefined;
  const info = withParts(leaf).publicKeyInfo;
  return candidates.find(({ leaf: own }) => own?.isSelfSigned && withParts(own).publicKeyInfo === info);
}

/** Returns the entry whose key belongs to the leaf, among the entries without a certificate. Their keys are decrypted. */
async function entryWithoutCertificate(
  leaf: Certificate,
  candidates: readonly Candidate[],
  passwords: Passwords,
): Promise<PrivateKeyEntry | undefined> {
  for (const { entry, leaf: own } of candidates)
    if (own === undefined && (await fitsKeyOf(entry, leaf, passwords))) return entry;
  return undefined;
}

/**
 * Checks whether a private key belongs to a certificate.
 * @returns undefined if this Node cannot check it
 */
async function fitsKeyOf(
  entry: PrivateKeyEntry,
  leaf: Certificate,
  passwords: Passwords,
): Promise<boolean | undefined> {
  const key = await open(entry, passwords);
  const fits = fitsCertificate(key, leaf.der);
  wipe(key.pkcs8);
  return fits;
}

async function open(entry: PrivateKeyEntry, passwords: Passwords): Promise<PrivateKey> {
  try {
    return await entry.getPrivateKey();
  } catch (error) {
    if (!(error instanceof KeyUnrecoverableError)) throw error;
    const given = passwords.given('keypass');
    if (given !== undefined) return passwords.explaining(() => entry.getPrivateKey(given));
    return passwords.openWithKeyPassword(entry.alias, (keyPass) => entry.getPrivateKey(keyPass), error);
  }
}

/**
 * Explains that `convert` would not write the certificate of the file. If it would write another certificate with the same subject,
 * compares the two; otherwise lists the certificates that it would write.
 */
function explainDifference(leaf: Certificate, candidates: readonly Candidate[], name: string, path: string): string {
  const held = candidates.flatMap((candidate) => candidate.leaf ?? []);
  const successor = held.find(({ subject }) => subject === leaf.subject);
  if (successor === undefined) {
    const others = bounded(held.map((certificate) => `"${certificateName(certificate)}"`));
    return `${name} does not hold the certificate "${certificateName(leaf)}"${others === '' ? '' : `, but ${others}`}`;
  }
  const isOlder = leaf.notBefore <= successor.notBefore && leaf.notAfter <= successor.notAfter;
  const [inFile, inStore] = [leaf, successor].map(
    ({ sha256, notBefore, notAfter }) => `SHA-256 ${sha256.slice(0, 16)}…, ${isoDay(notBefore)} to ${isoDay(notAfter)}`,
  );
  return `${name} holds ${isOlder ? 'a newer' : 'another'} certificate for "${certificateName(leaf)}": the file has ${inFile}, the keystore ${inStore}${isOlder ? `; jks2pem ${shellWord(name)} -o ${shellWord(path)} updates the file` : ''}`;
}
