import type { FingerprintedCertificate } from './candidate-index.js';
import { type Certificate, type ParsedCertificate, parseCertificate } from './certificate.js';
import { subjectAt } from './certificate-skim.js';
import { fingerprintAt, nameFingerprint } from './name-fingerprint.js';

const armor = '-----BEGIN CERTIFICATE-----';
/** Characters of PEM that hold the subject in all but a few: some 450 octets. */
const headLength = 640;
/** For the beginning of one root at a time; a Buffer for each took longer to make than to fill. */
const head = Buffer.alloc(headLength);

/** A root that is parsed when something but its bytes and its name is asked for. */
class LazyRoot implements FingerprintedCertificate {
  readonly #pem: string;
  #der: Uint8Array | undefined;
  #parsed: ParsedCertificate | undefined;

  constructor(pem: string) {
    this.#pem = pem;
  }

  get der(): Uint8Array {
    // Buffer skips line ends.
    return (this.#der ??= Buffer.from(this.#pem.slice(armor.length, this.#pem.lastIndexOf('-----END')), 'base64'));
  }

  get subjectFingerprint(): number {
    // Line ends are skipped.
    const length = head.write(this.#pem.slice(armor.length, headLength), 'base64');
    const subject = subjectAt(head, length);
    const known = subject < 0 ? undefined : fingerprintAt(head, subject, length);
    return known ?? nameFingerprint(this.#certificate.parts.subject.raw);
  }

  get #certificate(): ParsedCertificate {
    return (this.#parsed ??= parseCertificate(this.der, 'built-in root'));
  }

  get subject(): string {
    return this.#certificate.subject;
  }

  get issuer(): string {
    return this.#certificate.issuer;
  }

  get serialNumber(): string {
    return this.#certificate.serialNumber;
  }

  get notBefore(): Date {
    return this.#certificate.notBefore;
  }

  get notAfter(): Date {
    return this.#certificate.notAfter;
  }

  get sha256(): string {
    return this.#certificate.sha256;
  }

  get publicKeyAlgorithm(): string {
    return this.#certificate.publicKeyAlgorithm;
  }

  get signatureAlgorithm(): string {
    return this.#certificate.signatureAlgorithm;
  }

  get selfIssued(): boolean {
    return this.#certificate.selfIssued;
  }
}

let roots: Promise<readonly Certificate[]> | undefined;

/**
 * The root certificates that Node brings along, Mozilla's list at the time of its release. node:tls is loaded when this is
 * called first, and a root is parsed when a path may end at it: together some 5 ms instead of 20.
 */
export function builtInRoots(): Promise<readonly Certificate[]> {
  roots ??= import('node:tls').then(({ rootCertificates }) => rootCertificates.map((pem) => new LazyRoot(pem)));
  return roots;
}
