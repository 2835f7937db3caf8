import { fitsCertificate } from '../../crypto/key/key-fits-certificate.js';
import type { PrivateKey } from '../../crypto/key/private-key.js';
import { matchesHostName } from '../../x509/matches-host-name.js';
import type { ParsedCertificate } from '../../x509/parsed-certificate.js';
import { anchorOf, orderSentChain } from '../../x509/path/sent-chain-order.js';

/*
 * Each proposed change is tried in an examination of its own. Without a cache, the same keys and certificates would be checked dozens of
 * times: the examination of three services with ten findings took two seconds. Therefore the results of these checks are cached.
 */

/**
 * Caches the results of a function by its first argument, and by the text that `keyOf` makes of the others. The cache does not keep the
 * first argument from being garbage collected.
 */
function remembered<K extends object, A extends unknown[], T>(
  compute: (object: K, ...rest: A) => T,
  keyOf: (...rest: A) => string,
): (object: K, ...rest: A) => T {
  const known = new WeakMap<K, Map<string, T>>();
  return (object, ...rest) => {
    const results = known.get(object) ?? new Map<string, T>();
    known.set(object, results);
    const key = keyOf(...rest);
    if (!results.has(key)) results.set(key, compute(object, ...rest));
    return results.get(key) as T;
  };
}

/** Checks whether a key belongs to a certificate; undefined if this cannot be determined. */
export const keyFits: (key: PrivateKey, certificate: ParsedCertificate) => boolean | undefined = remembered(
  (key: PrivateKey, certificate: ParsedCertificate) => fitsCertificate(key, certificate.der),
  (certificate) => certificate.sha256,
);

/** Checks whether a certificate is valid for a host. */
export const isForHost: (certificate: ParsedCertificate, host: string) => boolean = remembered(
  (certificate: ParsedCertificate, host: string) => matchesHostName(certificate, host),
  (host) => host,
);

const orderedFromLeaf = remembered(
  (leaf: ParsedCertificate, others: readonly ParsedCertificate[]) => orderSentChain([leaf, ...others]),
  (others) => others.map(({ sha256 }) => sha256).join(' '),
);

/** Returns the chain from the first certificate upwards, and the superfluous or misplaced certificates, as {@link orderSentChain} does. */
export function orderedChain([leaf, ...others]: readonly ParsedCertificate[]): ReturnType<typeof orderSentChain> {
  return leaf === undefined ? orderSentChain([]) : orderedFromLeaf(leaf, others);
}

/** Checks whether a certificate is one of the roots that clients trust, or was issued by one. */
export const reachesAnchor: (certificate: ParsedCertificate, anchors: Parameters<typeof anchorOf>[1]) => boolean = (
  certificate,
  anchors,
) => {
  const known = anchoredCertificates.get(anchors) ?? new Map<string, boolean>();
  anchoredCertificates.set(anchors, known);
  const { sha256 } = certificate;
  if (!known.has(sha256)) known.set(sha256, anchorOf(certificate, anchors) !== undefined);
  return known.get(sha256) === true;
};

const anchoredCertificates = new WeakMap<object, Map<string, boolean>>();
