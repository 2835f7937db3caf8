import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { StoreUnsupportedError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import { Pkcs12Oid } from './oids.js';

/** PFX (RFC 7292 4), the outermost structure. Its content is not parsed yet. */
export interface Pfx {
  readonly version: number;
  /** The octets that the MAC covers: a BER-encoded AuthenticatedSafe, or no octets. */
  readonly content: Uint8Array;
  /** Offset of `content` in the file; approximate if the OCTET STRING is in segments. */
  readonly contentOffset: number;
  readonly macData: Asn1Element | undefined;
  /** Whether the file is in public-key integrity mode, which has a signature instead of the MAC. */
  readonly isSigned: boolean;
  readonly trailingBytes: number;
}

/** One part of an AuthenticatedSafe: SafeContents, unencrypted or encrypted with a password. */
export interface SafePart {
  readonly path: string;
  readonly offset: number;
  /** The SafeContents in BER; encrypted if `algorithm` is set. */
  readonly octets: Uint8Array;
  readonly algorithm?: AlgorithmIdentifier;
}

const path = 'PKCS12 store';
const noOctets = new Uint8Array();

/** Reads PFX: SEQUENCE { version, authSafe ContentInfo, macData OPTIONAL }. */
export function readPfx(bytes: Uint8Array, limits: Limits): Pfx {
  const pfx = Asn1Element.first(bytes, path, { maximumDepth: limits.asn1Depth });
  const [version, authSafe, macData] = pfx.fields(2, 'PFX', 'version and content expected');
  const found = version.smallInteger('version');
  if (found !== 3) throw new StoreUnsupportedError(`PKCS12 version ${found} is not supported; version 3 is`);
  const { oid, content } = readContentInfo(authSafe);
  const isSigned = oid === Oid.cmsSignedData;
  if ((oid !== Oid.cmsData && !isSigned) || !content)
    throw new StoreUnsupportedError(`${path}: content type is not supported`, oid);
  const data = isSigned ? readSignedContent(content) : content;
  return {
    version: found,
    content: data?.expect(Tag.octetString, 'content').octets() ?? noOctets,
    contentOffset: data?.contentOffset ?? authSafe.offset,
    macData,
    isSigned,
    trailingBytes: bytes.length - pfx.size,
  };
}

/** Reads SignedData: SEQUENCE { version, digestAlgorithms SET, EncapsulatedContentInfo, … } (RFC 5652 5.1). */
function readSignedContent(signedData: Asn1Element): Asn1Element | undefined {
  const [, , contentInfo] = signedData.fields(3, 'SignedData', 'content expected');
  const { oid, content } = readContentInfo(contentInfo);
  if (oid === Oid.cmsData) return content;
  throw new StoreUnsupportedError(`${path}: signed content type is not supported`, oid);
}

/**
 * Reads AuthenticatedSafe: SEQUENCE OF ContentInfo. An empty one is an empty keystore, as in Java. A ContentInfo of type data without
 * content is left out.
 * @param skip called for each ContentInfo of a type that no password opens, such as EnvelopedData, which is encrypted for a public key
 */
export function readAuthenticatedSafe(pfx: Pfx, limits: Limits, skip: (path: string, oid: string) => void): SafePart[] {
  if (pfx.content.length === 0) return [];
  const safe = Asn1Element.first(pfx.content, `${path}, AuthenticatedSafe`, {
    base: pfx.contentOffset,
    maximumDepth: limits.asn1Depth,
  });
  const parts: SafePart[] = [];
  for (const [index, element] of safe.sequence('AuthenticatedSafe').entries()) {
    const partPath = `part ${index + 1}`;
    const { oid, content } = readContentInfo(element);
    if (oid !== Oid.cmsData && oid !== Pkcs12Oid.encryptedData) skip(partPath, oid);
    else if (content) {
      const part = oid === Oid.cmsData ? readData(content, partPath) : readEncryptedData(content, partPath);
      if (part) parts.push(part);
    } else if (oid === Pkcs12Oid.encryptedData) {
      // The content of EncryptedData says how it is encrypted, so it must be present.
      throw element.malformed('ContentInfo of EncryptedData without content');
    }
  }
  return parts;
}

/** Reads ContentInfo: SEQUENCE { contentType, content [0] EXPLICIT OPTIONAL } (RFC 5652 3). */
function readContentInfo(element: Asn1Element): { oid: string; content: Asn1Element | undefined } {
  const [type, content] = element.sequence('ContentInfo');
  if (!type) throw element.malformed('ContentInfo: empty');
  return { oid: type.oid('content type'), content: content?.expect(contextTag(0), 'content').explicit('content') };
}

function readData(content: Asn1Element, partPath: string): SafePart {
  const octets = content.expect(Tag.octetString, 'content');
  return { path: partPath, offset: octets.contentOffset, octets: octets.octets() };
}

/** Reads EncryptedData: SEQUENCE { version, EncryptedContentInfo } (RFC 5652 8). */
function readEncryptedData(element: Asn1Element, partPath: string): SafePart | undefined {
  const [, info] = element.fields(2, 'EncryptedData', 'version and content expected');
  const [, algorithm, encrypted] = info.fields(2, 'EncryptedContentInfo', 'algorithm expected');
  if (!encrypted) return undefined;
  return {
    path: partPath,
    offset: encrypted.contentOffset,
    octets: encrypted.expect(contextTag(0), 'encrypted content').octets(),
    algorithm: readAlgorithmIdentifier(algorithm, 'encryption algorithm'),
  };
}
