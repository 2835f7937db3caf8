import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { contextTag, Tag } from '../../asn1/tag.js';

/**
 * ObjectStore (org.bouncycastle.asn1.bc): SEQUENCE { CHOICE { EncryptedObjectStoreData, ObjectStoreData }, integrityCheck }.
 * The data is not decrypted yet, and the integrity is not checked yet.
 */
export interface ObjectStore {
  /** The bytes of the first part, over which the MAC or the signature is computed. */
  readonly covered: Uint8Array;
  readonly data:
    | { readonly encrypted: false; readonly element: Asn1Element }
    | { readonly encrypted: true; readonly algorithm: AlgorithmIdentifier; readonly content: Uint8Array };
  readonly integrity: BcfksMac | BcfksSignature;
  /** Number of bytes after the store. */
  readonly trailing: number;
}

/** PbkdMacIntegrityCheck: SEQUENCE { macAlgorithm, pbkdAlgorithm, mac OCTET STRING }. */
export interface BcfksMac {
  readonly kind: 'mac';
  readonly algorithm: Asn1Element;
  readonly derivation: Asn1Element;
  readonly mac: Uint8Array;
}

/** SignatureCheck, tagged [0]: SEQUENCE { signatureAlgorithm, [0] SEQUENCE OF Certificate OPTIONAL, signature BIT STRING }. */
interface BcfksSignature {
  readonly kind: 'signature';
  readonly algorithm: Asn1Element;
  /** Each in DER. */
  readonly certificates: readonly Uint8Array[];
}

export const bcfksPath = 'BCFKS store';

/**
 * Reads the outer structure of a store.
 * @throws {StoreMalformedError} if the bytes do not follow the format
 */
export function readObjectStore(bytes: Uint8Array, maximumDepth: number): ObjectStore {
  const store = Asn1Element.first(bytes, bcfksPath, { maximumDepth });
  const [data, integrity, extra] = store.sequence('ObjectStore');
  if (!data || !integrity || extra) throw store.malformed('ObjectStore: two parts expected');
  return {
    covered: data.raw,
    data: readData(data),
    integrity: integrity.tag === contextTag(0) ? readSignature(integrity) : readMac(integrity),
    trailing: bytes.length - store.size,
  };
}

function readData(element: Asn1Element): ObjectStore['data'] {
  // The first element of an unencrypted ObjectStoreData is its version, an INTEGER.
  if (element.sequence('store data')[0]?.tag === Tag.integer) return { encrypted: false, element };
  const [algorithm, content] = element.fields(2, 'EncryptedObjectStoreData', 'two parts expected');
  return {
    encrypted: true,
    algorithm: readAlgorithmIdentifier(algorithm, 'store encryption algorithm'),
    content: content.expect(Tag.octetString, 'encrypted store data').octets(),
  };
}

function readMac(element: Asn1Element): BcfksMac {
  const [algorithm, derivation, mac] = element.fields(3, 'PbkdMacIntegrityCheck', 'three parts expected');
  return { kind: 'mac', algorithm, derivation, mac: mac.expect(Tag.octetString, 'MAC').octets() };
}

function readSignature(element: Asn1Element): BcfksSignature {
  const check = element.explicit('integrity check');
  const [algorithm, ...rest] = check.sequence('SignatureCheck');
  if (!algorithm) throw check.malformed('SignatureCheck: empty');
  const certificates = rest.find((part) => part.tag === contextTag(0))?.explicit('certificates');
  return {
    kind: 'signature',
    algorithm,
    certificates: certificates?.sequence('certificates').map((certificate) => certificate.raw) ?? [],
  };
}
