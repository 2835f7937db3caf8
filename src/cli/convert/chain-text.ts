import type { ServedChain } from '../../convert/served-chain.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName, hostNamesOf } from '../../x509/display-name.js';
import { countDays, daysLeft, isoDay } from '../../x509/expiry.js';

/** Maximum number of host names in a line. */
const shownNames = 3;
/** Maximum number of characters of a name in a line. */
const shownCharacters = 100;
/** Number of hexadecimal digits of a fingerprint in a line. They are enough to compare two certificates by eye. */
const shownDigits = 16;

/** Formats a count and its noun: `3 certificates`. */
export function describeCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Describes a chain: `3 certificates for mail.example.com, until 2027-02-16 (82 days)`. */
export function describeChain({ path: { certificates } }: Pick<ServedChain, 'path'>, now: Date): string {
  const [leaf] = certificates;
  const count = describeCount(certificates.length, 'certificate');
  return leaf === undefined ? count : `${count} for ${namesOf(leaf)}, ${endOf(leaf, now)}`;
}

/** Describes a leaf: `mail.example.com, until 2027-02-16 (82 days), SHA-256 0123456789abcdef…`. */
export function describeLeaf(leaf: Certificate, now: Date): string {
  return `${namesOf(leaf)}, ${endOf(leaf, now)}, SHA-256 ${leaf.sha256.slice(0, shownDigits)}…`;
}

function namesOf(leaf: Certificate): string {
  const names = hostNamesOf(leaf);
  if (names.length === 0) return certificateName(leaf).slice(0, shownCharacters);
  const more = names.length - shownNames;
  const shown = names
    .slice(0, shownNames)
    .map((name) => name.slice(0, shownCharacters))
    .join(', ');
  return more > 0 ? `${shown} and ${more.toLocaleString('en-US')} more` : shown;
}

function endOf(leaf: Certificate, now: Date): string {
  const end = isoDay(leaf.notAfter);
  return leaf.notAfter < now ? `expired on ${end}` : `until ${end} (${countDays(daysLeft(leaf, now))})`;
}
