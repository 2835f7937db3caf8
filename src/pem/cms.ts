import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { MalformedError } from '../errors.js';

/**
 * Maximum number of ASN.1 elements in one file. The default of asn1js is 10,000, which is too few for the 150 roots of a browser. A
 * certificate has 50 to 100 elements, for each of which asn1js needs about a kilobyte. This limit allows 3,000 certificates and 300 MB.
 */
const mostElements = 250_000;

/**
 * Reads the certificates of a CMS SignedData (RFC 5652 5.1), the format of `.p7b` files. They are returned in DER, in the order of the
 * file.
 * This file is loaded on demand, because only it imports asn1js and pkijs.
 * @throws {MalformedError} if the bytes are not a SignedData
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  try {
    return readCertificates(bytes);
  } catch (error) {
    // For malformed bytes, both libraries throw errors of many types. The caller gets a single one.
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
  const { certificates = [] } = new pkijs.SignedData({ schema: content });
  // pkijs decides which elements are certificates. Their bytes are copied from the file, because encoding them again could change them.
  const raw = elementsOfCertificateSet(content as asn1js.Sequence);
  return certificates.flatMap((certificate, i) => {
    const der = raw[i];
    return certificate instanceof pkijs.Certificate && der ? [new Uint8Array(der)] : [];
  });
}

/** Returns the elements of `certificates [0] IMPLICIT CertificateSet` in DER. */
function elementsOfCertificateSet(signedData: asn1js.Sequence): Uint8Array[] {
  const set = signedData.valueBlock.value.find(({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0);
  return set instanceof asn1js.Constructed ? set.valueBlock.value.map((element) => element.valueBeforeDecodeView) : [];
}
