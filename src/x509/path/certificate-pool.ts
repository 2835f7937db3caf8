import { tailOf } from '../../bytes/byte-strings.js';
import { equalBytes } from '../../bytes/equal.js';
import type { Certificate } from '../certificate.js';
import { collectNames } from '../name/certificate-names.js';
import { readCertificate } from '../parse-certificate.js';
import type { ParsedCertificate } from '../parsed-certificate.js';
import { hasExplicitCurve } from '../public-key.js';
import { ifReadable } from '../readable.js';
import { readSignatureAlgorithm } from '../signature-algorithm.js';

/** Far more issuers than the stores of one place have in common; a power of two. */
const slots = 1024;

/**
 * Gives the same object for the same certificate, from whichever store it comes, so that what has been worked out about it
 * stays known: its names, its extensions, its key, who signed it. What is met for the second time is kept; leaves are
 * met once. Of those that share a slot the last one is kept, so that the pool stays within bounds whatever it is given.
 */
export class CertificatePool {
  readonly #met = new Uint32Array(slots);
  readonly #kept: (ParsedCertificate | undefined)[] = new Array(slots);

  /** Gives for each certificate of one store what it is known as, or itself; how often it is asked about does not count. */
  forStore(): (certificate: Certificate) => Certificate {
    const answers = new Map<Certificate, Certificate>();
    return (certificate) => {
      let known = answers.get(certificate);
      if (known === undefined) answers.set(certificate, (known = this.#known(certificate)));
      return known;
    };
  }

  #known(certificate: Certificate): Certificate {
    const { der } = certificate;
    // Of its signature, and so as good as random.
    const look = tailOf(der);
    const slot = look & (slots - 1);
    const kept = this.#kept[slot];
    if (kept !== undefined && equalBytes(kept.der, der)) return kept;
    if (this.#met[slot] === look) return (this.#kept[slot] = ownCopy(certificate)) ?? certificate;
    this.#met[slot] = look;
    return certificate;
  }
}

/**
 * A copy that does not keep the file in memory which it comes from.
 * @returns undefined if some of it cannot be read: what is said of that names the place in its store
 */
function ownCopy({ der }: Certificate): ParsedCertificate | undefined {
  return ifReadable(() => {
    const copy = readCertificate(Uint8Array.from(der));
    readAll(copy);
    return copy;
  });
}

/** Reads everything that path building may ask a certificate for. */
function readAll(certificate: ParsedCertificate): void {
  const { parts, extensions } = certificate;
  readSignatureAlgorithm(parts.signatureAlgorithm);
  readSignatureAlgorithm(parts.tbsSignatureAlgorithm);
  hasExplicitCurve(certificate);
  void certificate.publicKeyAlgorithm;
  void extensions.basicConstraints;
  void extensions.keyUsage;
  void extensions.extendedKeyUsage;
  void extensions.nameConstraints;
  void extensions.subjectKeyIdentifier;
  void extensions.authorityKeyIdentifier;
  void extensions.caIssuers;
  collectNames(parts.subject, extensions.subjectAltName ?? [], true);
}
