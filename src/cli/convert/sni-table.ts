import { resolve } from 'node:path';
import type { Warning } from '../../warnings.js';
import type { Certificate } from '../../x509/certificate.js';
import { isoDay } from '../../x509/expiry.js';
import { domainNamesOf } from './renewed-domains.js';

/** The name of the table in the output directory. */
export const sniTableName = 'sni_map';

/** A bundle and the certificates of its keys. */
interface SniBundle {
  readonly path: string;
  readonly leaves: readonly Certificate[];
}

/**
 * Creates the source of Postfix's `tls_server_sni_maps` (postconf(5)): a line for each name, with the paths of its bundles. Postfix looks up
 * the name as the client sends it, then its parent domains with a leading dot; therefore `*.example.com` becomes `.example.com`. IP addresses
 * are left out, because clients never send them. If several bundles have the same name and keys of different algorithms, the line of the name
 * contains all of them, because a server may have one key of each algorithm. Among bundles with the same algorithm, only the one that expires
 * last is in the line, and a warning is returned.
 */
export function sniTable(bundles: readonly SniBundle[]): {
  readonly text: string;
  readonly warnings: readonly Warning[];
} {
  const byName = new Map<string, SniBundle[]>();
  const warnings: Warning[] = [];
  // The bundles that expire last come first, because the first bundle with a name and an algorithm is used.
  const lastFirst = bundles.toSorted((a, b) => endOf(b) - endOf(a) || (a.path < b.path ? -1 : 1));
  for (const bundle of lastFirst) {
    for (const name of new Set(bundle.leaves.flatMap(sniNames))) {
      const present = byName.get(name) ?? [];
      const rival = present.find((other) => sharesAlgorithm(other, bundle));
      if (rival) warnings.push({ code: 'WARN_SNI_NAME_TAKEN', message: takenBy(name, rival, bundle) });
      else byName.set(name, [...present, bundle]);
    }
  }
  const lines = [...byName].map(([name, files]) => {
    const paths = files.map(({ path }) => resolve(path)).sort();
    return `${name} ${paths.join(', ')}\n`;
  });
  return { text: lines.sort().join(''), warnings };
}

/** Returns the line of main.cf that uses the table at `path`; if no deploy hook is given, also the deploy hook that the table needs. */
export function sniAdvice(path: string, deployHook: string | undefined): string[] {
  const map = `hash:${resolve(path)}`;
  const hook = `after a change: --deploy-hook 'postmap -F ${map} && postfix reload'`;
  return [`main.cf: tls_server_sni_maps = ${map}`, ...(deployHook === undefined ? [hook] : [])];
}

function sniNames(leaf: Certificate): string[] {
  return domainNamesOf(leaf).map((name) => name.toLowerCase().replace(/^\*\./, '.'));
}

function sharesAlgorithm(a: SniBundle, b: SniBundle): boolean {
  const algorithms = new Set(a.leaves.map(({ publicKeyAlgorithm }) => publicKeyAlgorithm));
  return b.leaves.some(({ publicKeyAlgorithm }) => algorithms.has(publicKeyAlgorithm));
}

/** Returns the expiry of a bundle: the earliest expiry of its leaves. */
function endOf({ leaves }: SniBundle): number {
  return Math.min(...leaves.map(({ notAfter }) => notAfter.getTime()));
}

function takenBy(name: string, used: SniBundle, other: SniBundle): string {
  const end = isoDay(new Date(endOf(used)));
  return `${name}: ${used.path} is used, valid until ${end}; ${other.path} has a key of the same algorithm and does not expire later`;
}
