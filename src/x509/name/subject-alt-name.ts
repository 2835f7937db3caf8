import { toHex } from '../../bytes/encoding.js';
import type { SubjectAltName } from '../certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../tolerate-malformed.js';
import { nameToString } from './distinguished-name.js';
import type { GeneralName } from './general-name.js';

/** Returns the names of a certificate's subjectAltName extension as text; empty if the extension is missing or malformed. */
export function subjectAltNamesOf(certificate: ParsedCertificate): readonly SubjectAltName[] {
  return ifReadable(() => certificate.extensions.subjectAltName?.map(describe)) ?? [];
}

function describe({ kind, text, octets, name }: GeneralName): SubjectAltName {
  switch (kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return { type: kind, value: text };
    case 'ip':
      return { type: kind, value: addressToString(octets) };
    case 'directory':
      return { type: kind, value: name === undefined ? '' : nameToString(name) };
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
