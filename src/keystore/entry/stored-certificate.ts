import { StoreMalformedError } from '../../errors.js';
import { decodePem } from '../../pem/decode.js';
import { requireFewWarnings } from '../../warnings.js';
import { type Certificate, parseCertificate } from '../../x509/certificate.js';
import type { Warning } from '../types.js';
import { quoted } from './messages.js';

/** Where a certificate stands, and where to tell what is wrong with it. */
export interface StoredCertificateContext {
  readonly path: string;
  readonly alias: string;
  readonly warnings: Warning[];
}

/**
 * A certificate as Java's stores hold it: a CertificateFactory type and what that factory reads.
 * One that cannot be read is told as a warning, since the rest of the store does not depend on it; Java would refuse them all.
 * @throws {StoreMalformedError} if there are more than ten thousand warnings already
 */
export function readStoredCertificate(
  type: string,
  blob: Uint8Array,
  context: StoredCertificateContext,
): Certificate | undefined {
  const { path, alias, warnings } = context;
  requireFewWarnings(warnings, path);
  // Java's X.509 factory answers to both names.
  if (type !== 'X.509' && type !== 'X509') {
    const message = `${path}: certificate type ${quoted(type)} is not supported; left out`;
    warnings.push({ code: 'WARN_CERTIFICATE_TYPE_UNSUPPORTED', message, alias });
    return undefined;
  }
  try {
    return parseCertificate(isPem(blob) ? firstPemBlock(blob, path) : blob, path);
  } catch (error) {
    if (!(error instanceof StoreMalformedError)) throw error;
    warnings.push({ code: 'WARN_CERTIFICATE_UNREADABLE', message: `${error.message}; left out`, alias });
    return undefined;
  }
}

/** Java's factory takes PEM text too, so some stores hold it. */
function isPem(blob: Uint8Array): boolean {
  return blob[0] === 0x2d && Buffer.from(blob.subarray(0, 11)).toString('latin1') === '-----BEGIN ';
}

function firstPemBlock(blob: Uint8Array, path: string): Uint8Array {
  const block = decodePem(blob)[0];
  if (block === undefined) throw new StoreMalformedError(path, 'PEM without a complete block', 0);
  return block.der;
}
