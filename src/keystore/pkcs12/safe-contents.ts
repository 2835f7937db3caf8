import { Asn1Element } from '../../asn1/element.js';
import { Tag } from '../../asn1/tag.js';
import { decodeText } from '../../asn1/text.js';
import { toHex, toLatin1 } from '../../bytes/encoding.js';
import { javaDate } from '../../bytes/java-date.js';
import type { IterationBudget } from '../../crypto/kdf/iteration-budget.js';
import { type Opened, openWithPassword } from '../../crypto/kdf/open-with-password.js';
import type { Password } from '../../crypto/kdf/password-variants.js';
import { readPbeScheme } from '../../crypto/pbe/read-pbe-scheme.js';
import { LimitExceededError, StoreMalformedError } from '../../errors.js';
import { type Limits, requireWithin } from '../../limits.js';
import { quoted } from '../entry/messages.js';
import { Pkcs12Oid } from './oids.js';
import type { SafePart } from './pfx.js';

/** SafeBag (RFC 7292 4.2) with the attributes that this library uses. */
export interface Bag {
  readonly oid: string;
  /** The element inside the explicit tag. */
  readonly value: Asn1Element;
  readonly friendlyName?: string;
  /** In hexadecimal. */
  readonly localKeyId?: string;
  readonly creationDate?: Date;
  /** Whether Java lists this certificate as a trusted entry. */
  readonly trusted: boolean;
  readonly path: string;
}

/** Position of SafeContents in the file, for messages. */
interface SafeContentsPlace {
  readonly path: string;
  readonly offset: number;
}

/**
 * Reads SafeContents: SEQUENCE OF SafeBag. The bags of nested SafeContents are in the same list, in file order.
 * @throws {StoreMalformedError} if the octets are not exactly one SafeContents
 */
export function readSafeContents(octets: Uint8Array, place: SafeContentsPlace, limits: Limits): Bag[] {
  // For SafeContents without bags, OpenSSL writes no octets at all.
  if (octets.length === 0) return [];
  const options = { base: place.offset, maximumDepth: limits.asn1Depth };
  const bags: Bag[] = [];
  // A stack whose top is the next bag in file order. It replaces recursion, so that only the limit bounds the depth.
  const pending: { readonly bag: Bag; readonly depth: number }[] = [];
  const addContents = (contents: Asn1Element, path: string, depth: number) => {
    if (depth > limits.safeContentsDepth) {
      throw new LimitExceededError('safeContentsDepth', depth, limits.safeContentsDepth, path);
    }
    const elements = contents.sequence('SafeContents');
    const read = elements.map((element, index) => ({ bag: readBag(element, `${path}, bag ${index + 1}`), depth }));
    for (const next of read.reverse()) pending.push(next);
    requireWithin(limits, 'entries', bags.length + pending.length, path);
  };
  addContents(Asn1Element.only(octets, place.path, options), place.path, 1);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { bag, depth } = next;
    if (bag.oid === Pkcs12Oid.safeContentsBag) addContents(bag.value, bag.path, depth + 1);
    else bags.push(bag);
  }
  return bags;
}

/** Reads SafeBag: SEQUENCE { bagId, bagValue [0] EXPLICIT, bagAttributes SET OF OPTIONAL }. */
function readBag(element: Asn1Element, path: string): Bag {
  const [type, value, attributes] = element.fields(2, 'SafeBag', 'type and value expected');
  const found = attributes?.tag === Tag.set ? attributes.children() : [];
  const friendlyName = attributeValue(found, Pkcs12Oid.friendlyName, decodeText);
  const localKeyId = attributeValue(found, Pkcs12Oid.localKeyId, (value) => value.octets());
  const creationDate = localKeyId && readTime(localKeyId);
  return {
    oid: type.oid('bag type'),
    value: value.explicit('bag value'),
    ...(friendlyName !== undefined && { friendlyName }),
    ...(localKeyId && { localKeyId: toHex(localKeyId) }),
    ...(creationDate && { creationDate }),
    trusted: found.some((attribute) => isAttribute(attribute, Pkcs12Oid.trustedKeyUsage)),
    path: friendlyName === undefined ? path : `${path} ${quoted(friendlyName)}`,
  };
}

/** Returns the first value of an attribute: SEQUENCE { attrId, attrValues SET OF }. A malformed value counts as missing. */
function attributeValue<T>(
  attributes: readonly Asn1Element[],
  oid: string,
  read: (value: Asn1Element) => T | undefined,
): T | undefined {
  for (const attribute of attributes) {
    if (!isAttribute(attribute, oid)) continue;
    const value = attempt(() => attribute.children()[1]?.set('attribute values')[0]);
    return value && attempt(() => read(value));
  }
  return undefined;
}

function isAttribute(attribute: Asn1Element, oid: string): boolean {
  return attempt(() => attribute.sequence('attribute')[0]?.oid('attribute type')) === oid;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreMalformedError) return undefined;
    throw error;
  }
}

/**
 * Reads the creation date of an entry. Java's PKCS12KeyStore writes `Time ` and the date in milliseconds as the localKeyId; other writers
 * store no date.
 */
function readTime(localKeyId: Uint8Array): Date | undefined {
  const digits = /^Time (\d{1,16})$/.exec(toLatin1(localKeyId))?.[1];
  return digits === undefined ? undefined : javaDate(Number(digits));
}

/** The contents of a decrypted part. */
interface PartContents {
  readonly bags: readonly Bag[];
  /** The decrypted bytes. The bags are views of them. */
  readonly plain: Uint8Array;
}

/**
 * Decrypts an encrypted part of an AuthenticatedSafe.
 * @returns undefined if the password is wrong, or the part is not encrypted
 */
export async function openPart(
  part: SafePart,
  password: Password,
  budget: IterationBudget,
): Promise<Opened<PartContents> | undefined> {
  if (part.algorithm === undefined) return undefined;
  const scheme = readPbeScheme(part.algorithm, budget.limits, part.path);
  const place = { path: `${part.path}, decrypted`, offset: 0 };
  return openWithPassword(scheme, part.octets, password, budget, part.path, (plain) => {
    try {
      return { bags: readSafeContents(plain, place, budget.limits), plain };
    } catch (error) {
      // Decryption with a wrong password gives random bytes, which are not SafeContents.
      if (error instanceof StoreMalformedError) return undefined;
      throw error;
    }
  });
}
