import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { signatureCost, verifySignature } from '../signature.js';
import { PathBudget } from './path-budget.js';

/** Why a certificate that a server sends is not the next one of its chain. */
export type Misplacement = 'duplicate' | 'root' | 'out of order' | 'unrelated';

/** A certificate that a server sends needlessly or in the wrong place. */
export interface MisplacedCertificate {
  readonly certificate: ParsedCertificate;
  readonly reason: Misplacement;
}

/** The certificates that a server sends, in the order of RFC 8446 4.4.2. */
export interface OrderedChain {
  /** From the leaf upwards, each certified by the next, regardless of the order in which they are sent. */
  readonly chain: readonly ParsedCertificate[];
  readonly misplaced: readonly MisplacedCertificate[];
}

/** A certificate with its place among those that are sent. */
interface Sent {
  readonly certificate: ParsedCertificate;
  readonly position: number;
}

/**
 * Follows the chain from the first certificate by names and signatures, ignoring dates and key usages, and finds the certificates that
 * are out of order or not part of it. This examines what a server sends; {@link buildCertificationPath} decides what it should send.
 */
export function orderChain(certificates: readonly Certificate[]): OrderedChain {
  const [leaf, ...others] = certificates.map(withParts);
  if (leaf === undefined) return { chain: [], misplaced: [] };
  const chain = [leaf];
  const misplaced: MisplacedCertificate[] = [];
  const { unused, duplicates } = sortOut(leaf, others);
  for (const certificate of duplicates) misplaced.push({ certificate, reason: 'duplicate' });
  const issuers = new Issuers(unused);
  for (let last: Sent = { certificate: leaf, position: 0 }; !last.certificate.isSelfSigned; ) {
    const next = issuers.take(last.certificate);
    if (next === undefined) break;
    if (next.certificate.isSelfSigned) misplaced.push({ certificate: next.certificate, reason: 'root' });
    else if (next.position < last.position) misplaced.push({ certificate: next.certificate, reason: 'out of order' });
    chain.push(next.certificate);
    last = next;
  }
  const names = new Set(chain.map(({ issuerKey }) => issuerKey));
  for (const { certificate } of issuers.left) {
    const isRoot =
      names.has(certificate.subjectKey) &&
      certificate.isSelfIssued &&
      chain.some((below) => issuers.certifies(certificate, below)) &&
      certificate.isSelfSigned;
    misplaced.push({ certificate, reason: isRoot ? 'root' : 'unrelated' });
  }
  return { chain, misplaced };
}

/** The anchor that certifies a certificate, or the certificate itself if it is an anchor. */
export function anchorOf(certificate: ParsedCertificate, anchors: Iterable<Certificate>): Certificate | undefined {
  for (const anchor of anchors) {
    if (anchor.sha256 === certificate.sha256) return anchor;
    const parsed = withParts(anchor);
    if (parsed.subjectKey === certificate.issuerKey && verifySignature(certificate, parsed) === 'valid') return anchor;
  }
  return undefined;
}

function sortOut(leaf: ParsedCertificate, others: readonly ParsedCertificate[]) {
  const seen = new Set([leaf.sha256]);
  const unused: Sent[] = [];
  const duplicates: ParsedCertificate[] = [];
  for (const [i, certificate] of others.entries()) {
    if (seen.has(certificate.sha256)) duplicates.push(certificate);
    else unused.push({ certificate, position: i + 1 });
    seen.add(certificate.sha256);
  }
  return { unused, duplicates };
}

/** Certificates by subject, each used once. */
class Issuers {
  readonly #bySubject = new Map<string, Sent[]>();
  readonly #taken = new Set<Sent>();
  /** Bounds the signature checks: thousands of certificates of one name would need the square of their number. */
  readonly #budget = new PathBudget(withDefaults());

  constructor(private readonly all: readonly Sent[]) {
    for (const sent of all) {
      const group = this.#bySubject.get(sent.certificate.subjectKey);
      if (group) group.push(sent);
      else this.#bySubject.set(sent.certificate.subjectKey, [sent]);
    }
  }

  get left(): Sent[] {
    return this.all.filter((sent) => !this.#taken.has(sent));
  }

  /** The issuer of a certificate. A cross certificate is preferred to a root of the same name, because the chain continues above it. */
  take(certificate: ParsedCertificate): Sent | undefined {
    const named = (this.#bySubject.get(certificate.issuerKey) ?? []).filter((sent) => !this.#taken.has(sent));
    const crossFirst = [
      ...named.filter((sent) => !sent.certificate.isSelfIssued),
      ...named.filter((sent) => sent.certificate.isSelfIssued),
    ];
    const next = crossFirst.find((sent) => this.certifies(sent.certificate, certificate));
    if (next) this.#taken.add(next);
    return next;
  }

  /** Compares names and checks the signature. An unsupported algorithm counts as valid, a signature beyond the budget does not. */
  certifies(issuer: ParsedCertificate, certificate: ParsedCertificate): boolean {
    if (issuer.subjectKey !== certificate.issuerKey) return false;
    const cost = signatureCost(issuer);
    if (!this.#budget.has('pathSignatures', cost)) return false;
    this.#budget.spend('pathSignatures', cost);
    return verifySignature(certificate, issuer) !== 'invalid';
  }
}
