import type { Asn1Element } from '../../asn1/element.js';
import { contextTag } from '../../asn1/tag.js';
import { shortened } from '../../bytes/bounded-text.js';
import type { ConstrainedNames } from './constrained-names.js';
import { type GeneralName, readGeneralName } from './general-name.js';
import {
  type DomainConstraint,
  dnsNameWithin,
  ipAddressWithin,
  isContiguousMask,
  mailboxWithin,
  readDomain,
  readMailbox,
  uriWithin,
} from './name-in-subtree.js';
import { type NormalizedName, normalizeName } from './normalized-name.js';

/** One subtree of names, permitted or excluded. */
interface Subtree {
  readonly base: GeneralName;
  readonly directory?: NormalizedName;
  readonly domain?: DomainConstraint;
}

/** NameConstraints (RFC 5280 4.2.1.10): restricts the names in the certificates below a CA certificate. */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

/**
 * Reads the nameConstraints extension.
 * @throws {MalformedError} if it is malformed or empty, or if a subtree is invalid for its name form
 */
export function readNameConstraints(value: Asn1Element): NameConstraints {
  const parts = value.sequence('nameConstraints');
  const subtrees = (tag: number) =>
    parts.filter((part) => part.tag === contextTag(tag)).flatMap((part) => part.children().map(readSubtree));
  const constraints = { permitted: subtrees(0), excluded: subtrees(1) };
  // RFC 5280 4.2.1.10 forbids an extension without subtrees.
  if (constraints.permitted.length + constraints.excluded.length === 0)
    throw value.malformed('nameConstraints: nothing permitted and nothing excluded');
  return constraints;
}

function readSubtree(element: Asn1Element): Subtree {
  const [name, ...distances] = element.sequence('GeneralSubtree');
  if (!name) throw element.malformed('GeneralSubtree: empty');
  for (const distance of distances) {
    // RFC 5280 4.2.1.10: minimum is 0 and maximum is absent.
    if (distance.tag !== contextTag(0) || distance.content.some((octet) => octet !== 0))
      throw distance.malformed('GeneralSubtree: minimum or maximum');
  }
  const base = readGeneralName(name);
  switch (base.kind) {
    case 'directory':
      return { base, directory: base.name === undefined ? [] : normalizeName(base.name) };
    case 'ip':
      if (!isContiguousMask(base.octets)) throw name.malformed('GeneralSubtree: not an address with a mask');
      return { base };
    case 'dns':
    case 'uri':
    case 'email': {
      const domain = base.kind === 'email' ? readMailbox(base.text) : readDomain(base.text);
      if (domain === undefined) throw name.malformed(`GeneralSubtree: bad constraint "${shortened(base.text)}"`);
      return { base, domain };
    }
    case 'other':
      return { base };
  }
}

/**
 * Checks the names of a certificate against the constraints of an issuer above it.
 * @param spend receives the maximum number of comparisons before the first one; throws if the budget does not allow them
 * @returns which name violates the constraints; undefined if none does
 */
export function violatedConstraint(
  constraints: NameConstraints,
  names: ConstrainedNames,
  spend: (comparisons: number) => void,
): string | undefined {
  // In the worst case every name is compared with every subtree.
  spend(names.size * (constraints.permitted.length + constraints.excluded.length));
  for (const { name, directory, text } of names.all) {
    for (const subtree of constraints.excluded) {
      if (!sameForm(subtree.base, name)) continue;
      if (within(name, directory, subtree, 'touches')) return `${text} is excluded`;
    }
    let asked = false;
    let permitted = false;
    for (const subtree of constraints.permitted) {
      if (!sameForm(subtree.base, name)) continue;
      asked = true;
      // A name that cannot be compared with the constraint must be rejected (RFC 5280 4.2.1.10).
      if (within(name, directory, subtree, 'inside')) {
        permitted = true;
        break;
      }
    }
    if (asked && !permitted) return `${text} is not permitted`;
  }
  return undefined;
}

function sameForm(a: GeneralName, b: GeneralName): boolean {
  return a.tag === b.tag;
}

/**
 * Checks whether a name is in a subtree. With `touches`, a wildcard name matches if the subtree contains any of the names that it covers. A
 * name that cannot be compared matches, too: a mail address or URI that cannot be parsed, or a name of a form that is not supported.
 */
function within(
  name: GeneralName,
  directory: NormalizedName | undefined,
  { base, directory: baseDirectory = [], domain }: Subtree,
  how: 'inside' | 'touches',
): boolean {
  switch (name.kind) {
    case 'directory':
      return baseDirectory.every((relative, at) => directory?.[at] === relative);
    case 'ip':
      return ipAddressWithin(name.octets, base.octets);
    case 'dns':
      return domain !== undefined && dnsNameWithin(name.text, domain, how);
    case 'email':
      return (domain !== undefined && mailboxWithin(name.text, domain)) ?? how === 'touches';
    case 'uri':
      return (domain !== undefined && uriWithin(name.text, domain)) ?? how === 'touches';
    case 'other':
      return how === 'touches';
  }
}
