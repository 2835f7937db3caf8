import { wipe } from '../../bytes/wipe.js';
import { fitsCertificate } from '../../crypto/key/key-pair.js';
import { KeyUnrecoverableError } from '../../errors.js';
import type { KeyStore, PrivateKeyEntry } from '../../keystore/types.js';
import type { ExaminedGroup } from '../../pem/examine.js';
import type { PemFinding } from '../../pem/finding.js';

/** What a keystore says of the groups of a PEM file. */
export interface KeystoreComparison {
  /** Entries that the groups come from, in their order. */
  readonly aliases: readonly string[];
  readonly same: boolean;
  readonly findings: readonly PemFinding[];
}

/**
 * Whether each key and its certificate is in the keystore, key included.
 * @param keyPass tried where the store password does not open a key
 */
export async function compareWithKeystore(
  groups: readonly ExaminedGroup[],
  store: KeyStore,
  name: string,
  keyPass: string | undefined,
): Promise<KeystoreComparison> {
  const entries = [...store].filter((entry) => entry.kind === 'PrivateKeyEntry');
  const aliases: string[] = [];
  const findings: PemFinding[] = [];
  const differ = (message: string) => findings.push({ code: 'KEYSTORE_DIFFERS', severity: 'error', message });
  for (const { certificates } of groups) {
    const [leaf] = certificates;
    if (leaf === undefined) continue;
    const entry = entries.find(({ certificateChain: [first] }) => first?.sha256 === leaf.sha256);
    if (entry === undefined) {
      differ(`${name} does not hold "${leaf.subject}" of ${day(leaf.notBefore)}${instead(entries)}`);
      continue;
    }
    aliases.push(entry.alias);
    if (!(await holdsKeyOf(entry, leaf.der, keyPass))) differ(`${name}: the key of "${entry.alias}" is another one`);
  }
  return { aliases, same: findings.length === 0 && aliases.length > 0, findings };
}

/** The key of the file fits the same certificate, or that is told elsewhere. */
async function holdsKeyOf(entry: PrivateKeyEntry, leaf: Uint8Array, keyPass: string | undefined): Promise<boolean> {
  const key = await open(entry, keyPass);
  const fits = fitsCertificate(key, leaf);
  wipe(key.pkcs8);
  return fits !== false;
}

async function open(entry: PrivateKeyEntry, keyPass: string | undefined) {
  try {
    return await entry.getPrivateKey();
  } catch (error) {
    if (!(error instanceof KeyUnrecoverableError) || keyPass === undefined) throw error;
    return await entry.getPrivateKey(keyPass);
  }
}

function instead(entries: readonly PrivateKeyEntry[]): string {
  const found = entries.flatMap(({ certificateChain: [leaf] }) =>
    leaf ? [`"${leaf.subject}" of ${day(leaf.notBefore)}`] : [],
  );
  return found.length === 0 ? '' : `, but ${found.join(', ')}`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
