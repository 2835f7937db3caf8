import { Asn1Element } from '../../asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../asn1/encode.js';
import { Oid } from '../../asn1/oids.js';
import { contextTag, Tag } from '../../asn1/tag.js';
import { StoreMalformedError, StoreUnsupportedError } from '../../errors.js';
import { publicNumber, readDsaParameters } from './dsa-and-dh-key.js';
import { encodeEcPrivateKey } from './ec-private-key.js';
import { readPrivateKeyFields } from './key-fields.js';
import type { PrivateKey } from './private-key.js';
import { publicKeyBits } from './public-key.js';

/** A key in the format that OpenSSL wrote before version 1.0, and its PEM label. */
interface TraditionalKey {
  readonly label: string;
  /** The key in DER. This is secret: overwrite it after use. */
  readonly der: Uint8Array;
}

/**
 * Converts a key to RSAPrivateKey (RFC 8017 A.1.2), ECPrivateKey (RFC 5915 3, also for SM2) or OpenSSL's DSAPrivateKey. The conversion does
 * not use OpenSSL, because Node 20 aborts the process for SM2 keys, and cannot write DSA keys in this format.
 * @throws {StoreUnsupportedError} if the algorithm has no traditional format
 * @throws {StoreMalformedError} if the key is malformed
 */
export function toTraditionalKey(key: PrivateKey): TraditionalKey {
  const { algorithm, key: octets } = readPrivateKeyFields(key.pkcs8, 'private key');
  const { oid, parameters } = algorithm;
  if (oid === Oid.rsaEncryption) return { label: 'RSA PRIVATE KEY', der: octets.octets().slice() };
  if (oid === Oid.ecPublicKey) return traditionalEcKey(key, parameters, octets.octets());
  if (oid === Oid.dsa && parameters) return traditionalDsaKey(parameters, octets.octets());
  throw new StoreUnsupportedError(`${key.algorithm} keys have no traditional form; only RSA, EC and DSA keys do`);
}

function traditionalEcKey(key: PrivateKey, curve: Asn1Element | undefined, octets: Uint8Array): TraditionalKey {
  return { label: 'EC PRIVATE KEY', der: encodeEcPrivateKey(octets, curve, () => publicKeyBits(key)) };
}

/** Encodes OpenSSL's DSAPrivateKey, which no standard describes: SEQUENCE { version 0, p, q, g, y, x }. */
function traditionalDsaKey(parameters: Asn1Element, octets: Uint8Array): TraditionalKey {
  const xElement = Asn1Element.only(octets, 'DSA private key');
  const numbers = parameters.sequence('DSA parameters').slice(0, 3);
  const y = publicNumber(readDsaParameters(parameters), xElement.integer('DSA private key'));
  if (y === undefined) throw xElement.malformed('DSA private key: it does not fit its parameters');
  const der = encodeSequence(encodeInteger(0), ...numbers.map(({ raw }) => raw), encodeInteger(y), xElement.raw);
  return { label: 'DSA PRIVATE KEY', der };
}

/** Converts a key with these fields to PrivateKeyInfo. Returns undefined if one of them is missing. */
type Reader = (fields: readonly Asn1Element[], der: Uint8Array) => Uint8Array | undefined;

/** The readers for the formats that {@link toTraditionalKey} writes, by PEM label. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['RSA PRIVATE KEY', (_, der) => pkcs8Of(Oid.rsaEncryption, encodeElement(Tag.null), der)],
  ['EC PRIVATE KEY', fromEcPrivateKey],
  ['DSA PRIVATE KEY', fromDsaPrivateKey],
]);

/**
 * Converts a traditional key to PrivateKeyInfo.
 * @returns undefined if the label is unknown, or if parts of the key are missing
 * @throws {StoreMalformedError} if the key is malformed
 */
export function fromTraditionalKey(label: string, der: Uint8Array): Uint8Array | undefined {
  const reader = readers.get(label);
  if (reader === undefined) return undefined;
  const fields = Asn1Element.only(der, 'private key').sequence('private key');
  return fields.length < 2 ? undefined : reader(fields, der);
}

/**
 * Determines the PEM label of a traditional key from the number and types of its fields.
 * @returns undefined if the bytes are not such a key
 */
export function traditionalLabel(der: Uint8Array): string | undefined {
  try {
    const fields = Asn1Element.only(der, 'private key').sequence('private key');
    if (fields[1]?.tag === Tag.octetString) return 'EC PRIVATE KEY';
    if (!fields.every(({ tag }) => tag === Tag.integer)) return undefined;
    return fields.length === 9 ? 'RSA PRIVATE KEY' : fields.length === 6 ? 'DSA PRIVATE KEY' : undefined;
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/**
 * Converts an ECPrivateKey. The curve is moved from the key to the algorithm, as OpenSSL does.
 * @returns undefined if the key does not contain its curve
 */
function fromEcPrivateKey(fields: readonly Asn1Element[]): Uint8Array | undefined {
  const curve = fields.find(({ tag }) => tag === contextTag(0))?.explicit('curve');
  const inner = encodeSequence(...fields.filter(({ tag }) => tag !== contextTag(0)).map(({ raw }) => raw));
  return curve && pkcs8Of(Oid.ecPublicKey, curve.raw, inner);
}

function fromDsaPrivateKey([, p, q, g, , x]: readonly Asn1Element[]): Uint8Array | undefined {
  return p && q && g && x && pkcs8Of(Oid.dsa, encodeSequence(p.raw, q.raw, g.raw), x.raw);
}

function pkcs8Of(oid: string, parameters: Uint8Array, key: Uint8Array): Uint8Array {
  return encodeSequence(
    encodeInteger(0),
    encodeSequence(encodeObjectIdentifier(oid), parameters),
    encodeOctetString(key),
  );
}
