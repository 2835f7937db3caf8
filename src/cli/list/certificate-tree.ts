import { shortened } from '../../bytes/bounded-text.js';
import type { Certificate } from '../../x509/certificate.js';
import { certificateName } from '../../x509/display-name.js';
import type { CertificateGraph, GraphNode } from '../../x509/path/certificate-graph.js';
import { validityNote } from '../certificate-text.js';
import { asDim, asName, type Text } from '../terminal/text.js';

/** Maximum number of aliases that are shown beside a certificate. */
const shownAliases = 20;

/** Data that the tree shows in addition to the names of the certificates. */
interface TreeContext {
  readonly now: Date;
  /** The number of `--days`: certificates with fewer days left are highlighted. */
  readonly days?: number | undefined;
  /** Aliases by the SHA-256 of the leaf of their entries; see {@link aliasesOf}. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/**
 * Draws the tree of certificates, with issuers above the certificates that they issued. A certificate with several issuers appears
 * below each of them, but the certificates below it are drawn only once. Roots that issued no other certificate are only counted.
 */
export function certificateTree(graph: CertificateGraph, context: TreeContext): Text[] {
  return new CertificateTree(graph, context).draw();
}

class CertificateTree {
  readonly #lines: Text[] = [];
  readonly #below = new Map<string, GraphNode[]>();
  readonly #drawn = new Set<string>();

  constructor(
    private readonly graph: CertificateGraph,
    private readonly context: TreeContext,
  ) {
    for (const node of graph.nodes) {
      for (const issuer of node.issuers) {
        if (issuer === node.certificate.sha256) continue;
        const siblings = this.#below.get(issuer);
        if (siblings) siblings.push(node);
        else this.#below.set(issuer, [node]);
      }
    }
  }

  draw(): Text[] {
    const { nodes } = this.graph;
    const tops = nodes.filter((node) => node.role === 'root' && this.#below.has(node.certificate.sha256));
    for (const top of tops) this.#drawFrom(top, '', '');
    for (const [issuer, orphans] of this.#orphans()) {
      this.#lines.push([issuer, asDim('  (not in the keystore)')]);
      this.#drawBelow(orphans, '');
    }
    const alone = new Set(nodes.filter((node) => node.role === 'root' && !this.#below.has(node.certificate.sha256)));
    // Certificates that are not below a root or a missing issuer: self-signed ones of servers, cross certificates in a cycle without a root,
    // and, if the graph is incomplete, certificates whose issuers were not searched.
    for (const node of nodes)
      if (!this.#drawn.has(node.certificate.sha256) && !alone.has(node)) this.#drawFrom(node, '', '');
    if (alone.size > 0) {
      const roots = alone.size === 1 ? '1 root' : `${alone.size} roots`;
      this.#lines.push(
        this.graph.complete
          ? `${roots} that ${alone.size === 1 ? 'has' : 'have'} certified no other certificate here`
          : `${roots} of which no issued certificate was found here`,
      );
    }
    if (!this.graph.complete)
      this.#lines.push('There are too many signatures to check; some issuers are missing here.');
    return this.#lines;
  }

  /** Returns the certificates whose issuer is missing, by the name of the issuer. */
  #orphans(): Map<string, GraphNode[]> {
    const orphans = new Map<string, GraphNode[]>();
    for (const node of this.graph.nodes) {
      const issuer = node.missingIssuer?.issuer;
      if (issuer === undefined) continue;
      const siblings = orphans.get(issuer);
      if (siblings) siblings.push(node);
      else orphans.set(issuer, [node]);
    }
    return orphans;
  }

  #drawFrom(node: GraphNode, branch: string, indent: string): void {
    const { sha256 } = node.certificate;
    const below = this.#below.get(sha256) ?? [];
    const seen = this.#drawn.has(sha256) && below.length > 0;
    this.#drawn.add(sha256);
    this.#lines.push([branch, this.#describe(node), seen ? ' … see above' : '']);
    if (!seen) this.#drawBelow(below, indent);
  }

  #drawBelow(nodes: readonly GraphNode[], indent: string): void {
    nodes.forEach((node, i) => {
      const last = i === nodes.length - 1;
      this.#drawFrom(node, `${indent}${last ? '└─ ' : '├─ '}`, `${indent}${last ? '   ' : '│  '}`);
    });
  }

  #describe(node: GraphNode): Text {
    const { certificate } = node;
    const aliases = this.context.aliases.get(certificate.sha256) ?? [];
    return [
      certificateName(certificate),
      ...aliases.slice(0, shownAliases).map((alias): Text => [' [', asName(shortened(alias)), ']']),
      aliases.length > shownAliases ? ` … ${aliases.length - shownAliases} more` : '',
      roleNote(node),
      validityNote(certificate, this.context.now, this.context.days),
    ];
  }
}

function roleNote(node: GraphNode): Text {
  const name = roleName(node);
  return name === '' ? '' : asDim(`  (${name}${node.stored ? '' : ', not in the keystore'})`);
}

/** Returns aliases by the SHA-256 of the first certificate of their entries: the leaf of a key, or the trusted certificate. */
export function aliasesOf(
  entries: Iterable<{ alias: string; certificates: readonly Certificate[] }>,
): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const { alias, certificates } of entries) {
    const [first] = certificates;
    if (first === undefined) continue;
    const others = aliases.get(first.sha256);
    if (others) others.push(alias);
    else aliases.set(first.sha256, [alias]);
  }
  return aliases;
}

/** Describes the role of a certificate; empty for an intermediate certificate and for a leaf. */
export function roleName({ role, stored }: GraphNode): string {
  if (!stored) return 'root known to Node';
  return { root: 'root', cross: 'cross certificate', intermediate: '', leaf: '' }[role];
}
