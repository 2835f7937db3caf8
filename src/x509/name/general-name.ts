import type { Asn1Element } from '../../asn1/element.js';
import { contextTag } from '../../asn1/tag.js';
import { toHex, toLatin1 } from '../../bytes/encoding.js';
import type { SubjectAltName } from '../certificate.js';
import { nameToString } from './distinguished-name.js';

/** A GeneralName (RFC 5280 4.2.1.6). */
export type GeneralName = DirectoryName | OctetName;

interface OctetName {
  /** The forms that can be compared with name constraints; all others are `other`. */
  readonly kind: 'dns' | 'email' | 'uri' | 'ip' | 'other';
  /** Number of the context tag, which distinguishes the `other` forms. */
  readonly tag: number;
  /** The text of `dns`, `email` and `uri`, unchanged; otherwise empty. */
  readonly text: string;
  /** The content octets. For `ip`, they are the address; in a name constraint, the address and then the mask. */
  readonly octets: Uint8Array;
}

interface DirectoryName extends Omit<OctetName, 'kind'> {
  readonly kind: 'directory';
  readonly name: Asn1Element;
}

/** The form of each tag number (RFC 5280 4.2.1.6): rfc822Name [1], dNSName [2], directoryName [4], URI [6], iPAddress [7]. */
const kinds: Readonly<Record<number, GeneralName['kind']>> = {
  1: 'email',
  2: 'dns',
  4: 'directory',
  6: 'uri',
  7: 'ip',
};

/**
 * Reads a GeneralName.
 * @throws {MalformedError} if it is not a GeneralName, or if a text in it is not an IA5String
 */
export function readGeneralName(element: Asn1Element): GeneralName {
  const tag = element.tag - contextTag(0);
  if (tag < 0 || tag > 8) throw element.malformed('GeneralName expected');
  const kind = kinds[tag] ?? 'other';
  const octets = element.content;
  if (kind === 'directory') return { kind, tag, text: '', octets, name: element.explicit('directoryName') };
  if (kind === 'other') return { kind, tag, text: '', octets };
  if (element.constructed) throw element.malformed('GeneralName: primitive element expected');
  if (kind === 'ip') return { kind, tag, text: '', octets };
  if (octets.some((octet) => octet >= 0x80)) throw element.malformed('GeneralName: not IA5String');
  return { kind, tag, text: toLatin1(octets), octets };
}

/** Writes a GeneralName as text, with its type. */
export function generalNameText(name: GeneralName): SubjectAltName {
  const { kind, text, octets } = name;
  switch (kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return { type: kind, value: text };
    case 'ip':
      return { type: kind, value: addressToString(octets) };
    case 'directory':
      return { type: kind, value: nameToString(name.name) };
    case 'other':
      return { type: kind, value: toHex(octets) };
  }
}

/** Formats an IP address: IPv4 in dotted decimal, IPv6 by RFC 5952, octets of another length in hexadecimal. */
function addressToString(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return toHex(octets);
  const groups = Array.from({ length: 8 }, (_, i) => (octets[i * 2] as number) * 256 + (octets[i * 2 + 1] as number));
  const text = groups.map((group) => group.toString(16)).join(':');
  // RFC 5952 4.2: the first of the longest runs of two or more zero groups becomes "::".
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? text : text.replace(new RegExp(`(?:^|:)${longest}(?::|$)`), '::');
}
