import { Asn1Element } from '../src/asn1/element.js';
import { Oid } from '../src/asn1/oids.js';
import { contextTag, Tag } from '../src/asn1/tag.js';
import { MalformedError } from '../src/errors.js';

/**
 * Reads the certificates of a CMS SignedData (RFC 5652 5.1), the format of `.p7b` files. The page is built with this module in place of
 * src/pem/cms.ts, whose libraries would make the page larger by two thirds.
 * @throws {MalformedError} if the bytes are not a SignedData
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  const file = Asn1Element.first(bytes, path, { faultClass: MalformedError });
  const [type, content] = file.sequence('ContentInfo');
  if (type?.oid('content type') !== Oid.cmsSignedData || content === undefined)
    throw file.malformed('SignedData expected');
  const parts = content.expect(contextTag(0), 'content').explicit('content').sequence('SignedData');
  // `certificates [0] IMPLICIT CertificateSet`. Other kinds of certificates in it have context-specific tags (RFC 5652 10.2.2).
  const set = parts.find(({ tag }) => tag === contextTag(0));
  const certificates = set?.children('certificates').filter(({ tag }) => tag === Tag.sequence) ?? [];
  return certificates.map(({ raw }) => raw.slice());
}
