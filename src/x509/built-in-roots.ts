import type { FingerprintedCertificate } from './candidate-index.js';
import { type Certificate, type ParsedCertificate, parseCertificate } from './certificate.js';
import { nameFingerprint } from './name-fingerprint.js';

const armor = '-----BEGIN CERTIFICATE-----';

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
    return nameFingerprint(subjectOf(this.der) ?? this.#certificate.parts.subject.raw);
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

/** The bytes of the subject, by stepping over what stands before it in TBSCertificate (RFC 5280 4.1); undefined for odd encodings. */
function subjectOf(der: Uint8Array): Uint8Array | undefined {
  const certificate = headerAt(der, 0);
  const tbs = certificate && headerAt(der, certificate.content);
  if (!tbs) return undefined;
  // Version [0] is left out in certificates of version 1; serial number, algorithm, issuer and validity always come first.
  let at = tbs.content;
  for (let fields = der[at] === 0xa0 ? 5 : 4; fields > 0; fields--) {
    const field = headerAt(der, at);
    if (!field) return undefined;
    at = field.end;
  }
  const subject = headerAt(der, at);
  return subject && der.subarray(at, subject.end);
}

function headerAt(der: Uint8Array, at: number): { content: number; end: number } | undefined {
  const first = der[at + 1];
  if (first === undefined || first === 0x80 || first > 0x82) return undefined;
  if (first < 0x80) return { content: at + 2, end: at + 2 + first };
  const octets = first - 0x80;
  const length = octets === 1 ? der[at + 2] : ((der[at + 2] ?? 0) << 8) | (der[at + 3] ?? 0);
  return length === undefined ? undefined : { content: at + 2 + octets, end: at + 2 + octets + length };
}
