import { shellWord } from '../../bytes/shell-word.js';
import { digest } from '../../crypto/hash/digest.js';
import { certificatesOf } from '../../keystore/entry/certificates-of-entry.js';
import type { KeyStore } from '../../keystore/types.js';
import type { Certificate } from '../../x509/certificate.js';
import { withParts } from '../../x509/parse-certificate.js';
import { ifReadable } from '../../x509/tolerate-malformed.js';

/**
 * Returns lines for Postfix's `relay_clientcerts`, one for the first certificate of each entry, unless it is repeated or belongs to a CA. A
 * line consists of the fingerprint and the alias. Postfix looks up the fingerprint in upper case with colons, and ignores the alias.
 * @param algorithm the value of `smtpd_tls_fingerprint_digest`
 * @see https://www.postfix.org/postconf.5.html#relay_clientcerts
 */
export function relayClientcertLines(store: KeyStore, algorithm: string): string[] {
  const lines = new Map<string, string>();
  for (const entry of store) {
    const [certificate] = certificatesOf(entry);
    if (certificate === undefined || isCa(certificate)) continue;
    const hex = Buffer.from(digest(algorithm, certificate.der)).toString('hex').toUpperCase();
    const fingerprint = hex.match(/../g)?.join(':') ?? '';
    if (!lines.has(fingerprint)) lines.set(fingerprint, `${fingerprint} ${shellWord(entry.alias)}`);
  }
  return [...lines.values()];
}

/** Checks whether a certificate belongs to a CA. CAs do not log in, so their certificates are not listed. */
function isCa(certificate: Certificate): boolean {
  return ifReadable(() => withParts(certificate).extensions.basicConstraints?.ca) === true;
}
