import { Asn1Element } from '../../asn1/element.js';
import { encodeElement, encodeOctetString, encodeSequence } from '../../asn1/encode.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { join } from '../../bytes/concat.js';
import { wipe } from '../../bytes/wipe.js';
import { readPrivateKeyFields } from './key-fields.js';

/** The tags of the optional fields of ECPrivateKey (RFC 5915 3). */
const parametersTag = contextTag(0);
const publicKeyTag = contextTag(1);
const constructed = 0x20;

/**
 * Copies an EC key without its public point, so that OpenSSL has to compute the point from the private number.
 * @param pkcs8 PrivateKeyInfo of an EC key (RFC 5915); it is neither changed nor kept
 */
export function withoutEcPublicKey(pkcs8: Uint8Array): Uint8Array {
  const { algorithmElement, key } = readPrivateKeyFields(pkcs8, 'EC key');
  const fields = Asn1Element.only(key.octets(), 'EC key').sequence('ECPrivateKey');
  const privateKey = encodeSequence(join(fields.filter(({ tag }) => tag !== publicKeyTag).map(({ raw }) => raw)));
  try {
    // Attributes, and the public key of a OneAsymmetricKey, are removed too.
    return encodeSequence(Uint8Array.of(2, 1, 0), algorithmElement.raw, encodeOctetString(privateKey));
  } finally {
    wipe(privateKey);
  }
}

/**
 * Adds the curve and the public point to the ECPrivateKey of a PKCS#8 key, if they are missing (RFC 5915 3). PKCS#8 stores the curve in the
 * algorithm instead.
 * @param octets the ECPrivateKey
 * @param curve the parameters of the algorithm of the PKCS#8 key
 * @param publicPoint called if the key contains no point; if it returns undefined, no point is added
 */
export function encodeEcPrivateKey(
  octets: Uint8Array,
  curve: Asn1Element | undefined,
  publicPoint: () => Uint8Array | undefined,
): Uint8Array {
  const fields = Asn1Element.only(octets, 'EC key').sequence('ECPrivateKey');
  const [version, key] = fields;
  const parameters = fields.find(({ tag }) => tag === parametersTag);
  const publicKey = fields.find(({ tag }) => tag === publicKeyTag);
  const octetsOfPoint = publicKey ? undefined : publicPoint();
  const point = octetsOfPoint && encodeElement(Tag.bitString, Uint8Array.of(0), octetsOfPoint);
  return encodeSequence(
    ...(version && key ? [version.raw, key.raw] : []),
    ...(parameters ? [parameters.raw] : curve ? [encodeElement(parametersTag | constructed, curve.raw)] : []),
    ...(publicKey ? [publicKey.raw] : point ? [encodeElement(publicKeyTag | constructed, point)] : []),
  );
}
