import { Asn1Element } from '../asn1/element.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import { aString, checkArgument, someBytes } from '../bytes/check-arguments.js';
import { toLatin1 } from '../bytes/encoding.js';
import { MalformedError, StoreUnsupportedError } from '../errors.js';
import { defaultLimits, requireWithin } from '../limits.js';
import type { Certificate } from '../x509/certificate.js';
import { readCertificate } from '../x509/parse-certificate.js';
import { decodePem, type PemBlock } from './decode.js';

/**
 * PEM labels of certificates: that of RFC 7468 5, OpenSSL's older label, and that of OpenSSL's format with trust settings after the
 * certificate.
 */
const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
/** PEM labels of CMS: that of RFC 7468 9, and older ones. */
const cmsLabels = new Set(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA']);

/** The first octet of certificates and CMS in DER. */
const derSequence = 0x30;

/**
 * Reads the certificates of a file in any format that CAs send: PEM with any number of blocks (text and other blocks are skipped), one
 * certificate in DER, or P7B.
 *
 * Bytes after a certificate in DER are ignored, as in OpenSSL.
 * @param path the name of the file, for messages
 * @throws {StoreUnsupportedError} `ERR_STORE_UNSUPPORTED` if the file contains no certificate
 * @throws {MalformedError} `ERR_MALFORMED` if it is damaged
 * @throws {LimitExceededError} `ERR_LIMIT_EXCEEDED` if it has more than 64 MiB or 100,000 certificates
 * @throws {TypeError} if an argument is missing or has a wrong type
 * @see RFC 7468, RFC 5652 5.1
 * @example
 * const chain = await readCertificateFile(readFileSync('chain.p7b'), 'chain.p7b');
 */
export async function readCertificateFile(bytes: Uint8Array, path: string): Promise<Certificate[]> {
  checkArgument('readCertificateFile', 'bytes', bytes, someBytes);
  checkArgument('readCertificateFile', 'path', path, aString);
  requireWithin(defaultLimits, 'fileBytes', bytes.length, path);
  const ders = isPem(bytes) ? await fromPem(decodePem(bytes), path) : await fromDer(bytes, path);
  if (ders.length === 0) throw new StoreUnsupportedError(`${path}: contains no certificate`);
  requireWithin(defaultLimits, 'entries', ders.length, path);
  return ders.map((der, i) => readCertificate(der, ders.length === 1 ? path : `${path}, certificate ${i + 1}`));
}

function isPem(bytes: Uint8Array): boolean {
  return toLatin1(bytes).includes('-----BEGIN ');
}

async function fromPem(blocks: readonly PemBlock[], path: string): Promise<Uint8Array[]> {
  const ders: Uint8Array[] = [];
  for (const { label, der } of blocks) {
    if (certificateLabels.has(label)) ders.push(der);
    else if (cmsLabels.has(label)) for (const certificate of await fromCms(der, path)) ders.push(certificate);
  }
  return ders;
}

async function fromDer(bytes: Uint8Array, path: string): Promise<Uint8Array[]> {
  if (bytes[0] !== derSequence) throw new StoreUnsupportedError(`${path}: neither PEM nor DER`);
  const [type] = Asn1Element.first(bytes, path, { faultClass: MalformedError }).children();
  return type?.tag === Tag.oid && type.oid('content type') === Oid.cmsSignedData ? fromCms(bytes, path) : [bytes];
}

async function fromCms(der: Uint8Array, path: string): Promise<Uint8Array[]> {
  const { certificatesOfSignedData } = await import('./cms.js');
  return certificatesOfSignedData(der, path);
}
