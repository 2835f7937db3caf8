import { bytesFromBase64 } from '../bytes/encoding.js';
import type { Certificate } from './certificate.js';
import { RootIndex } from './root-index.js';

const begin = '-----BEGIN CERTIFICATE-----';

let loaded: Promise<RootIndex> | undefined;

/**
 * Returns the root certificates that this Node contains: Mozilla's list at the time of the Node release. The first call loads node:tls.
 * @see https://nodejs.org/api/tls.html#tlsrootcertificates
 * @example
 * const path = buildCertificationPath(leaf, { now: new Date(), candidates, trustAnchors: await builtInRoots() });
 */
export async function builtInRoots(): Promise<readonly Certificate[]> {
  return [...(await nodeRoots())];
}

/** Returns the roots of {@link builtInRoots}, indexed by subject. */
export async function nodeRoots(): Promise<RootIndex> {
  return (loaded ??= loadRoots());
}

async function loadRoots(): Promise<RootIndex> {
  const { rootCertificates } = await import('node:tls');
  return new RootIndex(
    rootCertificates.map((pem) => bytesFromBase64(pem.slice(begin.length, pem.lastIndexOf('-----END')))),
  );
}
