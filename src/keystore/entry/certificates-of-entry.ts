import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import { ifReadable } from '../../x509/tolerate-malformed.js';
import type { Entry, PrivateKeyEntry } from '../types.js';

/** Returns the certificates of an entry of any kind, in the order of its chain. */
export function certificatesOf(entry: Entry): readonly Certificate[] {
  switch (entry.kind) {
    case 'PrivateKeyEntry':
    case 'PublicKeyEntry':
      return entry.certificateChain;
    case 'trustedCertEntry':
      return [entry.certificate];
    case 'SecretKeyEntry':
      return [];
  }
}

/**
 * Returns the chain of an entry with the leaf first. Java writes this order, but other programs write any order. If exactly one certificate
 * is not a CA, it is taken for the leaf. In all other cases the stored order is kept.
 */
export function chainFromLeaf({ certificateChain }: PrivateKeyEntry): readonly Certificate[] {
  const [leaf, ...more] = certificateChain.filter((certificate) => !isCa(certificate));
  if (leaf === undefined || more.length > 0) return certificateChain;
  if (leaf === certificateChain.at(-1)) return certificateChain.toReversed();
  return [leaf, ...certificateChain.filter((certificate) => certificate !== leaf)];
}

/** Returns the certificate of an entry's key: the first of {@link chainFromLeaf}. */
export function ownCertificate(entry: PrivateKeyEntry): Certificate | undefined {
  return chainFromLeaf(entry)[0];
}

function isCa(certificate: Certificate): boolean {
  return ifReadable(() => withParts(certificate).extensions.basicConstraints?.ca) === true;
}
