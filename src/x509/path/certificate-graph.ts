import type { Certificate } from '../certificate.js';
import { distinct } from '../distinct.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../readable.js';
import type { Candidate } from './candidate-index.js';
import { IssuerFinder } from './issuer-finder.js';
import { issuerUrls } from './missing-issuer.js';

/**
 * The role of a certificate among the others: `root` is self-issued, `cross` is a CA whose name and key several issuers certify,
 * `intermediate` is any other CA, `leaf` is the rest.
 */
export type CertificateRole = 'root' | 'cross' | 'intermediate' | 'leaf';

/** A certificate in the graph. */
export interface GraphNode {
  readonly certificate: Certificate;
  readonly role: CertificateRole;
  /** Whether it was given as a trust anchor. */
  readonly anchor: boolean;
  /** Whether it is one of the given certificates, and not an anchor that certifies one of them. */
  readonly stored: boolean;
  /** SHA-256 of the certificates whose name and key signed this one; several if that key is certified more than once. */
  readonly issuers: readonly string[];
  /** SHA-256 of all certificates with the same name and key, this one included; empty if there are no others. */
  readonly sameKey: readonly string[];
  /** Set if no certificate in the graph signed it: the issuer's name, and where its certificate can be downloaded. */
  readonly missingIssuer?: { readonly issuer: string; readonly urls: readonly string[] };
}

/** Which certificate certifies which. */
export interface CertificateGraph {
  /** The certificates in their order, each once; after them, by hash, the anchors that certify one of them. */
  readonly nodes: readonly GraphNode[];
  /** False if issuers are left out, because the limits on signature checks or on shown issuers were reached. */
  readonly complete: boolean;
}

/** Limit on pairs of certificate and issuer: in a hostile store their number is the square of its certificates. */
const maximumEdges = 100_000;

/**
 * Finds the issuers of each certificate by names and verified signatures. Dates and key usages are ignored: the graph explains why a
 * path was built or not.
 */
export function certificateGraph(
  certificates: Iterable<Certificate>,
  anchors: Iterable<Certificate> = [],
): CertificateGraph {
  const asked = distinct(certificates);
  const finder = new IssuerFinder(asked.values(), anchors);
  const issuers = new Map<string, readonly Candidate[]>();
  const added = new Map<string, Certificate>();
  let edges = 0;
  for (const certificate of asked.values()) {
    const found = finder.issuersOf(certificate);
    edges += found?.length ?? 0;
    if (found === undefined || edges > maximumEdges) continue;
    issuers.set(certificate.sha256, found);
    for (const { certificate: issuer } of found) if (!asked.has(issuer.sha256)) added.set(issuer.sha256, issuer);
  }
  const complete = issuers.size === asked.size;
  const shown = new Map([...asked, ...[...added].sort(([a], [b]) => (a < b ? -1 : 1))]);
  const families = familiesOf(shown.values());
  const nodes = [...shown.values()].map((certificate): GraphNode => {
    const { sha256 } = certificate;
    const parsed = withParts(certificate);
    const family = families.get(familyKey(parsed));
    const own = issuers.get(sha256);
    const lacksIssuer = asked.has(sha256) && own?.length === 0 && !parsed.isSelfIssued;
    return {
      certificate,
      role: roleOf(parsed, (family?.issuers.size ?? 0) > 1),
      anchor: finder.index.find(parsed)?.anchor !== undefined,
      stored: asked.has(sha256),
      issuers: (own ?? []).map((issuer) => issuer.certificate.sha256),
      sameKey: family === undefined || family.hashes.length === 1 ? [] : family.hashes,
      ...(lacksIssuer && { missingIssuer: { issuer: certificate.issuer, urls: issuerUrls(parsed) } }),
    };
  });
  return { nodes, complete };
}

/** The certificates with the same name and key. */
interface Family {
  readonly hashes: string[];
  /** By name. */
  readonly issuers: Set<string>;
}

function familiesOf(certificates: Iterable<Certificate>): Map<string, Family> {
  const families = new Map<string, Family>();
  for (const certificate of certificates) {
    const parsed = withParts(certificate);
    const key = familyKey(parsed);
    const family = families.get(key) ?? { hashes: [], issuers: new Set() };
    families.set(key, family);
    family.hashes.push(certificate.sha256);
    family.issuers.add(parsed.issuerKey);
  }
  return families;
}

function familyKey(certificate: ParsedCertificate): string {
  return `${certificate.subjectKey}\0${certificate.publicKeyInfo}`;
}

function roleOf(certificate: ParsedCertificate, hasSeveralIssuers: boolean): CertificateRole {
  const ca = ifReadable(() => certificate.extensions.basicConstraints?.ca);
  // Self-issued: a version 1 certificate is an old root; one that is not a CA is a server's self-signed certificate.
  if (certificate.isSelfIssued) return ca === false ? 'leaf' : 'root';
  if (!ca) return 'leaf';
  return hasSeveralIssuers ? 'cross' : 'intermediate';
}
