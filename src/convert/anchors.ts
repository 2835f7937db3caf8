import type { KeyStore } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import type { PathRequest } from '../x509/path/certification-path.js';
import { nodeRoots } from '../x509/roots.js';

/** Where a path may end. */
export type Anchors = Pick<PathRequest, 'trustAnchors' | 'storeAnchors'>;

/** The caller's anchors if given; otherwise Node's roots, then the store's self-signed CAs. */
export async function anchorsFor(
  store: Pick<KeyStore, 'certificates'>,
  given?: Iterable<Certificate>,
): Promise<Anchors> {
  if (given !== undefined) return { trustAnchors: [...given] };
  const storeAnchors = store.certificates.filter((certificate) => certificate.isSelfIssued);
  return { trustAnchors: await nodeRoots(), storeAnchors };
}
