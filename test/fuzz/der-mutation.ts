import { Asn1Element } from '../../src/asn1/element.js';
import { encodeElement, encodeObjectIdentifier } from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { hashes, hmacs } from '../../src/crypto/hash/hash-oids.js';
import type { Random } from './random.js';
import { repeated } from './repetition.js';

/** Elements to put in the place of others: of every kind that is read, empty, negative, huge, nested. */
const strangers: readonly Uint8Array[] = [
  Uint8Array.of(5, 0),
  Uint8Array.of(2, 0),
  Uint8Array.of(2, 1, 0),
  Uint8Array.of(2, 1, 0x80),
  Uint8Array.of(2, 4, 0x7f, 0xff, 0xff, 0xff),
  Uint8Array.of(2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(3, 1, 0),
  Uint8Array.of(3, 1, 9),
  Uint8Array.of(4, 0),
  Uint8Array.of(6, 0),
  Uint8Array.of(6, 1, 0x80),
  Uint8Array.of(0x30, 0),
  Uint8Array.of(0x31, 0),
  Uint8Array.of(0x24, 0x80, 4, 1, 0, 0, 0),
  Uint8Array.of(0xa0, 0),
  Uint8Array.of(0x80, 0),
  Uint8Array.of(0x17, 13, ...Buffer.from('991332256161Z')),
  Uint8Array.of(0x18, 15, ...Buffer.from('00000101000000Z')),
  Uint8Array.of(0x1e, 3, 0xd8, 0, 0),
  Uint8Array.of(0x0c, 2, 0xff, 0xfe),
];

/** OIDs of what is read, so that one may stand where another is meant. */
const oids: readonly Uint8Array[] = [
  ...hashes.keys(),
  ...hmacs.keys(),
  ...[1, 3, 4, 5, 6, 10, 11, 12, 13, 14].map((n) => `1.2.840.113549.1.5.${n}`),
  ...[1, 2, 3, 4, 5, 6].flatMap((n) => [`1.2.840.113549.1.12.1.${n}`, `1.2.840.113549.1.12.10.1.${n}`]),
  ...[1, 2, 3, 6].map((n) => `1.2.840.113549.1.7.${n}`),
  ...[2, 22, 42, 47, 48].map((n) => `2.16.840.1.101.3.4.1.${n}`),
  ...[1, 4, 5, 7, 8, 10, 11].map((n) => `1.2.840.113549.1.1.${n}`),
  ...[110, 111, 112, 113].map((n) => `1.3.101.${n}`),
  ...[14, 15, 17, 19, 30, 35, 37].map((n) => `2.5.29.${n}`),
  ...['1.2.840.113549.3.2', '1.2.840.113549.3.7', '1.3.14.3.2.7', '1.3.6.1.4.1.11591.4.11', '1.2.840.10045.2.1'],
  ...['1.3.6.1.4.1.42.2.17.1.1', '1.3.6.1.4.1.42.2.19.1', '1.2.840.113549.1.9.20', '1.2.840.113549.1.9.21'],
].map(encodeObjectIdentifier);

const nested = (depth: number) => {
  let inner: Uint8Array = Uint8Array.of(5, 0);
  for (let i = 0; i < depth; i++) inner = encodeElement(0x30, inner);
  return inner;
};

/** Changes one element of DER, the lengths around it kept right; undefined if the bytes are no DER. */
export function mutateDer(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  try {
    const root = Asn1Element.first(bytes, 'fuzz');
    const changed = rewrite(root, random, random.below(12));
    return root.size === bytes.length ? changed : concat(changed, bytes.subarray(root.size));
  } catch {
    return undefined;
  }
}

/** Walks down to some depth, and there makes the change. */
function rewrite(element: Asn1Element, random: Random, depth: number): Uint8Array {
  const identifier = element.raw[0] as number;
  if (depth > 0 && (identifier & 0x1f) !== 0x1f) {
    const children = element.constructed ? element.children() : wrapped(element);
    if (children.length > 0) {
      const chosen = random.below(children.length);
      const parts = children.map((child, i) => (i === chosen ? rewrite(child, random, depth - 1) : child.raw));
      // A BIT STRING says first how many bits are unused.
      const prefix = !element.constructed && element.tag === 3 ? [Uint8Array.of(0)] : [];
      return encodeElement(identifier, ...prefix, ...edited(parts, random));
    }
  }
  return changed(element, identifier, random);
}

/** What stands inside of an OCTET STRING or BIT STRING, where that is DER again. */
function wrapped(element: Asn1Element): Asn1Element[] {
  if (element.tag !== 4 && element.tag !== 3) return [];
  try {
    return [Asn1Element.only(element.tag === 3 ? element.content.subarray(1) : element.content, 'fuzz')];
  } catch {
    return [];
  }
}

/** Now and then an element is left out, said twice, or changes places. */
function edited(parts: readonly Uint8Array[], random: Random): Uint8Array[] {
  if (!random.oneIn(12)) return [...parts];
  const at = random.below(parts.length);
  const result = [...parts];
  const part = result[at] as Uint8Array;
  const action = random.below(3);
  if (action === 0) result.splice(at, 1);
  else if (action === 1) result.splice(at, 0, ...repeated(part, 1 + random.below(random.oneIn(20) ? 5000 : 3)));
  else result.splice(random.below(result.length), 0, ...result.splice(at, 1));
  return result;
}

function changed(element: Asn1Element, identifier: number, random: Random): Uint8Array {
  if (element.tag === 6 && !random.oneIn(5)) return random.pick(oids);
  switch (random.below(8)) {
    case 0:
      return random.pick(strangers);
    case 1:
      return encodeElement(random.below(256), element.content);
    case 2:
      return encodeElement(identifier, random.bytes(random.below(40)));
    case 3:
      return encodeElement(identifier, element.content.subarray(0, random.below(element.content.length + 1)));
    case 4:
      return encodeElement(identifier, element.content, random.bytes(1 + random.below(4)));
    case 5:
      // The same with its length left open, which is legal around a constructed element.
      return concat(Uint8Array.of(identifier, 0x80), element.content, Uint8Array.of(0, 0));
    case 6:
      return nested(random.oneIn(10) ? 3000 : 70);
    default: {
      const content = element.content.slice();
      if (content.length > 0) content[random.below(content.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
      return encodeElement(identifier, content);
    }
  }
}
