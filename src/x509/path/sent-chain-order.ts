import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { verifySignature } from '../signature.js';
import { signatureCost } from '../signature-cost.js';
import { PathBudget } from './path-budget.js';

/** How a certificate that a server sends deviates from the chain that RFC 8446 4.4.2 requires. */
type Misplacement = 'duplicate' | 'root' | 'out of order' | 'unrelated';

/** A certificate that a server sends unnecessarily or at the wrong position. */
interface MisplacedCertificate {
  readonly certificate: ParsedCertificate;
  readonly reason: Misplacement;
}

/** The certificates that a server sends, sorted as RFC 8446 4.4.2 requires. */
interface OrderedChain {
  /** The chain from the leaf upwards, each certificate certified by the next, regardless of the order in which they are sent. */
  readonly chain: readonly ParsedCertificate[];
  readonly misplaced: readonly MisplacedCertificate[];
}

/** A certificate and its position among those that the server sends. */
interface Sent {
  readonly certificate: ParsedCertificate;
  readonly position: number;
}

/**
 * Sorts the certificates that a server sends. The chain begins with the first one, and continues by names and signatures; dates and key
 * usages are ignored. Certificates that are sent unnecessarily or at the wrong position are listed. {@link buildCertificationPath}, in
 * contrast, decides what a server should send.
 */
export function orderSentChain(certificates: readonly Certificate[]): OrderedChain {
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

/** Returns the anchor that certifies a certificate, or the anchor that is the certificate itself. */
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

/** Finds issuers by subject. Each certificate is returned only once. */
class Issuers {
  readonly #bySubject = new Map<string, Sent[]>();
  readonly #taken = new Set<Sent>();
  /** Limits the signature checks. Without a limit, thousands of certificates with the same name would need a quadratic number of them. */
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

  /**
   * Returns the issuer of a certificate. A cross certificate is preferred to a root with the same name, because the chain continues above
   * it.
   */
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

  /**
   * Compares the names and checks the signature. A signature with an unsupported algorithm counts as valid; a signature that exceeds the
   * budget counts as invalid.
   */
  certifies(issuer: ParsedCertificate, certificate: ParsedCertificate): boolean {
    if (issuer.subjectKey !== certificate.issuerKey) return false;
    const cost = signatureCost(issuer);
    if (!this.#budget.has('pathSignatures', cost)) return false;
    this.#budget.spend('pathSignatures', cost);
    return verifySignature(certificate, issuer) !== 'invalid';
  }
}
