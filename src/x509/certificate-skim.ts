import { contentAt, endAt } from '../asn1/skim.js';
import { contextTag, Tag } from '../asn1/tag.js';
import { endOfCommonTime } from '../asn1/time.js';
import { equalBytes } from '../bytes/equal.js';

/** The bit of a tag octet that says elements are inside (X.690 8.1.2.5). */
const constructed = 0x20;
const sequenceTag = Tag.sequence | constructed;
/** [0] EXPLICIT Version, left out in certificates of version 1 (RFC 5280 4.1). */
const versionTag = contextTag(0) | constructed;
/** [3] EXPLICIT Extensions. */
const extensionsTag = contextTag(3) | constructed;

/** Serial number, algorithm, issuer, validity, subject, key: all from the issuer on are SEQUENCEs (RFC 5280 4.1). */
const fieldsBeforeIssuer = 2;
const fieldsBeforeValidity = 3;
const fieldsBeforeSubject = 4;
const fieldsUpToKey = 6;

/**
 * Where the subject of a certificate begins, by stepping over what stands before it in TBSCertificate; the bytes need not go on any
 * further.
 * @returns -1 if the certificate is of an uncommon form, or its first `length` bytes end before
 */
export function subjectAt(bytes: Uint8Array, length: number = bytes.length): number {
  return fieldAt(bytes, fieldsBeforeSubject, length);
}

/** Whether issuer and subject are the same, octet by octet; undefined if the certificate is of an uncommon form. */
export function isCommonSelfIssued(bytes: Uint8Array): boolean | undefined {
  const { length } = bytes;
  const issuer = fieldAt(bytes, fieldsBeforeIssuer, length);
  const issuerEnd = issuer < 0 ? -1 : endAt(bytes, issuer, length);
  const subject = fieldAt(bytes, fieldsBeforeSubject, length);
  const subjectEnd = subject < 0 ? -1 : endAt(bytes, subject, length);
  if (issuerEnd < 0 || subjectEnd < 0) return undefined;
  return equalBytes(bytes.subarray(issuer, issuerEnd), bytes.subarray(subject, subjectEnd));
}

/** Where the field begins that so many others stand before, a version not counted; -1 as {@link subjectAt}. */
function fieldAt(bytes: Uint8Array, before: number, length: number): number {
  let at = contentAt(bytes, contentAt(bytes, 0));
  for (let fields = bytes[at] === versionTag ? before + 1 : before; fields > 0; fields--) {
    at = endAt(bytes, at, length);
    if (at < 0) return -1;
  }
  return at;
}

/**
 * Whether the bytes from `start` to `end` are a certificate of the common form: then {@link parseCertificate} would read them. It is
 * told without an object for any part, so that a store of thousands can be checked while it is read, and parsed when somebody looks.
 * @returns false if they are none, or one of a form that only the parser knows
 */
export function isCommonCertificate(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== sequenceTag || endAt(bytes, start, end) !== end) return false;
  const tbs = contentAt(bytes, start);
  const algorithm = endAt(bytes, tbs, end);
  if (algorithm < 0 || bytes[tbs] !== sequenceTag) return false;
  const signature = endAt(bytes, algorithm, end);
  if (signature < 0 || bytes[signature] !== Tag.bitString || endAt(bytes, signature, end) !== end) return false;
  const validity = validityAt(bytes, tbs, algorithm);
  return validity >= 0 && areCommonTimes(bytes, validity, algorithm);
}

/** Where the validity is among the fields of the TBSCertificate from `tbs` to `end`; -1 if they are not of the common form. */
function validityAt(bytes: Uint8Array, tbs: number, end: number): number {
  let at = contentAt(bytes, tbs);
  if (bytes[at] === versionTag) at = endAt(bytes, at, end);
  if (at < 0 || bytes[at] !== Tag.integer) return -1;
  let validity = -1;
  // By one call for all, since V8 would put a few in place and leave the others.
  for (let field = 0; field < fieldsUpToKey; field++) {
    if (field >= fieldsBeforeIssuer && bytes[at] !== sequenceTag) return -1;
    if (field === fieldsBeforeValidity) validity = at;
    at = endAt(bytes, at, end);
    if (at < 0) return -1;
  }
  if (at === end) return validity;
  if (bytes[at] !== extensionsTag || endAt(bytes, at, end) !== end) return -1;
  return endAt(bytes, contentAt(bytes, at), end) === end ? validity : -1;
}

/** Whether the SEQUENCE at `at` has two times in it, and nothing else. */
function areCommonTimes(bytes: Uint8Array, at: number, limit: number): boolean {
  let time = contentAt(bytes, at);
  // One call for both, since V8 would put the one in place and leave the other.
  for (let times = 2; times > 0 && time >= 0; times--) time = endOfCommonTime(bytes, time);
  return time >= 0 && time === endAt(bytes, at, limit);
}
