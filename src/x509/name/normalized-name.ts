import type { Asn1Element } from '../../asn1/element.js';
import { decodeText } from '../../asn1/text.js';
import { toHex } from '../../bytes/encoding.js';
import { Jks2PemError } from '../../errors.js';

/** A Name as one string for each RelativeDistinguishedName. Names that RFC 5280 7.1 calls equal have equal strings. */
export type NormalizedName = readonly string[];

/** Runs of the characters that RFC 4518 2.2 maps to SPACE. */
const whiteSpace = /[\s\u0085]+/g;
const plain = /^[!-~]+(?: [!-~]+)*$/;
/** Characters outside the common blocks, among which ignored ones may be. Most names need no slower pattern. */
const special = /[^ -~\u00a1-\u00ac\u00ae-\u034e\u0370-\u03ff\u3040-\u9fff]/;

/** Normalizes a Name: folds case and white space, and drops the string types. */
export function normalizeName(name: Asn1Element): NormalizedName {
  try {
    return name.children('Name').map(normalizeRelativeName);
  } catch (error) {
    // A malformed name is equal only to itself.
    if (error instanceof Jks2PemError) return [`#${toHex(name.raw)}`];
    throw error;
  }
}

/** A normalized name as one string, for use as a map key. */
export function nameKey(name: NormalizedName): string {
  return name.join('\u0001');
}

/** Folds a text for comparison (RFC 5280 7.1): RFC 4518 without its checks for prohibited characters. */
export function foldText(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  const visible = special.test(text) ? withoutIgnored(text.replace(whiteSpace, ' ')) : text;
  return (
    visible
      .normalize('NFKC')
      // Upper case, then lower case, makes ß equal to ss, as case folding does. Only the final sigma needs a rule of its own.
      .toUpperCase()
      .toLowerCase()
      .replace(/ς/g, 'σ')
      .normalize('NFKC')
      .replace(whiteSpace, ' ')
      .trim()
  );
}

/**
 * Removes the characters that RFC 4518 2.2 maps to nothing: control and format characters, joiners, variation selectors. The pattern is
 * in this function because V8 is slow to compile it, and most names do not need it.
 */
function withoutIgnored(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|\ufffc/gu, '');
}

function normalizeRelativeName(rdn: Asn1Element): string {
  const attributes = rdn.set('RelativeDistinguishedName').map(normalizeAttribute);
  // The order in a SET has no meaning, and in DER it depends on the string types.
  return attributes.length === 1 ? (attributes[0] as string) : attributes.sort().join('\u0002');
}

function normalizeAttribute(attribute: Asn1Element): string {
  const [type, value] = attribute.sequence('AttributeTypeAndValue');
  if (!type || !value) throw attribute.malformed('AttributeTypeAndValue: two parts expected');
  const text = decodeText(value);
  // A folded text cannot contain the separators, so one value never looks like two.
  return `${type.oid('attribute type')}${text === undefined ? `#${toHex(value.raw)}` : `=${foldText(text)}`}`;
}
