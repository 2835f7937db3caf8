import type { PrivateKey } from '../crypto/key/private-key.js';
import { readPemKey } from '../crypto/key/read-pem-key.js';
import { Jks2PemError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { readCertificate } from '../x509/parse-certificate.js';
import { type PemBlock, type ReadPemBlock, readPemBlocks } from './decode.js';
import type { PemFinding } from './finding.js';

/** A private key and the certificates that follow it in the file. Certificates before the first key belong to that key. */
export interface KeyGroup {
  /** Unset if there is no key, or if it cannot be opened. */
  readonly key?: PrivateKey;
  readonly hasKey: boolean;
  readonly encrypted: boolean;
  /** Whether the key comes before its certificates. */
  readonly keyFirst: boolean;
  readonly certificates: readonly Certificate[];
}

type Draft = { -readonly [Name in keyof KeyGroup]: KeyGroup[Name] } & { certificates: Certificate[] };

const isKeyLabel = (label: string) => label.endsWith('PRIVATE KEY');
/** Matches the label of RFC 7468 5, OpenSSL's older label, and that of OpenSSL's format with trust settings. */
const isCertificateLabel = (label: string) => /^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label);

/**
 * Splits a PEM file into keys and their certificates, as servers do. Problems become findings. If the PEM itself is malformed, there are no
 * groups.
 * @param password password of encrypted keys
 */
export function readKeyGroups(text: Uint8Array, password?: string): { groups: KeyGroup[]; findings: PemFinding[] } {
  const findings: PemFinding[] = [];
  const groups: Draft[] = [];
  for (const [i, block] of blocksOf(text, findings).entries()) {
    const name = `block ${i + 1}`;
    let group = groups.at(-1);
    if (isKeyLabel(block.label)) {
      // Certificates before the first key belong to that key.
      if (group === undefined || group.hasKey) groups.push((group = emptyGroup(true)));
      readKey(group, block, { name, old: block.isEncrypted, password, findings });
    } else if (isCertificateLabel(block.label)) {
      if (group === undefined) groups.push((group = emptyGroup(false)));
      addCertificate(group, block, name, findings);
    }
  }
  if (groups.length === 0 && findings.length === 0)
    findings.push({ code: 'PEM_EMPTY', severity: 'error', message: 'no PEM block contains a key or a certificate' });
  return { groups, findings };
}

function emptyGroup(keyFirst: boolean): Draft {
  return { hasKey: false, encrypted: false, keyFirst, certificates: [] };
}

function blocksOf(text: Uint8Array, findings: PemFinding[]): readonly ReadPemBlock[] {
  try {
    return readPemBlocks(text);
  } catch (error) {
    if (!(error instanceof Jks2PemError)) throw error;
    findings.push({ code: 'PEM_MALFORMED', severity: 'error', message: error.message });
    return [];
  }
}

interface KeyReading {
  readonly name: string;
  /** Whether the key is encrypted in the traditional format, which is not supported. */
  readonly old: boolean;
  readonly password: string | undefined;
  readonly findings: PemFinding[];
}

function readKey(group: Draft, { label, der }: PemBlock, { name, old, password, findings }: KeyReading): void {
  group.hasKey = true;
  group.encrypted = old || label.startsWith('ENCRYPTED');
  if (group.encrypted && (old || password === undefined)) {
    const message = `${name}: the private key is encrypted, and a server cannot ask for its password`;
    findings.push({ code: 'KEY_ENCRYPTED', severity: 'error', message });
    return;
  }
  const key = readPemKey(label, der, password);
  if (key) group.key = key;
  else {
    const why = group.encrypted ? 'does not open with the password given' : 'cannot be read';
    findings.push({ code: 'KEY_UNREADABLE', severity: 'error', message: `${name}: the private key ${why}` });
  }
}

function addCertificate(group: Draft, { der }: PemBlock, name: string, findings: PemFinding[]): void {
  try {
    // In OpenSSL's TRUSTED CERTIFICATE, trust settings follow the certificate. They are ignored.
    group.certificates.push(readCertificate(der, name));
  } catch (error) {
    if (!(error instanceof Jks2PemError)) throw error;
    findings.push({ code: 'CERTIFICATE_UNREADABLE', severity: 'error', message: error.message });
  }
}
