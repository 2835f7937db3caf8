import type { KeyStore } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import type { PathRequest } from '../x509/path/certification-path.js';
import { nodeRoots } from '../x509/roots.js';

/** Where a path may end. */
export type Anchors = Pick<PathRequest, 'trustAnchors' | 'storeAnchors'>;

/** The caller's anchors if given; otherwise Node's roots, then the store's self-signed CAs. */
export async function anchorsFor(store: KeyStore, given?: Iterable<Certificate>): Promise<Anchors> {
  if (given !== undefined) return { trustAnchors: [...given] };
  // Certificates of private keys do not count: a server's own certificate would vouch for itself.
  const own = new Set<string>();
  for (const entry of store) if (entry.kind === 'PrivateKeyEntry') own.add(entry.certificateChain[0]?.sha256 ?? '');
  const storeAnchors = store.certificates.filter(({ isSelfIssued, sha256 }) => isSelfIssued && !own.has(sha256));
  return { trustAnchors: await nodeRoots(), storeAnchors };
}
