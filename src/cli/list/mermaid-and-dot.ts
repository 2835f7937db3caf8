import { certificateName } from '../../x509/display-name.js';
import { isoDay } from '../../x509/expiry.js';
import type { CertificateGraph, GraphNode } from '../../x509/path/certificate-graph.js';
import { printable } from '../terminal/text.js';
import { roleName } from './certificate-tree.js';

/** Languages of graph-drawing tools: Mermaid and Graphviz. */
export type GraphLanguage = 'mermaid' | 'dot';

/**
 * Draws the graph of issuers for Mermaid or Graphviz: an arrow from each issuer to each certificate that it signed, and a dotted line
 * between certificates with the same name and key. Cross certificates have a dashed border.
 */
export function drawGraph(
  graph: CertificateGraph,
  language: GraphLanguage,
  aliases: ReadonlyMap<string, readonly string[]>,
): string {
  const drawing = {
    edges: edgesOf(graph),
    twins: twinsOf(graph),
    nodes: graph.nodes.map((node) => ({ ...node, label: labelOf(node, aliases) })),
  };
  return `${(language === 'mermaid' ? mermaid(drawing) : dot(drawing)).join('\n')}\n`;
}

interface Drawing {
  readonly nodes: readonly (GraphNode & { readonly label: readonly string[] })[];
  /** Identifiers of issuer and subject. `missing` is the name of an issuer that is not in the graph. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly missing?: string }[];
  readonly twins: readonly (readonly [string, string])[];
}

/** Formats the graph for Mermaid. Percent signs are written as entities, because `%%{` begins a directive even inside a label. */
function mermaid({ nodes, edges, twins }: Drawing): string[] {
  const text = (value: string) => value.replace(/[#"<>&%]/g, (odd) => `#${odd.charCodeAt(0)};`);
  return [
    'flowchart TD',
    ...nodes.map(
      ({ certificate, label, role }) => `  ${id(certificate.sha256)}["${label.map(text).join('<br/>')}"]:::${role}`,
    ),
    ...missing(edges).map(([name, key]) => `  ${key}["${text(name)}<br/>not in the keystore"]:::missing`),
    ...edges.map(({ from, to }) => `  ${from} --> ${to}`),
    ...twins.map(([a, b]) => `  ${a} -.-|same key| ${b}`),
    '  classDef root stroke-width:3px',
    '  classDef cross stroke:#b35900,stroke-width:3px,stroke-dasharray:6 3',
    '  classDef missing stroke-dasharray:2 4',
  ];
}

function dot({ nodes, edges, twins }: Drawing): string[] {
  const text = (value: string) => value.replace(/[\\"]/g, '\\$&');
  const styles: Record<GraphNode['role'], string> = {
    root: ', penwidth=3',
    cross: ', penwidth=3, style=dashed, color="#b35900"',
    intermediate: '',
    leaf: ', style=rounded',
  };
  return [
    'digraph certificates {',
    '  node [shape=box];',
    ...nodes.map(
      ({ certificate, label, role }) =>
        `  ${id(certificate.sha256)} [label="${label.map(text).join('\\n')}"${styles[role]}];`,
    ),
    ...missing(edges).map(([name, key]) => `  ${key} [label="${text(name)}\\nnot in the keystore", style=dotted];`),
    ...edges.map(({ from, to }) => `  ${from} -> ${to};`),
    ...twins.map(([a, b]) => `  ${a} -> ${b} [dir=none, style=dotted, label="same key", constraint=false];`),
    '}',
  ];
}

function labelOf(node: GraphNode, aliases: ReadonlyMap<string, readonly string[]>): string[] {
  const { certificate } = node;
  const names = (aliases.get(certificate.sha256) ?? []).map((alias) => `[${alias}]`).join(' ');
  return [certificateName(certificate), names, roleName(node), `to ${isoDay(certificate.notAfter)}`]
    .filter((line) => line !== '')
    .map(printable);
}

function edgesOf({ nodes }: CertificateGraph): Drawing['edges'] {
  return nodes.flatMap(({ certificate, issuers, missingIssuer }) => {
    const to = id(certificate.sha256);
    const known = issuers.filter((issuer) => issuer !== certificate.sha256).map((issuer) => ({ from: id(issuer), to }));
    return missingIssuer
      ? [...known, { from: missingId(missingIssuer.issuer), to, missing: missingIssuer.issuer }]
      : known;
  });
}

/** Pairs the first of the certificates that have the same name and key with each later one. */
function twinsOf({ nodes }: CertificateGraph): Drawing['twins'] {
  return nodes.flatMap(({ certificate: { sha256 }, sameKey: [first] }) =>
    first === undefined || first === sha256 ? [] : [[id(first), id(sha256)] as const],
  );
}

/** Returns name and identifier of each missing issuer. */
function missing(edges: Drawing['edges']): [string, string][] {
  const names = new Set(edges.flatMap((edge) => (edge.missing === undefined ? [] : [printable(edge.missing)])));
  return [...names].map((name) => [name, missingId(name)]);
}

/** Returns the identifier of a certificate. In both languages it cannot begin with a digit. */
function id(sha256: string): string {
  return `c${sha256.slice(0, 16)}`;
}

function missingId(name: string): string {
  return `m${Buffer.from(printable(name)).toString('hex')}`;
}
