import { javaDate } from '../../bytes/java-date.js';
import { ParsedCertificate } from '../../x509/certificate.js';
import { isCommonCertificate } from '../../x509/certificate-skim.js';
import type { PlacedEntries } from '../entry/entry-list.js';
import type { TrustedCertificateEntry } from '../types.js';

/*
 * A trusted certificate as JavaKeyStore.engineStore writes nearly all of them: tag 2, an alias of ASCII, an instant, "X.509" and a
 * certificate of the common form. Truststores hold little else, and many of them, so such an entry is looked over first
 * and read when somebody asks for it. All others go the long way, which knows what is wrong with them.
 */

const trustedCertificateTag = 2;
/** The certificate's type as `writeUTF` writes it: two octets of length, `X.509`. Version 1 leaves it out. */
const typeLength = 7;
const typeStart = 0x00_05_58_2e;
const typeEnd = 0x2e_35_30_39;
const tagLength = 4;
const aliasAt = tagLength + 2;
const dateLength = 8;

/** Where such an entry ends; -1 if what begins at `at` is anything else. */
export function endOfCommonEntry(bytes: Uint8Array, view: DataView, at: number, version: number): number {
  if (at + aliasAt > bytes.length || view.getUint32(at) !== trustedCertificateTag) return -1;
  const type = at + aliasAt + view.getUint16(at + tagLength) + dateLength;
  const length = certificateLengthAt(type, version);
  if (length + 4 > bytes.length) return -1;
  const certificate = length + 4;
  const end = certificate + view.getUint32(length);
  if (end > bytes.length || !isAscii(view, at + aliasAt, type - dateLength)) return -1;
  // They overlap in one octet.
  if (version !== 1 && (view.getUint32(type) !== typeStart || view.getUint32(type + 3) !== typeEnd)) return -1;
  return isCommonCertificate(bytes, certificate, end) ? end : -1;
}

/** Entries that {@link endOfCommonEntry} accepted, by where they begin. */
export class CommonEntries implements PlacedEntries {
  readonly bytes: Buffer;

  /** @param where says which entry the `index`th of the list is, for messages */
  constructor(
    private readonly view: DataView,
    private readonly version: number,
    private readonly where: (index: number) => string,
  ) {
    this.bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  }

  read(at: number, index: number): TrustedCertificateEntry {
    const { view } = this;
    const date = this.aliasEnd(at);
    const start = this.certificateStart(at);
    // Not a Buffer, as of all entries.
    const der = new Uint8Array(view.buffer, view.byteOffset + start, this.certificateEnd(at) - start);
    return {
      kind: 'trustedCertEntry',
      alias: this.aliasAt(at),
      creationDate: javaDate(view.getInt32(date) * 2 ** 32 + view.getUint32(date + 4)),
      certificate: new ParsedCertificate(der, this.where, index),
    };
  }

  aliasAt(at: number): string {
    return this.bytes.toString('latin1', this.aliasStart(at), this.aliasEnd(at));
  }

  aliasStart(at: number): number {
    return at + aliasAt;
  }

  /** Where the date begins, too. */
  aliasEnd(at: number): number {
    return at + aliasAt + this.view.getUint16(at + tagLength);
  }

  certificateStart(at: number): number {
    return certificateLengthAt(this.aliasEnd(at) + dateLength, this.version) + 4;
  }

  certificateEnd(at: number): number {
    const start = this.certificateStart(at);
    return start + this.view.getUint32(start - 4);
  }
}

function certificateLengthAt(type: number, version: number): number {
  return version === 1 ? type : type + typeLength;
}

function isAscii(view: DataView, start: number, end: number): boolean {
  let at = start;
  for (; at + 4 <= end; at += 4) if ((view.getUint32(at) & 0x80808080) !== 0) return false;
  for (; at < end; at++) if (view.getUint8(at) >= 0x80) return false;
  return true;
}
