import type { Asn1Element } from '../../asn1/element.js';
import { decodeText } from '../../asn1/text.js';
import { shortened } from '../../bytes/bounded-text.js';
import { bytesFromUtf8, toHex } from '../../bytes/encoding.js';
import { ifReadable } from '../tolerate-malformed.js';
import { type Attribute, readName } from './read-name.js';

/** Short names of attribute types, from RFC 4514 3 or as OpenSSL or Java print them. */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

/** Formats a Name (RFC 5280 4.1.2.4) in the notation of RFC 4514. A malformed name becomes `#` and its bytes in hexadecimal. */
export function nameToString(name: Asn1Element): string {
  // The text is only shown to users, so a malformed name is no reason to reject the certificate.
  const text = ifReadable(() => readName(name).reverse().map(relativeNameToString).join(','));
  return text ?? `#${toHex(name.raw)}`;
}

/** Maximum number of characters of a name in a message. The names of public CAs are shorter. */
const shownCharacters = 256;

/**
 * Puts a subject or an issuer in quotation marks, for messages. Long names are truncated, because a name can fill a whole certificate, and
 * one file can cause thousands of messages.
 */
export function quotedName(name: string): string {
  return `"${shortened(name, shownCharacters)}"`;
}

function relativeNameToString(attributes: readonly Attribute[]): string {
  return attributes.map(attributeToString).join('+');
}

function attributeToString({ type, value }: Attribute): string {
  const text = decodeText(value);
  return `${attributeNames.get(type) ?? type}=${text === undefined ? `#${toHex(value.raw)}` : escapeText(text)}`;
}

/**
 * Escapes the value of an attribute (RFC 4514 2.4). Control characters are escaped too, so that a name can neither break a line nor control
 * a terminal.
 */
function escapeText(text: string): string {
  const escaped = text.replace(/["+,;<>\\]/g, '\\$&').replace(/^[ #]| $/g, '\\$&');
  return /[^ -~]/.test(escaped) ? escapeControls(escaped) : escaped;
}

/**
 * Escapes control and format characters, line separators, and lone surrogates. The pattern is inside this function because V8 compiles it
 * slowly, and most names do not need it.
 */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (odd) =>
    [...bytesFromUtf8(odd)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
  );
}
