import { aResult, arrayOf, checkArgument, someDer } from '../bytes/check-arguments.js';
import type { Certificate } from '../x509/certificate.js';
import { encodePemBlocks } from './encode.js';

/**
 * Encodes certificates as one PEM file, in the given order.
 * @returns ASCII with LF line ends
 * @throws {TypeError} if the argument is not an array of certificates
 * @see RFC 7468 5
 * @example
 * writeFileSync('chain.pem', toCertificateFile(path.certificates));
 */
export function toCertificateFile(certificates: readonly Certificate[]): Uint8Array {
  checkArgument('toCertificateFile', 'certificates', certificates, arrayOf(aResult('a Certificate', { der: someDer })));
  return encodeCertificates(certificates);
}

/**
 * Encodes certificates like {@link toCertificateFile}, but does not check the argument, because truststores contain thousands of
 * certificates.
 */
export function encodeCertificates(certificates: readonly Certificate[]): Uint8Array {
  return encodePemBlocks(
    'CERTIFICATE',
    certificates.map(({ der }) => der),
  );
}
