import type { PrivateKey } from '../../crypto/key/private-key.js';
import { readPemKey } from '../../crypto/key/read-pem-key.js';
import { Jks2PemError } from '../../errors.js';
import type { ReadPemBlock } from '../../pem/decode.js';
import { readCertificate as readDer } from '../../x509/parse-certificate.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';

/** A PEM block, as Postfix interprets it. The key is undefined if it is encrypted or cannot be read. */
export type PemObject =
  | { readonly kind: 'key'; readonly encrypted: boolean; readonly key: PrivateKey | undefined }
  | { readonly kind: 'certificate'; readonly certificate: ParsedCertificate }
  /** A block with the label of a key or a certificate that cannot be read as such. */
  | { readonly kind: 'unreadable'; readonly label: string; readonly isKey: boolean }
  /** A block that Postfix skips. */
  | { readonly kind: 'ignored'; readonly label: string; readonly wasCertificate: boolean };

const keyLabels = new Set(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY']);
/** Labels of certificates: that of RFC 7468 5, and OpenSSL's older one. */
const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE']);
/** The label of a certificate that is followed by OpenSSL's trust settings (openssl-x509(1), -trustout). */
const trustedLabel = 'TRUSTED CERTIFICATE';
/** Labels of blocks that contain certificates, but that Postfix skips. */
const hiddenCertificates = new Set([trustedLabel, 'PKCS7', 'CMS', 'PKCS #7 SIGNED DATA']);

export function toPemObject({ label, isEncrypted: encrypted, der }: ReadPemBlock): PemObject {
  if (label === 'ENCRYPTED PRIVATE KEY') return { kind: 'key', encrypted: true, key: undefined };
  if (keyLabels.has(label)) return readKey(label, der, encrypted);
  if (certificateLabels.has(label)) return readCertificate(label, der);
  return { kind: 'ignored', label, wasCertificate: hiddenCertificates.has(label) };
}

/** Checks whether OpenSSL reads a block with this label as a certificate, where it accepts trust settings too. */
export function isCertificateWithTrust({ label }: ReadPemBlock): boolean {
  return certificateLabels.has(label) || label === trustedLabel;
}

/** Reads a block for which {@link isCertificateWithTrust} holds. Only trust settings, which are a SEQUENCE, may follow the certificate. */
export function readCertificateWithTrust({ label, der }: ReadPemBlock): PemObject {
  const object = readCertificate(label, der);
  const sequenceTag = 0x30;
  const hasOtherBytes =
    object.kind === 'certificate' &&
    object.certificate.trailingBytes > 0 &&
    der.at(-object.certificate.trailingBytes) !== sequenceTag;
  return hasOtherBytes ? { kind: 'unreadable', label, isKey: false } : object;
}

/** Describes a block that cannot be loaded. */
export function describeUnreadable({ label, isKey }: PemObject & { kind: 'unreadable' }, position: number): string {
  return `block ${position + 1} (${label}) contains no ${isKey ? 'private key' : 'certificate'}`;
}

function readKey(label: string, der: Uint8Array, encrypted: boolean): PemObject {
  const key = encrypted ? undefined : readPemKey(label, der);
  // readPemKey does not read all keys in SEC 1 form that OpenSSL reads, such as those without the name of the curve.
  const isUnreadable = key === undefined && !encrypted && label !== 'EC PRIVATE KEY';
  return isUnreadable ? { kind: 'unreadable', label, isKey: true } : { kind: 'key', encrypted, key };
}

/** Checks whether an object is a certificate or a key, which may be encrypted. */
export function isKeyOrCertificate(object: PemObject): boolean {
  return object.kind === 'key' || object.kind === 'certificate';
}

function readCertificate(label: string, der: Uint8Array): PemObject {
  try {
    return { kind: 'certificate', certificate: readDer(der) };
  } catch (error) {
    if (error instanceof Jks2PemError) return { kind: 'unreadable', label, isKey: false };
    throw error;
  }
}
