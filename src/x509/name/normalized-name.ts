import type { Asn1Element } from '../../asn1/element.js';
import { decodeText } from '../../asn1/text.js';
import { toHex } from '../../bytes/encoding.js';
import { ifReadable } from '../tolerate-malformed.js';
import { type Attribute, readName } from './read-name.js';

/** A Name, as one string for each RelativeDistinguishedName. Names that are equal by RFC 5280 7.1 have equal strings. */
export type NormalizedName = readonly string[];

/** Runs of the characters that RFC 4518 2.2 maps to SPACE: `\s` and U+0085, but not U+FEFF, which it maps to nothing. */
const whiteSpace = /(?:[^\S\ufeff]|\u0085)+/g;
const plain = /^[!-~]+(?: [!-~]+)*$/;
/**
 * Matches all characters that {@link withoutIgnored} removes, and some others. Most texts have no match, and do not need that slower
 * function.
 */
const special = /[^ -~\u00a1-\u00ac\u00ae-\u034e\u0370-\u03ff\u3040-\u9fff]/;

/** Normalizes a Name: folds case and white space, and ignores which ASN.1 string types are used. */
export function normalizeName(name: Asn1Element): NormalizedName {
  // A malformed name equals only a name with the same bytes.
  return ifReadable(() => readName(name).map(normalizeRelativeName)) ?? [`#${toHex(name.raw)}`];
}

/** Joins a normalized name to one string, for use as a map key. */
export function nameKey(name: NormalizedName): string {
  return name.join('\u0001');
}

/**
 * Folds a text for comparison by RFC 5280 7.1: applies RFC 4518 without its checks for prohibited characters (2.4) and bidirectional text
 * (2.5).
 */
export function foldText(text: string): string {
  if (plain.test(text)) return text.toLowerCase();
  const visible = special.test(text) ? withoutIgnored(text.replace(whiteSpace, ' ')) : text;
  return (
    visible
      .normalize('NFKC')
      // Converting to upper case and then to lower case makes ß equal to ss, as case folding does. Only the final sigma needs its own rule.
      .toUpperCase()
      .toLowerCase()
      .replace(/ς/g, 'σ')
      .normalize('NFKC')
      .replace(whiteSpace, ' ')
      .trim()
  );
}

/**
 * Removes control and format characters, the Mongolian todo soft hyphen, the combining grapheme joiner, variation selectors, and U+FFFC,
 * all of which RFC 4518 2.2 maps to nothing. The pattern is inside this function because V8 compiles it slowly, and most names do not need it.
 */
function withoutIgnored(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|\u1806|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|\ufffc/gu, '');
}

function normalizeRelativeName(attributes: readonly Attribute[]): string {
  // The order in a SET has no meaning; in DER it depends on the string types.
  return attributes.map(normalizeAttribute).sort().join('\u0002');
}

function normalizeAttribute({ type, value }: Attribute): string {
  const text = decodeText(value);
  // A folded text contains no control characters, so one value never equals two values joined by a separator.
  return `${type}${text === undefined ? `#${toHex(value.raw)}` : `=${foldText(text)}`}`;
}
