import { bytesFromHex, toHex } from '../bytes/encoding.js';
import { equalBytes } from '../bytes/equal.js';
import { digest } from '../crypto/hash/digest.js';
import type { Certificate } from './certificate.js';
import { withParts } from './parse-certificate.js';

/** A TLSA record (RFC 6698 2.1). */
export interface TlsaRecord {
  /** 3 (DANE-EE): the server's certificate. 2 (DANE-TA): one of its issuers. 0 and 1 are not used with SMTP (RFC 7672 3.1.3). */
  readonly usage: number;
  /** 0: the whole certificate. 1: its SubjectPublicKeyInfo. */
  readonly selector: number;
  /** 0: the selected bytes themselves. 1: their SHA-256. 2: their SHA-512. */
  readonly matchingType: number;
  readonly data: Uint8Array;
}

/** The certificate usages that SMTP allows: DANE-TA and DANE-EE (RFC 7218 2.1). */
export const TlsaUsage = { trustAnchor: 2, endEntity: 3 } as const;
const publicKeySelector = 1;
const hashes: ReadonlyMap<number, string> = new Map([
  [1, 'sha256'],
  [2, 'sha512'],
]);

/**
 * Creates a record with the SHA-256 of the public key, which stays valid after a renewal with the same key. For usage 3, RFC 7672 3.1
 * recommends this record; for usage 2 it recommends the SHA-256 of the certificate (`2 0 1`).
 */
export function tlsaRecordOf(certificate: Certificate, usage: number): TlsaRecord {
  const record = { usage, selector: publicKeySelector, matchingType: 1 };
  return { ...record, data: associatedData(certificate, record) ?? new Uint8Array() };
}

/** Formats a record as in a zone file: `3 1 1 897bb6aa…`. */
export function formatTlsaRecord({ usage, selector, matchingType, data }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${toHex(data)}`;
}

/**
 * Reads a record as DNS tools print it: `3 1 1 HEX`. Owner, TTL, class and type may precede it, the hexadecimal digits may be in several
 * parts, and a comment may follow.
 * @returns undefined if it is not a TLSA record
 */
export function parseTlsaRecord(text: string): TlsaRecord | undefined {
  const words = text.replace(/;.*/s, '').replace(/[()]/g, ' ').trim().split(/\s+/);
  const type = words.findIndex((word) => word.toUpperCase() === 'TLSA');
  const fields = words.slice(type + 1);
  const numbers = fields.slice(0, 3);
  const hex = fields.slice(3).join('');
  if (!numbers.every((number) => /^\d{1,3}$/.test(number))) return undefined;
  if (hex === '' || hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return undefined;
  const [usage, selector, matchingType] = numbers.map(Number) as [number, number, number];
  return { usage, selector, matchingType, data: bytesFromHex(hex) };
}

/**
 * Checks whether a chain that a server sends, leaf first, contains the certificate or key of a record (RFC 7672 3.1): for usage 3 in the
 * leaf, for usage 2 in an issuer. Usages 0 and 1 never match, because SMTP clients ignore them. Signatures, dates and names are not
 * checked.
 */
export function matchesTlsa(record: TlsaRecord, chain: readonly Certificate[]): boolean {
  const [leaf, ...issuers] = chain;
  const candidates =
    record.usage === TlsaUsage.endEntity ? [leaf] : record.usage === TlsaUsage.trustAnchor ? issuers : [];
  return candidates.some((certificate) => {
    const data = certificate && associatedData(certificate, record);
    return data !== undefined && equalBytes(data, record.data);
  });
}

/** Returns the data of a record for a certificate; undefined if the selector or the matching type is unknown. */
function associatedData(
  certificate: Certificate,
  { selector, matchingType }: Pick<TlsaRecord, 'selector' | 'matchingType'>,
): Uint8Array | undefined {
  if (selector > 1) return undefined;
  const content = selector === 0 ? certificate.der : withParts(certificate).parts.subjectPublicKeyInfo.raw;
  if (matchingType === 0) return content;
  const hash = hashes.get(matchingType);
  return hash === undefined ? undefined : new Uint8Array(digest(hash, content));
}
