import { type BoxSize, type GraphLayout, layOut, narrowBox, type PlacedNode, wideBox } from './graph-layout.js';
import type { CertificateView, NodeView } from './messages.js';

const namespace = 'http://www.w3.org/2000/svg';
/** If less width than this is available, in CSS pixels, narrow boxes are used. */
const narrowWidth = 520;

/** Smallest factor by which a drawing is reduced, so that its text can be read. A drawing that is still too wide is scrolled. */
const smallestScale = 0.8;

/**
 * A drawing of certificates, with issuers above the certificates that they certified. The certificates that the server sends are
 * highlighted.
 */
export interface GraphDrawing {
  readonly svg: SVGElement;
  /** Number of certificates that are not drawn. */
  readonly left: number;
}

/** @param available the available width in CSS pixels */
export function drawGraph(nodes: readonly NodeView[], chain: readonly string[], available: number): GraphDrawing {
  const box = available < narrowWidth ? narrowBox : wideBox;
  const layout = layOut(nodes, chain, box);
  const { width, height, placed, left } = layout;
  const viewBox = `0 0 ${width} ${height}`;
  const scale = Math.min(1, Math.max(smallestScale, available / width));
  const size = { width: width * scale, height: height * scale, viewBox };
  const svg = element('svg', { class: 'graph', ...size, role: 'img' });
  svg.append(element('title', {}, describe([...placed.values()], chain)), arrowHeads());
  svg.append(...twins(layout, box), ...arrows(layout, chain, box));
  for (const place of placed.values()) svg.append(card(place, chain, box));
  return { svg, left };
}

/** Draws the arrows from issuers. Those of the chain are drawn last, so that they are on top. */
function arrows({ placed }: GraphLayout, chain: readonly string[], box: BoxSize): SVGElement[] {
  const all = [...placed.values()].flatMap(({ node, x, y }) =>
    node.issuers.flatMap((issuer) => {
      const from = issuer === node.sha256 ? undefined : placed.get(issuer);
      return from === undefined ? [] : [{ from, to: { x, y }, isSent: isStep(chain, node.sha256, issuer) }];
    }),
  );
  all.sort((a, b) => Number(a.isSent) - Number(b.isSent));
  return all.map(({ from, to, isSent }) => {
    const [x1, y1, x2, y2] = [from.x + box.width / 2, from.y + box.height, to.x + box.width / 2, to.y - 7];
    const middle = (y1 + y2) / 2;
    const d = `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
    const head = `url(#arrow${isSent ? '-sent' : ''})`;
    return element('path', { d, class: isSent ? 'sent' : '', 'marker-end': head });
  });
}

/** Checks whether `issuer` follows `subject` in the chain. */
function isStep(chain: readonly string[], subject: string, issuer: string): boolean {
  const at = chain.indexOf(subject);
  return at >= 0 && chain[at + 1] === issuer;
}

/** Draws dotted lines between certificates with the same name and key, such as a root and its cross certificates. */
function twins({ placed }: GraphLayout, box: BoxSize): SVGElement[] {
  return [...placed.values()].flatMap(({ node, x, y }) => {
    const [first = ''] = node.sameKey.filter((hash) => placed.has(hash));
    const other = first === node.sha256 ? undefined : placed.get(first);
    if (other === undefined) return [];
    const [x1, y1, x2, y2] = [other.x, other.y, x, y].map((value, at) => value + (at % 2 ? box.height : box.width) / 2);
    return [element('path', { d: `M${x1} ${y1}L${x2} ${y2}`, class: 'twin' })];
  });
}

function card({ node, x, y }: PlacedNode, chain: readonly string[], box: BoxSize): SVGElement {
  const { certificate, role, isStored, title } = node;
  const isSent = chain.includes(node.sha256);
  const hasEnded = certificate?.validity === 'expired' || certificate?.validity === 'not-yet';
  const classes = [role, isSent && 'sent', !isStored && 'outside', hasEnded && 'ended'].filter(Boolean).join(' ');
  const group = element('g', { class: classes, transform: `translate(${x} ${y})` });
  const { width, height, characters } = box;
  group.append(
    element('title', {}, certificate ? `${certificate.subject}\nissued by ${certificate.issuer}` : title),
    element('rect', { width, height, rx: 9 }),
    element('text', { x: 13, y: 20, class: 'role' }, roleName(node, isSent, box === narrowBox)),
    element('text', { x: 13, y: 39 }, shortened(title, characters)),
    element('text', { x: 13, y: 58, class: 'small' }, certificate ? validityText(certificate) : 'not in the keystore'),
  );
  return group;
}

function roleName({ role, isStored }: NodeView, isSent: boolean, isNarrow: boolean): string {
  const name = {
    root: 'Root',
    cross: isNarrow ? 'Cross' : 'Cross certificate',
    intermediate: 'Intermediate',
    leaf: 'Certificate',
    missing: 'Issuer',
  }[role];
  if (role === 'missing') return name;
  return isSent ? `${name} · sent` : isStored ? name : isNarrow ? `${name} · outside` : `${name} · not in the keystore`;
}

function validityText({ validity, notAfter, notBefore }: CertificateView): string {
  if (validity === 'expired') return `expired on ${notAfter}`;
  return validity === 'not-yet' ? `not valid before ${notBefore}` : `until ${notAfter}`;
}

/** Describes the drawing in words, for screen readers. */
function describe(placed: readonly PlacedNode[], chain: readonly string[]): string {
  const titles = new Map(placed.map(({ node }) => [node.sha256, node.title]));
  const sent = chain.flatMap((hash) => titles.get(hash) ?? []).join(', then ');
  const edges = placed.flatMap(({ node }) =>
    node.issuers
      .filter((issuer) => issuer !== node.sha256 && titles.has(issuer))
      .map((issuer) => `${titles.get(issuer)} certified ${node.title}.`),
  );
  return [...(sent === '' ? [] : [`The server sends ${sent}.`]), ...edges].join(' ');
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}

function arrowHeads(): SVGElement {
  const definitions = element('defs', {});
  for (const style of ['', 'sent']) {
    const id = style === '' ? 'arrow' : `arrow-${style}`;
    const size = { viewBox: '0 0 8 8', refX: 4, refY: 4, markerWidth: 9, markerHeight: 9 };
    const marker = element('marker', { id, class: style, markerUnits: 'userSpaceOnUse', orient: 'auto', ...size });
    marker.append(element('path', { d: 'M0 0L8 4L0 8z' }));
    definitions.append(marker);
  }
  return definitions;
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement {
  const made = document.createElementNS(namespace, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}
