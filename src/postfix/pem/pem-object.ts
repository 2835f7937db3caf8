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
/** Labels of blocks that contain certificates, but that Postfix skips. */
const hiddenCertificates = new Set(['TRUSTED CERTIFICATE', 'PKCS7', 'CMS', 'PKCS #7 SIGNED DATA']);

export function toPemObject({ label, isEncrypted: encrypted, der }: ReadPemBlock): PemObject {
  if (label === 'ENCRYPTED PRIVATE KEY') return { kind: 'key', encrypted: true, key: undefined };
  if (keyLabels.has(label)) return readKey(label, der, encrypted);
  if (certificateLabels.has(label)) return readCertificate(label, der);
  return { kind: 'ignored', label, wasCertificate: hiddenCertificates.has(label) };
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
