import type { Certificate } from '../certificate.js';
import { distinct } from '../distinct.js';
import { withParts } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { ifReadable } from '../readable.js';
import type { Candidate } from './candidate-index.js';
import { IssuerFinder, type MissingIssuer } from './missing-issuers.js';
import { issuerUrls } from './near-miss.js';

/**
 * What a certificate is among the others: `root` issued by itself, `cross` a CA whose name and key are certified by
 * another issuer too, `intermediate` any other CA, `leaf` the rest.
 */
export type CertificateRole = 'root' | 'cross' | 'intermediate' | 'leaf';

export interface GraphNode {
  readonly certificate: Certificate;
  readonly role: CertificateRole;
  /** Whether it was given as a trust anchor. */
  readonly anchor: boolean;
  /** Whether it is one of the certificates asked about, and not an anchor that certifies one of them. */
  readonly stored: boolean;
  /** SHA-256 of the certificates in the graph whose name and key signed this one; several for one key if that was certified more than once. */
  readonly issuers: readonly string[];
  /** SHA-256 of all certificates in the graph for its name and key, if there is another; one array for all of them. */
  readonly sameKey: readonly string[];
  /** Set if nobody in the graph signed it, and it not itself. */
  readonly missingIssuer?: MissingIssuer;
}

/** Who certifies whom. */
export interface CertificateGraph {
  /** The certificates in their order, each once; after them, by hash, the anchors that certify one of them. */
  readonly nodes: readonly GraphNode[];
  /** False if there were more signatures to check than the limits allow, or too many issuers to show; some are missing then. */
  readonly complete: boolean;
}

/** No person reads more, and a hostile store could ask for the square of its certificates. */
const maximumEdges = 100_000;

/**
 * Who certifies whom, by names and verified signatures. Dates and rights do not matter here: the graph is for people
 * who want to see why a path is as it is.
 */
export function certificateGraph(
  certificates: Iterable<Certificate>,
  anchors: Iterable<Certificate> = [],
): CertificateGraph {
  const asked = distinct(certificates);
  const finder = new IssuerFinder(asked.values(), anchors);
  const issuers = new Map<string, readonly Candidate[]>();
  let edges = 0;
  for (const certificate of asked.values()) {
    const found = finder.issuersOf(certificate);
    edges += found?.length ?? 0;
    if (found !== undefined && edges <= maximumEdges) issuers.set(certificate.sha256, found);
  }
  const complete = issuers.size === asked.size;
  const added = [...issuers.values()].flat().map((candidate) => candidate.certificate);
  const shown = new Map([...asked, ...[...distinct(added)].sort(([a], [b]) => (a < b ? -1 : 1))]);
  const families = familiesOf(shown.values());
  const nodes = [...shown.values()].map((certificate): GraphNode => {
    const { sha256 } = certificate;
    const parsed = withParts(certificate);
    const family = families.get(familyKey(parsed));
    const own = issuers.get(sha256) ?? [];
    const lacks = complete && asked.has(sha256) && own.length === 0 && !parsed.isSelfIssued;
    return {
      certificate,
      role: roleOf(parsed, (family?.issuers.size ?? 0) > 1),
      anchor: finder.index.find(parsed)?.anchor !== undefined,
      stored: asked.has(sha256),
      issuers: own.map((issuer) => issuer.certificate.sha256),
      sameKey: family === undefined || family.hashes.length === 1 ? [] : family.hashes,
      ...(lacks && { missingIssuer: { certificate, issuer: certificate.issuer, urls: issuerUrls(parsed) } }),
    };
  });
  return { nodes, complete };
}

/** Certificates for one name and key. */
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

function roleOf(certificate: ParsedCertificate, severalIssuers: boolean): CertificateRole {
  const ca = ifReadable(() => certificate.extensions.basicConstraints?.ca);
  // A certificate of version 1 that signed itself is an old root; one that says it is no CA is a server's own, made without one.
  if (certificate.isSelfIssued) return ca === false ? 'leaf' : 'root';
  if (!ca) return 'leaf';
  return severalIssuers ? 'cross' : 'intermediate';
}
