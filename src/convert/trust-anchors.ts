import { ownCertificate } from '../keystore/entry/certificates-of-entry.js';
import type { KeyStore } from '../keystore/types.js';
import type { Certificate } from '../x509/certificate.js';
import { withParts } from '../x509/parse-certificate.js';
import type { PathRequest } from '../x509/path/certification-path-types.js';
import { nodeRoots } from '../x509/roots.js';
import { ifReadable } from '../x509/tolerate-malformed.js';

/** The certificates at which a certification path may end. */
export type Anchors = Pick<PathRequest, 'trustAnchors' | 'storeAnchors'>;

/** Returns the caller's anchors if they are given; otherwise Node's roots, and self-issued certificates of the keystore. */
export async function anchorsFor(store: KeyStore, given?: Iterable<Certificate>): Promise<Anchors> {
  if (given !== undefined) return { trustAnchors: [...given] };
  // Self-issued certificates with the public key of a private key in the keystore are excluded, whatever their alias. Otherwise a server's
  // self-signed certificate would be its own anchor.
  const own = new Set<string | undefined>();
  for (const entry of store) if (entry.kind === 'PrivateKeyEntry') own.add(publicKeyInfoOf(ownCertificate(entry)));
  const storeAnchors = store.certificates.filter(
    (certificate) => certificate.isSelfIssued && !own.has(publicKeyInfoOf(certificate)),
  );
  return { trustAnchors: await nodeRoots(), storeAnchors };
}

function publicKeyInfoOf(certificate: Certificate | undefined): string | undefined {
  return certificate && ifReadable(() => withParts(certificate).publicKeyInfo);
}
