import { bounded } from '../../bytes/bounded-text.js';
import {
  aDate,
  anIterable,
  anObject,
  aString,
  checkArgument,
  checkOptions,
  type Expectation,
} from '../../bytes/check-arguments.js';
import { PathNotFoundError } from '../../errors.js';
import { withDefaults } from '../../limits.js';
import type { Certificate } from '../certificate.js';
import { quotedCertificate } from '../display-name.js';
import { withParts } from '../parse-certificate.js';
import { RootIndex } from '../root-index.js';
import { type Candidate, CandidateIndex } from './candidate-index.js';
import { type CertificateProblem, isForOtherPurpose, leafProblems, leafUsageProblem } from './certificate-checks.js';
import type {
  CertificationPath,
  CertificationPathOptions,
  ExaminedPath,
  PathRequest,
} from './certification-path-types.js';
import { problemsOfChain } from './chain-problems.js';
import { findCompatibleChain, type ServerChain } from './compatible-chain.js';
import { explainMissingIssuer } from './missing-issuer.js';
import { PathBudget } from './path-budget.js';
import { PathEdges } from './path-edges.js';
import { explainRejections } from './rejected-certificates.js';
import { withoutAnchor } from './root-in-chain.js';
import { findShortestPath } from './shortest-path.js';
import { extendUnchecked, followStoredChain } from './stored-chain.js';

/**
 * Builds the chain that a server should send for its leaf (RFC 8446 4.4.2). Certificates are chosen from any number of candidates by the
 * rules of RFC 5280 6.1.
 *
 * If the chain reaches no trust anchor, `anchor` is unset. With the preference `shortest`, it must reach one of the trust anchors if any are
 * given. Above a certificate whose signature this Node cannot check, a chain without an anchor continues with the likeliest issuer.
 * @throws {PathNotFoundError} `ERR_PATH_NOT_FOUND` if the leaf is not valid at this time for this purpose, or if `shortest` reaches none of
 * the anchors
 * @throws {LimitExceededError} `ERR_LIMIT_EXCEEDED` if the search takes more work than the limits allow
 * @throws {MalformedError} `ERR_MALFORMED` if the leaf, a candidate or an anchor was not created by {@link parseCertificate} and is not a
 * certificate
 * @throws {TypeError} if an argument or an option is missing or has a wrong type, or an option does not exist
 * @throws {RangeError} if a preference, purpose or limit does not exist, or if a limit is not a positive integer
 * @see RFC 5280 6.1, RFC 4158
 * @example
 * const { certificates, anchor } = buildCertificationPath(leaf, {
 *   now: new Date(),
 *   candidates: await readCertificateFile(readFileSync('chain.pem'), 'chain.pem'),
 *   trustAnchors: await builtInRoots(),
 * });
 */
export function buildCertificationPath(leaf: Certificate, options: CertificationPathOptions): CertificationPath {
  checkArgument('buildCertificationPath', 'leaf', leaf, aCertificate);
  checkOptions('buildCertificationPath', options, pathExpectations);
  return buildPath(leaf, options);
}

/** Implements {@link buildCertificationPath}, and also accepts the internal options. */
export function buildPath(leaf: Certificate, options: PathRequest): CertificationPath {
  const request = readRequest(leaf, options);
  const [fault] = request.faults;
  if (fault) throw new PathNotFoundError(`${quotedCertificate(leaf)} ${fault.text}`, request.edges.index.size);
  const chain = findChain(request);
  if (chain.anchor === undefined && request.preference === 'shortest' && request.hasAnchors) {
    const { reason, urls } = explainMissingIssuer(chain.path, request.edges);
    const hint = urls.length > 0 ? `; it can be downloaded from ${bounded(urls, ' or ')}` : '';
    throw new PathNotFoundError(`no path to a trust anchor: ${reason}${hint}`, request.edges.index.size);
  }
  return toPath(chain, request);
}

/**
 * Builds the same chain as {@link buildCertificationPath}, but returns the problems of the leaf and of the chain instead of throwing.
 *
 * `problems` lists, among others, an expired leaf, a leaf for another purpose, a missing issuer, and an anchor that is not reached. The
 * issuers of an expired leaf must have been valid when it expired (with `stored`, their dates are only reported), and the issuers of a leaf
 * for another purpose may be for any purpose.
 * @throws the same errors as {@link buildCertificationPath}, except PathNotFoundError
 * @example
 * const { certificates, problems } = examineCertificationPath(leaf, { now: new Date(), candidates });
 * for (const { message } of problems) console.warn(message);
 */
export function examineCertificationPath(leaf: Certificate, options: CertificationPathOptions): ExaminedPath {
  checkArgument('examineCertificationPath', 'leaf', leaf, aCertificate);
  checkOptions('examineCertificationPath', options, pathExpectations);
  return examinePath(leaf, options);
}

/** Implements {@link examineCertificationPath}, and also accepts the internal options. */
export function examinePath(leaf: Certificate, options: PathRequest): ExaminedPath {
  const request = readRequest(leaf, options);
  const { edges } = request;
  const chain = findChain(request);
  const missingIssuer = chain.anchor === undefined ? explainMissingIssuer(chain.path, edges) : undefined;
  const usage = leafUsageProblem(request.leaf.certificate, edges.context);
  const faults = usage ? [...request.faults, usage] : request.faults;
  const problems = problemsOfChain({ ...chain, faults, ...(missingIssuer && { missingIssuer }) }, edges);
  const path = toPath(chain, request);
  return {
    certificates: path.certificates,
    ...(path.anchor && { anchor: path.anchor }),
    // A getter, because explaining thousands of rejections takes time and few callers need it.
    get rejected() {
      return path.rejected;
    },
    problems,
    ...(missingIssuer && { missingIssuer }),
  };
}

/** Accepts a {@link Certificate}. Callers often pass DER by mistake. */
const aCertificate: Expectation = (value) =>
  anObject(value) === undefined && 'der' in (value as object)
    ? undefined
    : 'a Certificate; parseCertificate(der) makes one';

const pathExpectations = {
  now: aDate,
  candidates: anIterable,
  trustAnchors: anIterable,
  preference: aString,
  purpose: aString,
  limits: anObject,
};

interface ReadRequest {
  readonly leaf: Candidate;
  readonly edges: PathEdges;
  readonly faults: readonly CertificateProblem[];
  readonly preference: NonNullable<CertificationPathOptions['preference']>;
  readonly hasAnchors: boolean;
  readonly candidates: readonly Certificate[];
  readonly stored: readonly Certificate[];
}

function readRequest(leaf: Certificate, options: PathRequest): ReadRequest {
  const { now, preference = 'compatible', purpose = 'serverAuth' } = options;
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) throw new TypeError('now must be a valid Date');
  if (!['compatible', 'shortest', 'stored'].includes(preference))
    throw new RangeError(`preference must be compatible, shortest or stored, not ${preference}`);
  if (!['serverAuth', 'clientAuth', 'any'].includes(purpose))
    throw new RangeError(`purpose must be serverAuth, clientAuth or any, not ${purpose}`);
  const certificate = withParts(leaf);
  const candidates = [...(options.candidates ?? []), ...(options.stored ?? [])];
  const given = options.trustAnchors ?? [];
  const trustAnchors = given instanceof RootIndex ? given : [...given];
  const storeAnchors = [...(options.storeAnchors ?? [])];
  const index = options.index ?? new CandidateIndex({ candidates, trustAnchors, storeAnchors });
  const time = Math.floor(now.getTime() / 1000) * 1000;
  const context = {
    now: time,
    issuersAt: Math.min(time, certificate.notAfter.getTime()),
    // A leaf for another purpose is reported as a problem of the leaf alone. Its issuers must not be rejected for the same reason.
    purpose: isForOtherPurpose(certificate, purpose) ? ('any' as const) : purpose,
  };
  // A self-signed leaf in the keystore is not an anchor, unless it is among the caller's anchors or in Node's list.
  const anchor = index.find(certificate)?.anchor === 0 ? 0 : undefined;
  return {
    leaf: { certificate, canBeSent: true, anchor },
    edges: new PathEdges(index, context, new PathBudget(withDefaults(options.limits))),
    faults: leafProblems(certificate, { now: time, purpose }),
    preference,
    hasAnchors: trustAnchors.length + storeAnchors.length > 0,
    candidates,
    stored: options.stored ?? candidates,
  };
}

function findChain({ leaf, edges, preference, stored, hasAnchors }: ReadRequest): ServerChain {
  if (preference === 'stored') return followStoredChain(leaf, stored, edges);
  const shortest = preference === 'shortest' && hasAnchors ? findShortestPath(leaf, edges) : undefined;
  if (shortest) return withoutAnchor(shortest, edges);
  const chain = findCompatibleChain(leaf, edges);
  return chain.anchor === undefined ? { path: extendUnchecked(chain.path, edges) } : chain;
}

function toPath({ path, anchor }: ServerChain, { candidates, edges }: ReadRequest): CertificationPath {
  let rejected: CertificationPath['rejected'] | undefined;
  const top = anchor?.certificate;
  return {
    certificates: path.map(({ certificate }) => certificate),
    ...(top && { anchor: top }),
    get rejected() {
      return (rejected ??= explainRejections(candidates, path, top, edges));
    },
  };
}
