import { Tag } from '../asn1/tag.js';
import { contentAt, endAt } from '../asn1/usual-der-bounds.js';
import { toLatin1 } from '../bytes/encoding.js';
import type { Certificate } from './certificate.js';
import { subjectAt } from './certificate-scan.js';
import { readCertificate } from './parse-certificate.js';
import type { ParsedCertificate } from './parsed-certificate.js';

/*
 * Of the many roots in Node's list, a conversion needs one or two. Parsing all roots would take longer than the rest of a small conversion.
 * Therefore the roots are grouped by a simplified form of their subjects, which is read directly from the DER, and a search parses only the
 * roots of one group and those with unusual subjects.
 */

const constructed = 0x20;

/** Trust anchors in DER. A search by subject parses only those that may have this subject. */
export class RootIndex implements Iterable<Certificate> {
  readonly #roots: readonly Uint8Array[];
  readonly #read = new Map<Uint8Array, ParsedCertificate>();
  readonly #groups = new Map<string, Uint8Array[]>();

  /** @param roots certificates in DER */
  constructor(roots: readonly Uint8Array[]) {
    this.#roots = roots;
    for (const root of roots) {
      const key = coarseSubject(root);
      const group = this.#groups.get(key);
      if (group) group.push(root);
      else this.#groups.set(key, [root]);
    }
  }

  get length(): number {
    return this.#roots.length;
  }

  /** Returns the roots with this subject, which is given as {@link ParsedCertificate.subjectKey}. */
  named(subjectKey: string): readonly Certificate[] {
    // A subject key that begins with # is a malformed name in hexadecimal, whose group is unknown. It is compared with all roots.
    const roots = subjectKey.startsWith('#')
      ? this.#roots
      : [...new Set([coarseKey(subjectKey), unusualName])].flatMap((key) => this.#groups.get(key) ?? []);
    return roots.map((root) => this.#certificate(root)).filter((certificate) => certificate.subjectKey === subjectKey);
  }

  *[Symbol.iterator](): Iterator<Certificate> {
    for (const root of this.#roots) yield this.#certificate(root);
  }

  #certificate(root: Uint8Array): ParsedCertificate {
    let certificate = this.#read.get(root);
    if (certificate === undefined) this.#read.set(root, (certificate = readCertificate(root, 'built-in root')));
    return certificate;
  }
}

/**
 * Key of the group for subjects whose last RDN is not a single attribute with an ASCII value. The roots of this group are compared with
 * every name.
 */
const unusualName = '';

/**
 * Returns the ASCII letters and digits of the last attribute's value in a normalized name. They are equal for names that are equal by RFC
 * 5280 7.1.
 */
function coarseKey(subjectKey: string): string {
  const last = subjectKey.slice(subjectKey.lastIndexOf('\u0001') + 1);
  return lettersAndDigits(last.slice(last.indexOf('=') + 1));
}

/** Reads the key that {@link coarseKey} returns for a certificate's subject directly from the DER, or returns {@link unusualName}. */
function coarseSubject(der: Uint8Array): string {
  const name = subjectAt(der);
  const end = endAt(der, name, der.length);
  if (end === -1) return unusualName;
  let last = -1;
  for (let at = contentAt(der, name); at < end; ) {
    last = at;
    at = endAt(der, at, end);
    if (at === -1) return unusualName;
  }
  if (der[last] !== (Tag.set | constructed)) return unusualName;
  const attribute = contentAt(der, last);
  const type = contentAt(der, attribute);
  const value = endAt(der, type, end);
  // The set has a second attribute, or the value is not a UTF8String, PrintableString or IA5String.
  if (endAt(der, attribute, end) !== end || !isAsciiType(der[value])) return unusualName;
  const text = der.subarray(contentAt(der, value), end);
  return text.some((octet) => octet >= 0x80) ? unusualName : lettersAndDigits(toLatin1(text));
}

function isAsciiType(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.printableString || tag === Tag.ia5String;
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
