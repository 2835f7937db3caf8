import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { StoreMalformedError } from '../errors.js';

/**
 * The certificates of a CMS SignedData (RFC 5652 5.1), which is what a `.p7b` file is: DER, in the order of the file.
 * This file is the only one that knows asn1js and pkijs, and is loaded when such a file is met.
 * @throws {StoreMalformedError} if the bytes are no SignedData
 */
export function certificatesOfSignedData(bytes: Uint8Array, path: string): Uint8Array[] {
  // asn1js tells failure by an offset of -1, and does not mind what follows.
  const { result, offset } = asn1js.fromBER(bytes);
  if (offset === -1) throw new StoreMalformedError(path, `no CMS: ${result.error}`, 0);
  const content = readContent(result, path);
  const signedData = readSignedData(content, path);
  // pkijs says what is a certificate; the bytes are taken as they stand in the file, so that nothing is encoded anew.
  const raw = rawCertificates(content);
  return (signedData.certificates ?? []).flatMap((certificate, i) => {
    const der = raw[i];
    return certificate instanceof pkijs.Certificate && der ? [new Uint8Array(der)] : [];
  });
}

function readContent(result: asn1js.AsnType, path: string): asn1js.AsnType {
  let info: pkijs.ContentInfo;
  try {
    info = new pkijs.ContentInfo({ schema: result });
  } catch {
    throw new StoreMalformedError(path, 'no CMS ContentInfo', 0);
  }
  if (info.contentType !== pkijs.ContentInfo.SIGNED_DATA) {
    throw new StoreMalformedError(
      path,
      `CMS content ${info.contentType} holds no certificates; SignedData expected`,
      0,
    );
  }
  return info.content as asn1js.AsnType;
}

function readSignedData(content: asn1js.AsnType, path: string): pkijs.SignedData {
  try {
    return new pkijs.SignedData({ schema: content });
  } catch {
    throw new StoreMalformedError(path, 'no CMS SignedData', 0);
  }
}

/** The elements of `certificates [0] IMPLICIT CertificateSet`. */
function rawCertificates(signedData: asn1js.AsnType): Uint8Array[] {
  const set = childrenOf(signedData).find(({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0);
  return set === undefined ? [] : childrenOf(set).map((element) => element.valueBeforeDecodeView);
}

function childrenOf(element: asn1js.AsnType): asn1js.BaseBlock[] {
  return element instanceof asn1js.Constructed || element instanceof asn1js.Sequence ? element.valueBlock.value : [];
}
