import { Asn1Element } from '../asn1/element.js';
import { Oid } from '../asn1/oids.js';
import { Tag } from '../asn1/tag.js';
import { aString, checkArgument, someBytes } from '../bytes/caller-check.js';
import { MalformedError, StoreUnsupportedError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { readCertificate } from '../x509/parse-certificate.js';
import { decodePem, type PemBlock } from './decode.js';

/** Labels under which a certificate is written: RFC 7468 5, OpenSSL's older name, and OpenSSL's own form with trust settings behind it. */
const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE']);
/** RFC 7468 9, and the name it had before. */
const cmsLabels = new Set(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA']);

/** The identifier octet that certificates and CMS begin with. */
const derSequence = 0x30;

/**
 * The certificates of a file in any form that CAs send: PEM (any number of blocks, text and other blocks between them), DER, or P7B.
 * @param path what the file is called in messages
 * @throws {StoreUnsupportedError} if there is no certificate in it
 * @throws {MalformedError} if it is damaged
 */
export async function readCertificateFile(bytes: Uint8Array, path: string): Promise<Certificate[]> {
  checkArgument('readCertificateFile', 'bytes', bytes, someBytes);
  checkArgument('readCertificateFile', 'path', path, aString);
  const ders = isPem(bytes) ? await fromPem(decodePem(bytes), path) : await fromDer(bytes, path);
  if (ders.length === 0) throw new StoreUnsupportedError(`${path}: no certificate in it`);
  return ders.map((der, i) => readCertificate(der, ders.length === 1 ? path : `${path}, certificate ${i + 1}`));
}

function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('-----BEGIN ');
}

async function fromPem(blocks: readonly PemBlock[], path: string): Promise<Uint8Array[]> {
  const ders: Uint8Array[] = [];
  for (const { label, der } of blocks) {
    // A trusted certificate has a second element behind the first, of OpenSSL's own.
    if (certificateLabels.has(label)) ders.push(Asn1Element.first(der, path, { faultClass: MalformedError }).raw);
    else if (cmsLabels.has(label)) ders.push(...(await fromCms(der, path)));
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
