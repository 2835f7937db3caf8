import { Tag } from '../asn1/tag.js';
import { contentAt, endAt } from '../asn1/usual-der-bounds.js';
import { toLatin1 } from '../bytes/encoding.js';
import type { Certificate } from './certificate.js';
import { subjectAt } from './certificate-scan.js';
import { readCertificate } from './parse-certificate.js';
import type { ParsedCertificate } from './parsed-certificate.js';

/*
 * A path ends at one or two of the many roots in Node's list. Parsing all roots would take longer than the rest of a small conversion.
 * Therefore the roots are grouped by a simplified form of their subjects, which is read directly from the DER, and only the roots of one
 * group are parsed.
 */

const constructed = 0x20;

/** Trust anchors that are found by subject, without parsing the others. */
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

/** Key of the group for subjects whose last RDN is not a single ASCII attribute. This group is searched for every name. */
const unusualName = '';

/** Returns the letters and digits of the last attribute of a normalized name. They are equal for names that are equal by RFC 5280 7.1. */
function coarseKey(subjectKey: string): string {
  const last = subjectKey.slice(subjectKey.lastIndexOf('\u0001') + 1);
  return lettersAndDigits(last.slice(last.indexOf('=') + 1));
}

/** Returns the same key as {@link coarseKey}, but reads it from the DER of a certificate. */
function coarseSubject(der: Uint8Array): string {
  const name = subjectAt(der);
  const end = name < 0 ? -1 : endAt(der, name, der.length);
  if (end < 0) return unusualName;
  let last = -1;
  for (let at = contentAt(der, name); at < end; ) {
    last = at;
    at = endAt(der, at, end);
    if (at < 0) return unusualName;
  }
  if (last < 0 || der[last] !== (Tag.set | constructed)) return unusualName;
  const attribute = contentAt(der, last);
  const type = contentAt(der, attribute);
  const value = endAt(der, type, end);
  // Either the set has a second attribute, or the value is not an ASCII string.
  if (endAt(der, attribute, end) !== end || value < 0 || !isAsciiType(der[value])) return unusualName;
  const text = der.subarray(contentAt(der, value), end);
  return text.some((octet) => octet >= 0x80) ? unusualName : lettersAndDigits(toLatin1(text));
}

function isAsciiType(tag: number | undefined): boolean {
  return tag === Tag.utf8String || tag === Tag.printableString || tag === Tag.ia5String;
}

function lettersAndDigits(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}
