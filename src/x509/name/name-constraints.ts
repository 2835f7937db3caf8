import type { Asn1Element } from '../../asn1/element.js';
import { contextTag } from '../../asn1/tag.js';
import { shortened } from '../../bytes/bounded-text.js';
import type { ConstrainedName, ConstrainedNames } from './constrained-names.js';
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
import { normalizeName } from './normalized-name.js';

/** One subtree of names, permitted or excluded. */
interface Subtree {
  /** Number of the context tag of the GeneralName. Only names with the same tag are compared with the subtree. */
  readonly tag: number;
  /**
   * Checks whether a name is in the subtree. With `touches`, a wildcard name matches if the subtree contains any of the names that it
   * covers. A name that cannot be compared matches, too: a mail address or URI that cannot be parsed, or a name of a form that is not
   * supported.
   */
  readonly covers: (name: ConstrainedName, how: 'inside' | 'touches') => boolean;
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
  return { tag: base.tag, covers: comparisonWith(base, name) };
}

function comparisonWith(base: GeneralName, element: Asn1Element): Subtree['covers'] {
  const parsed = (domain: DomainConstraint | undefined) => {
    if (domain === undefined) throw element.malformed(`GeneralSubtree: bad constraint "${shortened(base.text)}"`);
    return domain;
  };
  switch (base.kind) {
    case 'directory': {
      const relatives = normalizeName(base.name);
      return ({ directory }) => relatives.every((relative, at) => directory?.[at] === relative);
    }
    case 'ip':
      if (!isContiguousMask(base.octets)) throw element.malformed('GeneralSubtree: not an address with a mask');
      return ({ name }) => ipAddressWithin(name.octets, base.octets);
    case 'dns': {
      const domain = parsed(readDomain(base.text));
      return ({ name }, how) => dnsNameWithin(name.text, domain, how);
    }
    case 'email': {
      const mailbox = parsed(readMailbox(base.text));
      return ({ name }, how) => mailboxWithin(name.text, mailbox) ?? how === 'touches';
    }
    case 'uri': {
      const domain = parsed(readDomain(base.text));
      return ({ name }, how) => uriWithin(name.text, domain) ?? how === 'touches';
    }
    case 'other':
      return (_, how) => how === 'touches';
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
  for (const name of names.all) {
    const ofSameForm = ({ tag }: Subtree) => tag === name.name.tag;
    if (constraints.excluded.filter(ofSameForm).some(({ covers }) => covers(name, 'touches')))
      return `${name.text} is excluded`;
    const permitted = constraints.permitted.filter(ofSameForm);
    // A name that cannot be compared with the constraint must be rejected (RFC 5280 4.2.1.10).
    if (permitted.length > 0 && !permitted.some(({ covers }) => covers(name, 'inside')))
      return `${name.text} is not permitted`;
  }
  return undefined;
}
