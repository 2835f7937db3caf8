import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../asn1/algorithm-identifier.js';
import { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { decodeText } from '../../asn1/text.js';
import { decodeTime } from '../../asn1/time.js';
import { StoreUnsupportedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';
import { quoted } from '../entry/messages.js';

/**
 * The parts of ObjectStoreData that this library uses. ObjectStoreData is SEQUENCE { version, integrityAlgorithm, creationDate,
 * lastModifiedDate, SEQUENCE OF ObjectData, comment OPTIONAL }.
 */
interface BcfksObjects {
  readonly version: number;
  readonly integrityAlgorithm: AlgorithmIdentifier;
  readonly objects: readonly BcfksObject[];
}

/** ObjectData: SEQUENCE { type, identifier, creationDate, lastModifiedDate, data, comment OPTIONAL }. */
export interface BcfksObject {
  /** Position in the file, for messages. */
  readonly path: string;
  readonly type: number;
  readonly alias: string;
  /** Time of the last change of the entry. Bouncy Castle returns it as the creation date. */
  readonly lastModified: Date;
  readonly data: Uint8Array;
}

/** The only version of the format that exists. */
const knownVersion = 1;

/**
 * Reads the decrypted ObjectStoreData of a store.
 * @throws {StoreMalformedError} if the element does not follow the format
 * @throws {StoreUnsupportedError} if the version is not 1
 * @throws {LimitExceededError} if there are too many entries
 */
export function readBcfksObjects(element: Asn1Element, limits: Limits): BcfksObjects {
  const [versionElement, integrityAlgorithm, , , objects] = element.fields(5, 'ObjectStoreData', 'too short');
  const version = versionElement.smallInteger('version');
  if (version !== knownVersion)
    throw new StoreUnsupportedError(`BCFKS version ${version} is not supported; version 1 is`);
  const elements = objects.sequence('ObjectDataSequence');
  requireWithin(limits, 'entries', elements.length, 'BCFKS store');
  return {
    version,
    integrityAlgorithm: readAlgorithmIdentifier(integrityAlgorithm, 'integrity algorithm'),
    objects: elements.map(readObject),
  };
}

function readObject(element: Asn1Element, index: number): BcfksObject {
  // The element is parsed a second time with the entry as its path, so that messages about its parts name the entry.
  const number = `entry ${index + 1}`;
  const named = Asn1Element.only(element.raw, number, { base: element.offset });
  const [type, identifier, , modified, data] = named.fields(5, 'ObjectData', 'too short');
  const alias = decodeText(identifier.expect(Tag.utf8String, 'identifier'));
  if (alias === undefined) throw identifier.malformed('identifier: bad UTF-8');
  return {
    path: `${number} ${quoted(alias)}`,
    type: type.smallInteger('type of entry'),
    alias,
    lastModified: decodeTime(modified, 'last modified'),
    data: data.expect(Tag.octetString, 'data').octets(),
  };
}
