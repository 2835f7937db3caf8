import type { GraphNode } from '../../x509/path/certificate-graph.js';

/** What is special about a certificate's place, in words; empty for an ordinary intermediate or leaf. */
export function roleName({ role, stored }: GraphNode): string {
  if (!stored) return 'root known to Node';
  return { root: 'root', cross: 'cross certificate', intermediate: '', leaf: '' }[role];
}
