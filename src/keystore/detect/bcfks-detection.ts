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
  if (bytes[0] !== sequence) return false;
  let at: number | undefined = 0;
  for (let depth = 0; depth < 3 && at !== undefined; depth++) at = insideSequence(bytes, at);
  if (at !== undefined && isPbes2(bytes, at)) return true;
  return isClear(bytes);
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

function isPbes2(bytes: Uint8Array, at: number): boolean {
  const oid = encodeObjectIdentifier(Oid.pbes2);
  return equalBytes(bytes.subarray(at, at + oid.length), oid);
}

/** Returns the offset of the content of the SEQUENCE at `at`, which may be truncated. */
function insideSequence(bytes: Uint8Array, at: number): number | undefined {
  const length = bytes[at + 1];
  if (bytes[at] !== sequence || length === undefined) return undefined;
  // X.690 8.1.3: in the long form the low seven bits count the length octets that follow; in the indefinite form there are none.
  return at + 2 + (length & 0x80 ? length & 0x7f : 0);
}
