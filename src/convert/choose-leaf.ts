import { toLatin1 } from '../bytes/encoding.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { publicKeyInfoOf } from '../crypto/key/public-key.js';
import { ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import type { KeyStore, PrivateKeyEntry } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import { isoDay } from '../x509/expiry.js';
import { quotedName } from '../x509/name/distinguished-name.js';
import { withParts } from '../x509/parse-certificate.js';
import type { ParsedCertificate } from '../x509/parsed-certificate.js';
import { isForOtherPurpose } from '../x509/path/certificate-checks.js';
import type { PathPurpose } from '../x509/path/certification-path-types.js';
import { ifReadable } from '../x509/tolerate-malformed.js';

/** Where a leaf was found: in the entry of the key, elsewhere in the keystore, or among the added certificates. */
export type LeafOrigin = 'entry' | 'keystore' | 'added';

/** The certificate that a server sends for a key. */
export interface Leaf {
  readonly certificate: Certificate;
  readonly from: LeafOrigin;
  /** Explains to users why the entry's own certificate was not chosen; unset if it was chosen, or if the entry has none. */
  readonly note?: string;
}

interface LeafOptions {
  /** The time at which the leaf should be valid. */
  readonly now: Date;
  /** Default: `serverAuth`. */
  readonly purpose?: PathPurpose;
  /** Certificates of the keystore. */
  readonly certificates: Iterable<Certificate>;
  /** Certificates that are not in the keystore, such as the reply of a CA. */
  readonly added?: Iterable<Certificate>;
}

/** Ranks of a leaf. A lower rank is better. */
const Rank = { caIssuedAndValid: 0, selfSignedAndValid: 1, notValid: 2 } as const;

/**
 * Chooses the certificate of a key among all that have its public key. The entry's own is not always the best one: keytool gives each new
 * key a self-signed certificate, and the CA's reply may be in a file, or may have been imported with another alias. The rules:
 *
 * - Only certificates for the purpose are considered. If there are none, the entry's own is kept.
 * - A valid certificate from a CA is preferred to a valid self-signed one, and both to one that is not valid.
 * - The entry's own certificate is kept if it is valid and from a CA, unless another such certificate has all of its names and a later expiry.
 * - Otherwise the one with the latest expiry is chosen among the most preferred ones; if the entry's own has this expiry too, it is kept.
 * @param own the entry's own certificate
 */
export function chooseLeaf(own: Certificate, options: LeafOptions): Leaf {
  return bestOf(withParts(own).publicKeyInfo, own, options) ?? { certificate: own, from: 'entry' };
}

/**
 * Chooses the certificate that a server sends for a key, without decrypting the key. The commands `list`, `verify`, `doctor` and `tlsa` use
 * this function, so that they show the certificate that `convert` writes.
 * @returns undefined if the entry has no certificate
 */
export function servedLeaf(entry: PrivateKeyEntry, store: KeyStore, now: Date): Leaf | undefined {
  const own = ownCertificate(entry);
  return (
    own && chooseLeaf(own, { now, certificates: certificatesByKey(store).get(withParts(own).publicKeyInfo) ?? [] })
  );
}

/** The certificates of each keystore by public key. This index is kept, because `list` may choose the leaves of thousands of keys. */
const indexes = new WeakMap<KeyStore, ReadonlyMap<string, readonly Certificate[]>>();

function certificatesByKey(store: KeyStore): ReadonlyMap<string, readonly Certificate[]> {
  const known = indexes.get(store);
  if (known) return known;
  const index = new Map<string, Certificate[]>();
  for (const certificate of store.certificates) {
    const key = ifReadable(() => withParts(certificate).publicKeyInfo);
    if (key === undefined) continue;
    const others = index.get(key);
    if (others) others.push(certificate);
    else index.set(key, [certificate]);
  }
  indexes.set(store, index);
  return index;
}

/**
 * Finds the certificate of a private key. Used if the entry's own certificate is missing or belongs to another key.
 * @returns undefined if there is no such certificate, or if the public key cannot be computed
 */
export function findLeaf(key: PrivateKey, options: LeafOptions): Leaf | undefined {
  const info = publicKeyInfoOf(key);
  return info && bestOf(toLatin1(info), undefined, options);
}

/**
 * A certificate of the key, with the values by which it is compared. They are computed only once, because there may be thousands of
 * certificates.
 */
interface Candidate {
  readonly certificate: ParsedCertificate;
  readonly from: LeafOrigin;
  readonly rank: number;
  /** Begin and end of the validity, in milliseconds since 1970; 0 if unreadable. */
  readonly begin: number;
  readonly end: number;
}

function candidateOf(certificate: ParsedCertificate, from: LeafOrigin, now: Date): Candidate {
  const begin = ifReadable(() => certificate.notBefore.getTime()) ?? 0;
  const end = ifReadable(() => certificate.notAfter.getTime()) ?? 0;
  return { certificate, from, rank: rankOf(certificate, begin, end, now), begin, end };
}

function rankOf(certificate: ParsedCertificate, begin: number, end: number, now: Date): number {
  if (now.getTime() < begin || end < now.getTime()) return Rank.notValid;
  return certificate.isSelfSigned ? Rank.selfSignedAndValid : Rank.caIssuedAndValid;
}

function bestOf(publicKeyInfo: string, own: Certificate | undefined, options: LeafOptions): Leaf | undefined {
  const { now, purpose = 'serverAuth', certificates, added = [] } = options;
  const candidates = new Map<string, Candidate>();
  const add = (found: Iterable<Certificate>, from: LeafOrigin) => {
    for (const certificate of found) {
      const parsed = withParts(certificate);
      if (ifReadable(() => parsed.publicKeyInfo) !== publicKeyInfo || candidates.has(parsed.sha256)) continue;
      candidates.set(parsed.sha256, candidateOf(parsed, from, now));
    }
  };
  if (own) add([own], 'entry');
  add(certificates, 'keystore');
  add(added, 'added');
  const fitting = [...candidates.values()].filter(({ certificate }) => !isForOtherPurpose(certificate, purpose));
  const best = firstOf(
    fitting.length > 0 ? fitting : candidates.values(),
    (a, b) => a.rank - b.rank || compareEnds(a, b),
  );
  const ownCandidate = own && candidates.get(own.sha256);
  if (best === undefined || best === ownCandidate) return best;
  if (ownCandidate && keepsOwn(ownCandidate, best, fitting)) {
    const successor = firstOf(
      fitting.filter((other) => succeeds(other, ownCandidate)),
      compareEnds,
    );
    return successor ? replaced(successor, ownCandidate, now) : ownCandidate;
  }
  return ownCandidate ? replaced(best, ownCandidate, now) : best;
}

/**
 * Returns the candidate that comes first in an order; undefined if there are no candidates. This is faster than sorting thousands of
 * candidates.
 */
function firstOf(
  candidates: Iterable<Candidate>,
  compare: (a: Candidate, b: Candidate) => number,
): Candidate | undefined {
  let first: Candidate | undefined;
  for (const candidate of candidates) if (first === undefined || compare(candidate, first) < 0) first = candidate;
  return first;
}

/** Checks whether the entry's own certificate is kept if no other one succeeds it; see {@link succeeds}. */
function keepsOwn(own: Candidate, best: Candidate, fitting: readonly Candidate[]): boolean {
  // If no certificate is for the purpose, there is no reason to replace the entry's own by another one.
  if (!fitting.includes(own)) return fitting.length === 0;
  return own.rank === Rank.caIssuedAndValid || (best.rank === own.rank && best.end === own.end);
}

/** Checks whether `other` is a renewal of `own`: valid, issued by a CA, with all names of `own` and a later expiry. */
function succeeds(other: Candidate, own: Candidate): boolean {
  if (other.rank !== Rank.caIssuedAndValid || other.end <= own.end) return false;
  const names = new Set(namesOf(other.certificate));
  return namesOf(own.certificate).every((name) => names.has(name));
}

/** Orders certificates: latest expiry first, then the latest begin of validity, then by hash, so that the order of the file has no influence. */
function compareEnds(a: Candidate, b: Candidate): number {
  return b.end - a.end || b.begin - a.begin || (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1);
}

/** Returns the names that a renewal must have too: the alternative names, or the subject if there are none. */
function namesOf(certificate: Certificate): string[] {
  const names = certificate.subjectAltNames.map(({ type, value }) => `${type}:${value.toLowerCase()}`);
  return names.length > 0 ? names : [`subject:${certificate.subject}`];
}

function replaced(chosen: Candidate, own: Candidate, now: Date): Leaf {
  const { certificate, from } = chosen;
  const where = from === 'added' ? 'an added file' : 'elsewhere in the keystore';
  const reason = own.certificate.isSelfSigned
    ? 'is self-signed'
    : own.certificate.notAfter < now
      ? `expired on ${isoDay(own.certificate.notAfter)}`
      : own.certificate.notBefore > now
        ? `is not valid before ${isoDay(own.certificate.notBefore)}`
        : chosen.end > own.end
          ? `ends earlier, on ${isoDay(own.certificate.notAfter)}`
          : 'is for another purpose';
  const issuer = certificate.isSelfSigned ? 'itself' : quotedName(certificate.issuer);
  const note = `the certificate issued by ${issuer} is from ${where}; the entry's own ${reason}`;
  return { certificate, from, note };
}
