import type { Asn1Element } from '../../asn1/element.js';
import { decodeText } from '../../asn1/text.js';
import { shortened } from '../../bytes/bounded-text.js';
import { nameToString } from './distinguished-name.js';
import type { GeneralName } from './general-name.js';
import { type NormalizedName, normalizeName } from './normalized-name.js';
import { readName } from './read-name.js';

/** A name of a certificate, prepared for comparison with name constraints. */
export interface ConstrainedName {
  readonly name: GeneralName;
  /** Set for directory names. */
  readonly directory?: NormalizedName;
  /** The name with its type, for messages. */
  readonly text: string;
}

/** All names of a certificate to which name constraints apply. */
export interface ConstrainedNames {
  readonly all: readonly ConstrainedName[];
  /** Cost of comparing the names with one subtree: the number of alternative names plus the number of attributes of the subject. */
  readonly size: number;
}

const emailAddress = '1.2.840.113549.1.9.1';
const commonName = '2.5.4.3';
/** Matches a common name that clients may take for a host name. It has at least two labels. */
const hostLike = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i;

/**
 * Collects the names of a certificate to which name constraints apply (RFC 5280 4.2.1.10): the subject, the subjectAltNames, the mail
 * addresses in the subject, and for a leaf without DNS names also the common names that look like host names. The RFC does not mention
 * common names. OpenSSL checks them too, because otherwise a client that accepts common names would bypass the constraint.
 */
export function constrainedNamesOf(
  subject: Asn1Element,
  alternatives: readonly GeneralName[],
  isLeaf: boolean,
): ConstrainedNames {
  const all: ConstrainedName[] = alternatives.map(describe);
  // Throws if the subject is malformed, so that it cannot bypass the constraints.
  const attributes = readName(subject).flat();
  if (attributes.length > 0) {
    all.push({
      name: { kind: 'directory', tag: 4, text: '', octets: subject.raw, name: subject },
      directory: normalizeName(subject),
      text: `subject ${shortened(nameToString(subject))}`,
    });
  }
  const hosts = isLeaf && !alternatives.some(({ kind }) => kind === 'dns');
  const octets = new Uint8Array();
  for (const { type, value } of attributes) {
    const text = withoutTrailingNuls(decodeText(value) ?? '');
    if (type === emailAddress) all.push(describe({ kind: 'email', tag: 1, text, octets }));
    if (type === commonName && hosts && hostLike.test(text)) all.push(describe({ kind: 'dns', tag: 2, text, octets }));
  }
  return { all, size: alternatives.length + attributes.length };
}

function describe(name: GeneralName): ConstrainedName {
  switch (name.kind) {
    case 'directory':
      return {
        name,
        directory: normalizeName(name.name),
        text: `directory name ${shortened(nameToString(name.name))}`,
      };
    case 'ip':
      return { name, text: `IP address ${shortened(name.octets.join('.'))}` };
    case 'other':
      return { name, text: `name of form [${name.tag}]` };
    default:
      return {
        name,
        text: `${{ dns: 'DNS name', email: 'mail address', uri: 'URI' }[name.kind]} "${shortened(name.text)}"`,
      };
  }
}

/**
 * Removes trailing NULs, as OpenSSL does. This is a loop, because the pattern `\0+$` takes quadratic time if NULs are elsewhere in the
 * text.
 */
function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}
