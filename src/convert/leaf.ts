import { toLatin1 } from '../bytes/encoding.js';
import type { PrivateKey } from '../crypto/key/private-key.js';
import { publicKeyInfoOf } from '../crypto/key/public-key.js';
import { ownCertificate } from '../keystore/entry/certificates.js';
import type { KeyStore, PrivateKeyEntry } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import { isoDay } from '../x509/expiry.js';
import { quotedName } from '../x509/name/name.js';
import { withParts } from '../x509/parse-certificate.js';
import type { ParsedCertificate } from '../x509/parsed-certificate.js';
import { isForOtherPurpose } from '../x509/path/certificate-checks.js';
import type { PathPurpose } from '../x509/path/certification-path.js';
import { ifReadable } from '../x509/readable.js';

/** Where a leaf was found: in the entry of the key, elsewhere in the keystore, or among the added certificates. */
export type LeafOrigin = 'entry' | 'keystore' | 'added';

/** The certificate that is served for a key. */
export interface Leaf {
  readonly certificate: Certificate;
  readonly from: LeafOrigin;
  /** Why it is not the entry's own certificate, for people. */
  readonly note?: string;
}

export interface LeafOptions {
  /** The instant at which the leaf should be valid. */
  readonly now: Date;
  /** `serverAuth` unless given. */
  readonly purpose?: PathPurpose;
  /** Certificates of the keystore. */
  readonly certificates: Iterable<Certificate>;
  /** Certificates from elsewhere, such as the reply of a CA. */
  readonly added?: Iterable<Certificate>;
}

/** How good a leaf is; less is better. */
const Rank = { caIssuedAndValid: 0, selfSignedAndValid: 1, notValid: 2 } as const;

/**
 * Chooses the certificate of a key among all that have its public key. keytool gives each new key a self-signed certificate, and the CA's
 * reply may have been imported under another alias or lie in a file, so the entry's own is not always the one to serve:
 *
 * - only certificates that fit the purpose count;
 * - one that a CA has issued and that is valid goes before one that is self-signed or not valid;
 * - the entry's own stays if it is such a one, unless another has all its names and ends later;
 * - otherwise the one that ends last wins.
 * @param own the entry's own certificate
 */
export function chooseLeaf(own: Certificate, options: LeafOptions): Leaf {
  return bestOf(withParts(own).publicKeyInfo, own, options) ?? { certificate: own, from: 'entry' };
}

/**
 * The certificate that is served for a key of a keystore, found without decrypting the key; undefined if the entry has none. `list`,
 * `verify`, `doctor` and `tlsa` choose it like this, so that they agree with {@link chooseLeaf}.
 */
export function servedLeaf(entry: PrivateKeyEntry, store: KeyStore, now: Date): Leaf | undefined {
  const own = ownCertificate(entry);
  return own && chooseLeaf(own, { now, certificates: store.certificates });
}

/** Finds a certificate for a private key whose entry has no certificate of it; undefined if there is no such certificate. */
export function findLeaf(key: PrivateKey, options: LeafOptions): Leaf | undefined {
  const info = publicKeyInfoOf(key);
  return info && bestOf(toLatin1(info), undefined, options);
}

/** A certificate of the key with what it is compared by, computed once, because there may be thousands. */
interface Candidate {
  readonly certificate: ParsedCertificate;
  readonly from: LeafOrigin;
  readonly rank: number;
  /** Milliseconds since 1970. */
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
  const [best] = (fitting.length > 0 ? fitting : [...candidates.values()]).sort(
    (a, b) => a.rank - b.rank || compareEnds(a, b),
  );
  const ownCandidate = own && candidates.get(own.sha256);
  if (best === undefined || best === ownCandidate) return best;
  if (ownCandidate && keepsOwn(ownCandidate, best, fitting)) {
    const successor = fitting.filter((other) => succeeds(other, ownCandidate)).sort(compareEnds)[0];
    return successor ? replaced(successor, ownCandidate, now) : ownCandidate;
  }
  return ownCandidate ? replaced(best, ownCandidate, now) : best;
}

/** Whether the entry's own certificate is the first choice as long as no other one succeeds it. */
function keepsOwn(own: Candidate, best: Candidate, fitting: readonly Candidate[]): boolean {
  // With nothing that fits the purpose there is no reason to leave the entry's own for another misfit.
  if (!fitting.includes(own)) return fitting.length === 0;
  return own.rank === Rank.caIssuedAndValid || (best.rank === own.rank && best.end === own.end);
}

/** Whether a certificate is a renewal of the entry's own: valid, issued by a CA, with all its names and a later end. */
function succeeds(other: Candidate, own: Candidate): boolean {
  if (other.rank !== Rank.caIssuedAndValid || other.end <= own.end) return false;
  const names = new Set(namesOf(other.certificate));
  return namesOf(own.certificate).every((name) => names.has(name));
}

/** The one that ends last first; of equal ones the newest, then by hash, so that the order of the file does not matter. */
function compareEnds(a: Candidate, b: Candidate): number {
  return b.end - a.end || b.begin - a.begin || (a.certificate.sha256 < b.certificate.sha256 ? -1 : 1);
}

/** The names that a renewal must have too: the alternative names, or the subject if there are none. */
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
