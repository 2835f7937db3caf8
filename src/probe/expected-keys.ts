import type { Certificate } from '../x509/certificate.js';
import { withParts } from '../x509/parse-certificate.js';
import { ifReadable } from '../x509/tolerate-malformed.js';

/** The certificates of one key: its own certificate, then the issuers. */
type KeyChain = readonly [Certificate, ...Certificate[]];

/**
 * Signature algorithms by key algorithm, in OpenSSL's notation (SSL_CTX_set1_sigalgs_list(3)). A server signs a part of the handshake.
 * Therefore it must use a key of this kind if the client accepts only these algorithms (RFC 8446 4.4.2.2).
 */
const signatureAlgorithms: ReadonlyMap<string, string> = new Map([
  ['RSA', 'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1'],
  ['EC', 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1'],
  ['Ed25519', 'ed25519'],
  ['Ed448', 'ed448'],
]);

/** Returns the signature algorithms for a key algorithm; undefined if the probe cannot request keys of this kind. */
export function signatureAlgorithmsFor(algorithm: string): string | undefined {
  return signatureAlgorithms.get(algorithm);
}

/**
 * Splits the certificates of a bundle into the chains of its keys. A certificate that is not a CA begins a new chain, and so does the first
 * certificate of the bundle.
 */
export function keysOfBundle(certificates: readonly Certificate[]): KeyChain[] {
  const chains: [Certificate, ...Certificate[]][] = [];
  for (const certificate of certificates) {
    const chain = chains.at(-1);
    const isCa = ifReadable(() => withParts(certificate).extensions.basicConstraints?.ca) === true;
    if (chain === undefined || !isCa) chains.push([certificate]);
    else chain.push(certificate);
  }
  return chains;
}

/**
 * Compares the served chains with those of a bundle, key by key.
 * @returns a message for each difference
 */
export function compareKeys(served: readonly (readonly Certificate[])[], expected: readonly KeyChain[]): string[] {
  return expected.flatMap((chain) => {
    const { publicKeyAlgorithm } = chain[0];
    const same = served.find(([leaf]) => leaf?.publicKeyAlgorithm === publicKeyAlgorithm);
    // The single key of a bundle is compared with the served key even if their algorithms differ.
    const other = same ?? (expected.length === 1 ? served[0] : undefined);
    const kind = expected.length === 1 ? '' : ` for the ${publicKeyAlgorithm} key`;
    return difference(other, chain, kind).map((message) => `${message}; after a change the server must be reloaded`);
  });
}

function difference(served: readonly Certificate[] | undefined, expected: KeyChain, kind: string): string[] {
  if (served === undefined) return [`no certificate is served${kind}`];
  const [leaf] = served;
  if (leaf?.sha256 !== expected[0].sha256) {
    const [found, wanted] = [leaf?.sha256.slice(0, 16), expected[0].sha256.slice(0, 16)];
    return [`another server certificate is sent${kind} (SHA-256 ${found}…, expected ${wanted}…)`];
  }
  const isSame = served.length === expected.length && served.every(({ sha256 }, i) => sha256 === expected[i]?.sha256);
  if (isSame) return [];
  const counts = `${served.length} certificates are served, ${expected.length} expected`;
  return [`the server certificate${kind} is the expected one, but its chain is not: ${counts}`];
}
