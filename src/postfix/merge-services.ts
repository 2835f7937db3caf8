import type { Finding } from './finding.js';

/** Merges findings that differ only in the service. */
export function mergeServices(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { service: _, ...same } = finding;
    const key = JSON.stringify(same);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map((group) => {
    const services = [...new Set(group.flatMap(({ service }) => service ?? []))];
    return services.length === 0 ? (group[0] as Finding) : { ...(group[0] as Finding), service: services.join(', ') };
  });
}
