import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { MalformedError } from '../errors.js';

/**
 * ASN.1 elements of one file; asn1js allows 10,000, which the 150 roots of a browser exceed. A certificate has 50 to 100 elements, and
 * asn1js needs about a kilobyte for each: 3,000 certificates, and 300 MB at most.
 */
const mostElements = 250_000;

/**
 * Reads the certificates of a CMS SignedData (RFC 5652 5.1), the format of `.p7b` files: DER, in the order of the file.
 * No other file imports asn1js and pkijs, and this one is loaded on demand.
 * @throws {MalformedError} if the bytes are not a SignedData
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  try {
    return readCertificates(bytes);
  } catch (error) {
    // Both libraries throw errors of many kinds for damaged bytes; they all mean the same to the caller.
    throw new MalformedError(
      path,
      `not a CMS SignedData: ${error instanceof Error ? error.message : String(error)}`,
      0,
    );
  }
}

function readCertificates(bytes: Uint8Array): Uint8Array[] {
  // asn1js reports a failure by an offset of -1, and ignores bytes after the end.
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

/** The elements of `certificates [0] IMPLICIT CertificateSet`. */
function elementsOfCertificateSet(signedData: asn1js.Sequence): Uint8Array[] {
  const set = signedData.valueBlock.value.find(({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0);
  return set instanceof asn1js.Constructed ? set.valueBlock.value.map((element) => element.valueBeforeDecodeView) : [];
}
