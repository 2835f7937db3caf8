import type { Certificate } from '../certificate.js';
import { distinct } from '../distinct-certificates.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../tolerate-malformed.js';
import type { Candidate } from './candidate-index.js';
import { IssuerFinder } from './graph-issuers.js';
import { issuerUrls } from './missing-issuer.js';

/**
 * The role of a certificate among the others. `root`: a self-issued certificate, unless its basicConstraints say that it is not a CA.
 * `cross`: a CA certificate, if another certificate of the same name and key, such as a root, has another issuer. `intermediate`: any other CA.
 * `leaf`: all other certificates.
 */
type CertificateRole = 'root' | 'cross' | 'intermediate' | 'leaf';

/** A certificate in the graph. */
export interface GraphNode {
  readonly certificate: Certificate;
  readonly role: CertificateRole;
  /** Whether the certificate was given as a trust anchor. */
  readonly anchor: boolean;
  /** Whether the certificate is one of the given certificates. Otherwise it is an anchor that certifies one of them. */
  readonly stored: boolean;
  /**
   * SHA-256 of the issuer's certificates. There are several if the issuer's name and key are certified more than once. Empty for a
   * self-signed certificate, or if no certificate of the issuer is in the graph.
   */
  readonly issuers: readonly string[];
  /** SHA-256 of all certificates in the graph with the same name and key as this one, including it; empty if there are no others. */
  readonly sameKey: readonly string[];
  /**
   * Set if this certificate is not self-issued and no certificate in the graph signed it: the issuer's name, and the URLs from which the
   * issuer's certificate can be downloaded.
   */
  readonly missingIssuer?: { readonly issuer: string; readonly urls: readonly string[] };
}

/** Certificates, and which of them certifies which. */
export interface CertificateGraph {
  /** The given certificates in their order, without duplicates; then the anchors that certify one of them, ordered by hash. */
  readonly nodes: readonly GraphNode[];
  /** False if some issuers are not listed, because the limit on signature checks or on listed issuers was reached. */
  readonly complete: boolean;
}

/**
 * Maximum number of listed pairs of certificate and issuer. In a real keystore most certificates have one issuer. In a hostile one, the
 * number of pairs can be the square of the number of certificates.
 */
const maximumEdges = 100_000;

/**
 * Finds the issuers of each certificate by name and verified signature. Dates and key usages are ignored, so that the graph also shows
 * issuers that no path may use.
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
    const { hashes, issuers: names } = families.get(familyKey(parsed)) as Family;
    const own = issuers.get(sha256);
    const lacksIssuer = own?.length === 0 && !parsed.isSelfIssued;
    return {
      certificate,
      role: roleOf(parsed, names.size > 1),
      anchor: (finder.index.find(parsed) as Candidate).anchor !== undefined,
      stored: asked.has(sha256),
      issuers: (own ?? []).map((issuer) => issuer.certificate.sha256),
      sameKey: hashes.length === 1 ? [] : hashes,
      ...(lacksIssuer && { missingIssuer: { issuer: certificate.issuer, urls: issuerUrls(parsed) } }),
    };
  });
  return { nodes, complete };
}

/** Certificates with the same name and key. */
interface Family {
  readonly hashes: string[];
  /** The normalized names of the issuers ({@link ParsedCertificate.issuerKey}). */
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
  // A self-issued certificate without basicConstraints may be an old root of version 1. If its basicConstraints say that it is not a CA, it is
  // the self-signed certificate of a server.
  if (certificate.isSelfIssued) return ca === false ? 'leaf' : 'root';
  if (!ca) return 'leaf';
  return hasSeveralIssuers ? 'cross' : 'intermediate';
}
