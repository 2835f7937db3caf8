import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { MalformedError } from '../errors.js';

/**
 * The certificates of a CMS SignedData (RFC 5652 5.1), which is what a `.p7b` file is: DER, in the order of the file.
 * This file is the only one that knows asn1js and pkijs, and is loaded when such a file is met.
 * @throws {MalformedError} if the bytes are no SignedData
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  try {
    return readCertificates(bytes);
  } catch (error) {
    // Both libraries throw errors of many kinds at what is damaged; to our caller they all mean this.
    throw new MalformedError(path, `no CMS SignedData: ${error instanceof Error ? error.message : String(error)}`, 0);
  }
}

function readCertificates(bytes: Uint8Array): Uint8Array[] {
  // asn1js tells failure by an offset of -1, and does not mind what follows.
  const { result, offset } = asn1js.fromBER(bytes);
  if (offset === -1) throw new Error(result.error);
  const { contentType, content } = new pkijs.ContentInfo({ schema: result });
  if (contentType !== pkijs.ContentInfo.SIGNED_DATA) throw new Error(`content of type ${contentType}`);
  const { certificates = [] } = new pkijs.SignedData({ schema: content });
  // pkijs says what is a certificate; the bytes are taken as they stand in the file, so that nothing is encoded anew.
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
