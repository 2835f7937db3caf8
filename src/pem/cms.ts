import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { MalformedError } from '../errors.js';

/**
 * Maximum number of ASN.1 elements in one file. The default of asn1js is 10,000, which is too few for the 150 roots of a browser. A
 * certificate has 50 to 100 elements, for each of which asn1js needs about a kilobyte and ten microseconds. With this limit, a file can
 * contain about 1,000 certificates; reading them takes 100 MB and a second.
 */
const mostElements = 100_000;

/** Numbers of tag classes in asn1js, and the number of the tag SEQUENCE. */
const universalTag = 1;
const contextTag = 3;
const sequenceTag = 16;

/**
 * Reads the certificates of a CMS SignedData (RFC 5652 5.1), the format of `.p7b` files. They are returned in DER, in their stored order.
 * This module is loaded on demand, because most runs need neither asn1js nor pkijs.
 * @throws {MalformedError} if the bytes are not a SignedData, or have more than 100,000 elements
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  try {
    return readCertificates(bytes);
  } catch (error) {
    // For malformed bytes, both libraries throw errors of many classes. All of them are replaced by a MalformedError.
    throw new MalformedError(
      path,
      `not a CMS SignedData: ${error instanceof Error ? error.message : String(error)}`,
      0,
    );
  }
}

function readCertificates(bytes: Uint8Array): Uint8Array[] {
  // asn1js reports a failure with the offset -1, and ignores bytes after the end.
  const { result, offset } = asn1js.fromBER(bytes, { maxNodes: mostElements });
  if (offset === -1) throw new Error(result.error);
  const { contentType, content } = new pkijs.ContentInfo({ schema: result });
  if (contentType !== pkijs.ContentInfo.SIGNED_DATA) throw new Error(`content of type ${contentType}`);
  if (!(content instanceof asn1js.Sequence)) throw new Error('its content is not a SEQUENCE');
  const set = content.valueBlock.value.find(isCertificateSet);
  // pkijs checks the other parts. The certificates are left out, because parsing them takes longer than all the rest.
  new pkijs.SignedData({
    schema: new asn1js.Sequence({ value: content.valueBlock.value.filter((part) => part !== set) }),
  });
  return set instanceof asn1js.Constructed ? set.valueBlock.value.filter(isCertificate).map(derOf) : [];
}

/** Checks whether an element is `certificates [0] IMPLICIT CertificateSet`. */
function isCertificateSet({ idBlock }: asn1js.AsnType): boolean {
  return idBlock.tagClass === contextTag && idBlock.tagNumber === 0;
}

/**
 * Checks whether an element of the set is a certificate. Attribute certificates and other kinds have context-specific tags (RFC 5652
 * 10.2.2).
 */
function isCertificate({ idBlock }: asn1js.AsnType): boolean {
  return idBlock.tagClass === universalTag && idBlock.tagNumber === sequenceTag;
}

/** Returns the bytes of an element as the file contains them, because encoding it again could change them. */
function derOf(element: asn1js.AsnType): Uint8Array {
  return new Uint8Array(element.valueBeforeDecodeView);
}
