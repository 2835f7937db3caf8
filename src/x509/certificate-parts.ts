import type { Asn1Element } from '../asn1/element.js';
import { contextTag, Tag } from '../asn1/tag.js';

/** The fields of Certificate and TBSCertificate (RFC 5280 4.1) as ASN.1 elements, without the unique identifiers. */
export interface CertificateParts {
  readonly tbs: Asn1Element;
  /** The [0] EXPLICIT Version. Absent in certificates of version 1, because DER omits default values. */
  readonly version: Asn1Element | undefined;
  readonly serialNumber: Asn1Element;
  readonly tbsSignatureAlgorithm: Asn1Element;
  readonly issuer: Asn1Element;
  readonly subject: Asn1Element;
  readonly notBefore: Asn1Element;
  readonly notAfter: Asn1Element;
  readonly subjectPublicKeyInfo: Asn1Element;
  /** The SEQUENCE OF Extension, if there is one. */
  readonly extensions: Asn1Element | undefined;
  readonly signatureAlgorithm: Asn1Element;
  readonly signature: Asn1Element;
}

/** Number of required fields of a TBSCertificate after the version (RFC 5280 4.1). */
const requiredFields = 6;
type RequiredFields = [Asn1Element, Asn1Element, Asn1Element, Asn1Element, Asn1Element, Asn1Element, ...Asn1Element[]];

/**
 * Splits a certificate into its fields. The types of the two signature algorithms and of the two times are not checked here, but when these
 * fields are parsed.
 * @throws {MalformedError} if a required field is missing, or if the type of a field that is checked is wrong
 */
export function readParts(certificate: Asn1Element): CertificateParts {
  const parts = certificate.sequence('Certificate');
  if (parts.length !== 3) throw certificate.malformed('Certificate: three parts expected');
  const [tbs, signatureAlgorithm, signature] = parts as [Asn1Element, Asn1Element, Asn1Element];
  signature.expect(Tag.bitString, 'signature');
  const fields = tbs.sequence('TBSCertificate');
  const version = fields[0]?.tag === contextTag(0) ? fields[0] : undefined;
  const afterVersion = fields.slice(version ? 1 : 0);
  if (afterVersion.length < requiredFields) throw tbs.malformed('TBSCertificate: too short');
  const [serialNumber, tbsSignatureAlgorithm, issuer, validity, subject, subjectPublicKeyInfo, ...rest] =
    afterVersion as RequiredFields;
  serialNumber.expect(Tag.integer, 'serial number');
  issuer.expect(Tag.sequence, 'issuer');
  subject.expect(Tag.sequence, 'subject');
  subjectPublicKeyInfo.expect(Tag.sequence, 'subject public key');
  const [notBefore, notAfter] = validity.sequence('validity');
  if (!notBefore || !notAfter) throw validity.malformed('validity: two times expected');
  // [3] EXPLICIT Extensions (RFC 5280 4.1.2.9).
  const extensions = rest.find((field) => field.tag === contextTag(3))?.explicit('extensions');
  return {
    tbs,
    version,
    serialNumber,
    tbsSignatureAlgorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    subjectPublicKeyInfo,
    extensions,
    signatureAlgorithm,
    signature,
  };
}
