import { PathNotFoundError } from '../../errors.js';
import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { withParts } from '../parse-certificate.js';
import { RootIndex } from '../root-index.js';
import { type Candidate, CandidateIndex } from './candidate-index.js';
import { type CertificateProblem, isForOtherPurpose, leafDoubt, leafProblems } from './certificate-checks.js';
import type { CertificationPath, CertificationPathOptions, ExaminedPath } from './certification-path.js';
import { problemsOfLine } from './chain-problems.js';
import { findNearMiss } from './near-miss.js';
import { PathBudget } from './path-budget.js';
import { PathEdges } from './path-edges.js';
import { findShortestPath } from './path-search.js';
import { explainRejections } from './rejection.js';
import { findWidestLine, type ServerLine } from './server-chain.js';
import { followStoredChain, type StoredLine } from './stored-chain.js';

/**
 * The straight line of certificates that a server should send for its leaf (RFC 8446 4.4.2), found among any number of
 * candidates by the checks of RFC 5280 6.1 that concern it.
 *
 * If no trust anchor is at hand, or none is reached, the longest verified line is given and `anchor` is not set, but
 * not so for `shortest`, which asks for the way to an anchor: with trust anchors given and none reached it fails.
 * @throws {PathNotFoundError} if the leaf is not valid for the instant and the purpose, or `shortest` reaches no anchor
 * @throws {LimitExceededError} if the answer would take more work than the limits allow
 * @throws {MalformedError} if a certificate that {@link parseCertificate} did not make is none
 * @throws {TypeError} if `now` is not a valid Date
 * @throws {RangeError} for a preference, purpose or limit that does not exist
 */
export function buildCertificationPath(leaf: Certificate, options: CertificationPathOptions): CertificationPath {
  const request = readRequest(leaf, options);
  const [fault] = request.faults;
  if (fault) throw new PathNotFoundError(`"${leaf.subject}" ${fault.text}`, request.edges.index.size);
  const line = findLine(request);
  if (line.anchor === undefined && request.preference === 'shortest' && request.hasAnchors) {
    const { reason, urls } = findNearMiss(line.path, request.edges);
    const hint = urls.length > 0 ? `; it says its issuer is at ${urls.join(' or ')}` : '';
    throw new PathNotFoundError(`no path to a trust anchor: ${reason}${hint}`, request.edges.index.size);
  }
  return toPath(line, request);
}

/**
 * The same line for a leaf that need not be sound, with all that is wrong: what to do about it is the caller's decision.
 * An expired leaf, one for another purpose or a missing issuer does not stop it; an anchor that is not reached is a problem
 * in the list. Certificates above the leaf are held to every check nevertheless.
 * @throws as {@link buildCertificationPath}, PathNotFoundError excepted
 */
export function examineCertificationPath(leaf: Certificate, options: CertificationPathOptions): ExaminedPath {
  const request = readRequest(leaf, options);
  const line = findLine(request);
  const nearMiss = line.anchor === undefined ? findNearMiss(line.path, request.edges) : undefined;
  const doubt = leafDoubt(request.leaf.certificate, request.edges.context);
  const faults = doubt ? [...request.faults, doubt] : request.faults;
  const problems = problemsOfLine({ ...line, faults, ...(nearMiss && { nearMiss }) }, request.edges);
  const path = toPath(line, request);
  return {
    certificates: path.certificates,
    ...(path.anchor && { anchor: path.anchor }),
    // Not spread with the others: that would work out the rejections at once.
    get rejected() {
      return path.rejected;
    },
    problems,
    ...(nearMiss && { nearMiss }),
  };
}

interface Request {
  readonly leaf: Candidate;
  readonly edges: PathEdges;
  readonly faults: readonly CertificateProblem[];
  readonly preference: NonNullable<CertificationPathOptions['preference']>;
  readonly hasAnchors: boolean;
  readonly candidates: readonly Certificate[];
  readonly stored: readonly Certificate[];
}

function readRequest(leaf: Certificate, options: CertificationPathOptions): Request {
  const { now, preference = 'compatible', purpose = 'serverAuth' } = options;
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) throw new TypeError('now must be a valid Date');
  if (!['compatible', 'shortest', 'stored'].includes(preference))
    throw new RangeError(`no preference is called ${preference}`);
  if (!['serverAuth', 'clientAuth', 'any'].includes(purpose)) throw new RangeError(`no purpose is called ${purpose}`);
  const certificate = withParts(leaf);
  const candidates = [...(options.candidates ?? []), ...(options.stored ?? [])];
  const given = options.trustAnchors ?? [];
  const trustAnchors = given instanceof RootIndex ? given : [...given];
  const storeAnchors = [...(options.storeAnchors ?? [])];
  const index = new CandidateIndex({ candidates, trustAnchors, storeAnchors });
  const wanted = { now: Math.floor(now.getTime() / 1000) * 1000, purpose };
  // A leaf for another purpose is at fault itself; its issuers need not be measured by what it is not.
  const context = isForOtherPurpose(certificate, purpose) ? { ...wanted, purpose: 'any' as const } : wanted;
  const known = index.find(certificate);
  return {
    leaf: { certificate, inBag: true, anchor: known?.anchor },
    edges: new PathEdges(index, context, new PathBudget(withDefaults(options.limits))),
    faults: leafProblems(certificate, wanted),
    preference,
    hasAnchors: trustAnchors.length + storeAnchors.length > 0,
    candidates,
    stored: options.stored ?? candidates,
  };
}

function findLine({ leaf, edges, preference, stored, hasAnchors }: Request): StoredLine {
  if (preference === 'stored') return followStoredChain(leaf, stored, edges);
  const shortest = preference === 'shortest' && hasAnchors ? findShortestPath(leaf, edges) : undefined;
  return shortest ? withoutAnchor(shortest, edges) : findWidestLine(leaf, edges);
}

/** An anchor is not sent, unless it is the leaf, or an intermediate at hand, which only those who gave it may know. */
function withoutAnchor(path: readonly [Candidate, ...Candidate[]], edges: PathEdges): ServerLine {
  const anchor = path.at(-1) as Candidate;
  const sent = path.length === 1 || (anchor.inBag && !edges.isSelfSigned(anchor));
  return { path: sent ? path : [path[0], ...path.slice(1, -1)], anchor };
}

function toPath({ path, anchor }: ServerLine, { candidates, edges }: Request): CertificationPath {
  let rejected: CertificationPath['rejected'] | undefined;
  const top = anchor?.certificate;
  return {
    certificates: path.map(({ certificate }) => certificate),
    ...(top && { anchor: top }),
    // Of thousands of candidates most are never asked about.
    get rejected() {
      return (rejected ??= explainRejections(candidates, path, top, edges));
    },
  };
}
