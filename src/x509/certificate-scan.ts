import { contextTag, Tag } from '../asn1/tag.js';
import { endOfCommonTime } from '../asn1/time.js';
import { contentAt, endAt } from '../asn1/usual-der-bounds.js';

/*
 * Checks the outer structure of a certificate without creating objects. Of the many certificates in a truststore, one or two are used. With
 * this check a truststore loads fast: a certificate whose outer structure is malformed is still reported while the keystore is loaded, but
 * a Certificate is parsed only when it is first used.
 */

/** The bit of a tag octet that marks an element as constructed (X.690 8.1.2.5). */
const constructed = 0x20;
const sequenceTag = Tag.sequence | constructed;
/** [0] EXPLICIT Version, absent in certificates of version 1 (RFC 5280 4.1). */
const versionTag = contextTag(0) | constructed;
/** [3] EXPLICIT Extensions. */
const extensionsTag = contextTag(3) | constructed;

/**
 * Positions of the required fields of a TBSCertificate (RFC 5280 4.1), counted from 0 after the version: serial number, signature
 * algorithm, issuer, validity, subject, public key. The issuer and the three fields after it are SEQUENCEs.
 */
const issuerField = 2;
const validityField = 3;
const subjectField = 4;
const fieldCount = 6;

/**
 * Checks whether `bytes` is one certificate that {@link readParts} accepts and whose times can be decoded.
 * @returns false if it is not, or if only the parser can decide: for unique identifiers, and for encodings that {@link endAt} or
 * {@link endOfCommonTime} does not support
 */
export function hasUsualFrame(bytes: Uint8Array): boolean {
  const end = bytes.length;
  if (bytes[0] !== sequenceTag || endAt(bytes, 0, end) !== end) return false;
  const tbs = contentAt(bytes, 0);
  const algorithm = endAt(bytes, tbs, end);
  const signature = endAt(bytes, algorithm, end);
  if (bytes[tbs] !== sequenceTag || bytes[signature] !== Tag.bitString || endAt(bytes, signature, end) !== end)
    return false;
  return hasUsualFields(bytes, tbs, algorithm);
}

/** Returns the offset of a certificate's subject; -1 if a field before it has an unusual encoding. */
export function subjectAt(bytes: Uint8Array): number {
  let at = contentAt(bytes, contentAt(bytes, 0));
  for (let fields = bytes[at] === versionTag ? subjectField + 1 : subjectField; fields > 0; fields--)
    at = endAt(bytes, at, bytes.length);
  return at;
}

/** Checks the fields of the TBSCertificate that extends from offset `tbs` to `end`. At the offset -1 there is no tag, so no check passes. */
function hasUsualFields(bytes: Uint8Array, tbs: number, end: number): boolean {
  let at = contentAt(bytes, tbs);
  if (bytes[at] === versionTag) at = endAt(bytes, at, end);
  if (bytes[at] !== Tag.integer) return false;
  for (let field = 0; field < fieldCount; field++) {
    if (field >= issuerField && bytes[at] !== sequenceTag) return false;
    if (field === validityField && !holdsTwoTimes(bytes, at, end)) return false;
    at = endAt(bytes, at, end);
  }
  if (at === end) return true;
  return (
    bytes[at] === extensionsTag && endAt(bytes, at, end) === end && endAt(bytes, contentAt(bytes, at), end) === end
  );
}

/** Checks whether the SEQUENCE at `at` contains exactly two times in the form that {@link endOfCommonTime} supports. */
function holdsTwoTimes(bytes: Uint8Array, at: number, limit: number): boolean {
  const end = endOfCommonTime(bytes, endOfCommonTime(bytes, contentAt(bytes, at)));
  return end !== -1 && end === endAt(bytes, at, limit);
}
