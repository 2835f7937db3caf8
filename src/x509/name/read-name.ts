import type { Asn1Element } from '../../asn1/element.js';

/** An AttributeTypeAndValue of a Name. */
export interface Attribute {
  /** OID of the attribute type. */
  readonly type: string;
  readonly value: Asn1Element;
}

/**
 * Reads a Name (RFC 5280 4.1.2.4): for each RelativeDistinguishedName its attributes, in the order of the encoding.
 * @throws {MalformedError} if a part of it is malformed
 */
export function readName(name: Asn1Element): Attribute[][] {
  return name.children('Name').map((rdn) => rdn.set('RelativeDistinguishedName').map(readAttribute));
}

function readAttribute(attribute: Asn1Element): Attribute {
  const [type, value] = attribute.sequence('AttributeTypeAndValue');
  if (!type || !value) throw attribute.malformed('AttributeTypeAndValue: two parts expected');
  return { type: type.oid('attribute type'), value };
}
