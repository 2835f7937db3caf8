import type { ByteReader } from '../../bytes/byte-reader.js';
import { bytesFromLatin1, toLatin1 } from '../../bytes/encoding.js';
import { MalformedError, type PathInFile } from '../../errors.js';
import { requireFewWarnings } from '../../limits.js';
import { decodePem } from '../../pem/decode.js';
import type { Certificate } from '../../x509/certificate.js';
import { readCertificate } from '../../x509/parse-certificate.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import type { Warning } from '../types.js';
import { quoted } from './messages.js';

/** Where a certificate is stored, and the list to which warnings are added. */
interface StoredCertificateContext {
  readonly path: PathInFile;
  readonly alias: string;
  readonly warnings: Warning[];
}

const x509 = bytesFromLatin1('X.509');

/** Reads the type of a stored certificate. Nearly all are X.509. */
export function readCertificateType(reader: ByteReader): string {
  return reader.skipUtf(x509) ? 'X.509' : reader.utf('certificate type').text;
}

/**
 * Reads a certificate as Java's keystores contain it: the name of a CertificateFactory type, and bytes that this factory parses. An
 * unreadable certificate causes only a warning, because the rest of the keystore does not depend on it; Java rejects the whole keystore.
 * @returns undefined if the certificate cannot be read
 * @throws {StoreMalformedError} if there are already 10,000 warnings
 */
export function readStoredCertificate(
  type: string,
  blob: Uint8Array,
  context: StoredCertificateContext,
): Certificate | undefined {
  const { path, alias, warnings } = context;
  requireFewWarnings(warnings, path);
  // Java accepts both names for its X.509 factory.
  if (type !== 'X.509' && type !== 'X509') {
    const message = `${path}: certificate type ${quoted(type)} is not supported; left out`;
    warnings.push({ code: 'WARN_CERTIFICATE_TYPE_UNSUPPORTED', message, alias });
    return undefined;
  }
  try {
    const certificate = readCertificate(isPem(blob) ? firstPemBlock(blob, path) : blob, path);
    warnOfTrailingBytes(certificate, path, warnings, alias);
    return certificate;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    warnings.push({ code: 'WARN_CERTIFICATE_UNREADABLE', message: `${error.message}; left out`, alias });
    return undefined;
  }
}

/** Warns if bytes follow a certificate. Java and OpenSSL ignore them, but they show that the file was assembled wrongly. */
export function warnOfTrailingBytes(
  { trailingBytes }: ParsedCertificate,
  path: PathInFile,
  warnings: Warning[],
  alias?: string,
): void {
  if (trailingBytes === 0) return;
  const message = `${path}: ${trailingBytes} bytes after the certificate are ignored`;
  warnings.push({ code: 'WARN_TRAILING_BYTES', message, ...(alias !== undefined && { alias }) });
}

/** Checks for PEM text. Java's certificate factory reads it too, and some keystores contain it. */
function isPem(blob: Uint8Array): boolean {
  return toLatin1(blob.subarray(0, 11)) === '-----BEGIN ';
}

function firstPemBlock(blob: Uint8Array, path: PathInFile): Uint8Array {
  const block = decodePem(blob)[0];
  if (block === undefined) throw new MalformedError(String(path), 'PEM without a complete block', 0);
  return block.der;
}
