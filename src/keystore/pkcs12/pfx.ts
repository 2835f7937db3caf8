import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { Pkcs12Oid } from './oids.js';

/** PFX (RFC 7292 4), its parts not yet looked into. */
export interface Pfx {
  readonly version: number;
  /** The octets that the MAC is over: a BER-encoded AuthenticatedSafe. */
  readonly content: Uint8Array;
  /** Offset of `content` in the file; near it, where the octets came in segments. */
  readonly contentOffset: number;
  readonly macData: Asn1Element | undefined;
  readonly trailingBytes: number;
}

/** One part of an AuthenticatedSafe: SafeContents, in the clear or encrypted with a password. */
export interface SafePart {
  readonly path: string;
  readonly offset: number;
  /** SafeContents, BER-encoded; encrypted if there is an algorithm. */
  readonly octets: Uint8Array;
  readonly algorithm?: AlgorithmIdentifier;
}

const path = 'PKCS12 store';

/** PFX: SEQUENCE { version, authSafe ContentInfo, macData OPTIONAL }. */
export function readPfx(bytes: Uint8Array, limits: Limits): Pfx {
  const pfx = Asn1Element.first(bytes, path, { maximumDepth: limits.asn1Depth });
  const [version, authSafe, macData] = pfx.sequence('PFX');
  if (!version || !authSafe) throw pfx.malformed('PFX: version and content expected');
  const found = version.smallInteger('version');
  if (found !== 3) throw new StoreUnsupportedError(`PKCS12 version ${found} is not supported; 3 is`);
  const { oid, content } = readContentInfo(authSafe);
  if (oid === Oid.cmsSignedData) {
    throw new StoreUnsupportedError('PKCS12 store under a signature instead of a password is not supported', oid);
  }
  if (oid !== Oid.cmsData || !content) throw new StoreUnsupportedError(`${path}: content type is not supported`, oid);
  return {
    version: found,
    content: content.expect(Tag.octetString, 'content').octets(),
    contentOffset: content.contentOffset,
    macData,
    trailingBytes: bytes.length - pfx.size,
  };
}

/** AuthenticatedSafe: SEQUENCE OF ContentInfo. Parts under a public key, which no password opens, are handed to `skip`. */
export function readAuthenticatedSafe(pfx: Pfx, limits: Limits, skip: (path: string, oid: string) => void): SafePart[] {
  const safe = Asn1Element.first(pfx.content, `${path}, AuthenticatedSafe`, {
    base: pfx.contentOffset,
    maximumDepth: limits.asn1Depth,
  });
  const parts: SafePart[] = [];
  safe.sequence('AuthenticatedSafe').forEach((element, index) => {
    const partPath = `part ${index + 1}`;
    const { oid, content } = readContentInfo(element);
    if (oid === Oid.cmsData) {
      // CMS has the content optional; PKCS#12 has no use for a part without one.
      if (!content) throw element.malformed('ContentInfo without content');
      const octets = content.expect(Tag.octetString, 'content');
      parts.push({ path: partPath, offset: octets.contentOffset, octets: octets.octets() });
    } else if (oid === Pkcs12Oid.encryptedData) {
      if (!content) throw element.malformed('ContentInfo without content');
      const part = readEncryptedData(content, partPath);
      if (part) parts.push(part);
    } else {
      skip(partPath, oid);
    }
  });
  return parts;
}

/** ContentInfo: SEQUENCE { contentType, content [0] EXPLICIT OPTIONAL } (RFC 5652 3). */
function readContentInfo(element: Asn1Element): { oid: string; content: Asn1Element | undefined } {
  const [type, content] = element.sequence('ContentInfo');
  if (!type) throw element.malformed('ContentInfo: empty');
  return { oid: type.oid('content type'), content: content?.expect(contextTag(0), 'content').explicit('content') };
}

/** EncryptedData: SEQUENCE { version, EncryptedContentInfo } (RFC 5652 8). */
function readEncryptedData(element: Asn1Element, partPath: string): SafePart | undefined {
  const [, info] = element.sequence('EncryptedData');
  if (!info) throw element.malformed('EncryptedData: version and content expected');
  const [, algorithm, encrypted] = info.sequence('EncryptedContentInfo');
  if (!algorithm) throw info.malformed('EncryptedContentInfo: algorithm expected');
  if (!encrypted) return undefined;
  return {
    path: partPath,
    offset: encrypted.contentOffset,
    octets: encrypted.expect(contextTag(0), 'encrypted content').octets(),
    algorithm: readAlgorithmIdentifier(algorithm, 'encryption algorithm'),
  };
}
