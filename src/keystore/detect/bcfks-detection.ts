import { Asn1Element } from '../../asn1/element.js';
import { encodeObjectIdentifier } from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { Tag } from '../../asn1/tag.js';
import { equalBytes } from '../../bytes/equal.js';
import { Jks2PemError } from '../../errors.js';

const sequence = 0x30;

/**
 * Checks whether the bytes are a BCFKS. An encrypted one is recognized by its first bytes, even if the file is truncated: no other common
 * ASN.1 file has the OID of PBES2 inside three SEQUENCEs.
 */
export function looksLikeBcfks(bytes: Uint8Array): boolean {
  let content = bytes;
  for (let depth = 0; depth < 3; depth++) content = sequenceContent(content);
  return isPbes2(content) || isClear(bytes);
}

/**
 * Checks for a complete ObjectStore with unencrypted ObjectStoreData { version, AlgorithmIdentifier, GeneralizedTime, … }. A certificate
 * begins similarly, but has a name in place of the time.
 */
function isClear(bytes: Uint8Array): boolean {
  try {
    const [data, integrity, extra] = Asn1Element.first(bytes, 'store').sequence('ObjectStore');
    if (!data || !integrity || extra) return false;
    const tags = data.sequence('ObjectStoreData').map((part) => part.tag);
    return tags[0] === Tag.integer && tags[1] === Tag.sequence && tags[2] === Tag.generalizedTime;
  } catch (error) {
    if (error instanceof Jks2PemError) return false;
    throw error;
  }
}

/** Checks whether the bytes begin with the OID of PBES2. */
function isPbes2(bytes: Uint8Array): boolean {
  const oid = encodeObjectIdentifier(Oid.pbes2);
  return equalBytes(bytes.subarray(0, oid.length), oid);
}

/** Returns what follows the tag and the length of a SEQUENCE, which may be truncated; empty if the bytes do not begin with a SEQUENCE. */
export function sequenceContent(bytes: Uint8Array): Uint8Array {
  const [tag, length = 0] = bytes;
  // X.690 8.1.3: in the long form the low seven bits count the length octets that follow; in the indefinite form there are none.
  const start = tag === sequence ? 2 + (length & 0x80 ? length & 0x7f : 0) : bytes.length;
  return bytes.subarray(start);
}
