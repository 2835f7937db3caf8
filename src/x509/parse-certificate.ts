import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import { Asn1Element } from '../asn1/element.js';
import { decodeTime } from '../asn1/time.js';
import { checkArgument, someDer } from '../bytes/check-arguments.js';
import { toHex, toLatin1 } from '../bytes/encoding.js';
import { sha1Hex, sha256Hex } from '../crypto/hash/digest.js';
import { keyAlgorithmName } from '../crypto/key/key-algorithm.js';
import { MalformedError, type PathInFile } from '../errors.js';
import type { Certificate, PublicKeySummary, SubjectAltName } from './certificate.js';
import { type CertificateParts, readParts } from './certificate-parts.js';
import { hasUsualFrame } from './certificate-scan.js';
import { Extensions } from './extensions.js';
import { nameToString } from './name/distinguished-name.js';
import { generalNameText } from './name/general-name.js';
import { nameKey, normalizeName } from './name/normalized-name.js';
import type { ParsedCertificate } from './parsed-certificate.js';
import { publicKeySummary } from './public-key.js';
import { verifySignature } from './signature.js';
import { ifReadable } from './tolerate-malformed.js';

/**
 * Reads one certificate.
 *
 * The outer structure and the dates are checked immediately. Every other field is parsed at its first use. If it is malformed, its getter
 * throws a MalformedError, or returns a substitute: the bytes of the name in hexadecimal as `subject` and `issuer`, no `subjectAltNames`,
 * and `unknown` as the algorithm of `publicKey`.
 * @param der the certificate in DER, with nothing after it (for PEM use {@link decodePem} or {@link readCertificateFile})
 * @throws {MalformedError} `ERR_MALFORMED` if the bytes are not exactly one certificate
 * @throws {TypeError} if the argument is not a Uint8Array, or is PEM
 * @see RFC 5280 4.1
 * @example
 * const { subject, notAfter } = parseCertificate(readFileSync('mail.der'));
 */
export function parseCertificate(der: Uint8Array): Certificate {
  checkArgument('parseCertificate', 'der', der, someDer);
  const certificate = readCertificate(der);
  if (certificate.trailingBytes > 0)
    throw new MalformedError('certificate', `${certificate.trailingBytes} bytes after the end`, certificate.der.length);
  return certificate;
}

/**
 * Reads the certificate at the start of `bytes`. Bytes after it are ignored, as in Java and OpenSSL;
 * {@link ParsedCertificate.trailingBytes} counts them.
 * @param path where in the file the certificate is stored, for error messages
 * @throws {MalformedError} if the bytes do not start with a certificate
 */
export function readCertificate(bytes: Uint8Array, path: PathInFile = 'certificate'): ParsedCertificate {
  if (hasUsualFrame(bytes)) return new LazyCertificate(bytes, path, 0);
  const { size } = Asn1Element.first(bytes, String(path), { faultClass: MalformedError });
  const certificate = new LazyCertificate(bytes.subarray(0, size), path, bytes.length - size);
  void certificate.notBefore;
  void certificate.notAfter;
  return certificate;
}

const parsed = new WeakMap<Certificate, ParsedCertificate>();

/**
 * Returns a certificate with its parsed fields. An object that does not come from {@link readCertificate}, because the user of this library
 * created it, is parsed from its `der`.
 * @throws {MalformedError} if its `der` is not a certificate
 */
export function withParts(certificate: Certificate): ParsedCertificate {
  if (certificate instanceof LazyCertificate) return certificate;
  let read = parsed.get(certificate);
  if (read === undefined) parsed.set(certificate, (read = readCertificate(certificate.der)));
  return read;
}

/** The properties that have been computed so far. */
interface ReadFields {
  parts?: CertificateParts;
  notBefore?: Date;
  notAfter?: Date;
  subject?: string;
  issuer?: string;
  serialNumber?: string;
  sha256?: string;
  sha1?: string;
  subjectAltNames?: readonly SubjectAltName[];
  publicKey?: PublicKeySummary;
  publicKeyAlgorithm?: string;
  subjectKey?: string;
  issuerKey?: string;
  publicKeyInfo?: string;
  extensions?: Extensions;
  computed?: Map<(certificate: ParsedCertificate) => unknown, unknown>;
}

class LazyCertificate implements ParsedCertificate {
  readonly #path: PathInFile;
  // Created at the first use of a field, because most of the thousands of certificates in a truststore are only copied.
  #read: ReadFields | undefined;

  constructor(
    readonly der: Uint8Array,
    path: PathInFile,
    readonly trailingBytes: number,
  ) {
    this.#path = path;
  }

  get #fields(): ReadFields {
    return (this.#read ??= {});
  }

  get parts(): CertificateParts {
    return (this.#fields.parts ??= readParts(
      Asn1Element.only(this.der, String(this.#path), { faultClass: MalformedError }),
    ));
  }

  get notBefore(): Date {
    return (this.#fields.notBefore ??= decodeTime(this.parts.notBefore, 'notBefore'));
  }

  get notAfter(): Date {
    return (this.#fields.notAfter ??= decodeTime(this.parts.notAfter, 'notAfter'));
  }

  get subject(): string {
    return (this.#fields.subject ??= nameToString(this.parts.subject));
  }

  get issuer(): string {
    return (this.#fields.issuer ??= nameToString(this.parts.issuer));
  }

  get serialNumber(): string {
    return (this.#fields.serialNumber ??= serialToString(this.parts.serialNumber));
  }

  get sha256(): string {
    return (this.#fields.sha256 ??= sha256Hex(this.der));
  }

  get sha1(): string {
    return (this.#fields.sha1 ??= sha1Hex(this.der));
  }

  get subjectAltNames(): readonly SubjectAltName[] {
    const names = () => this.extensions.subjectAltName?.map(generalNameText);
    return (this.#fields.subjectAltNames ??= ifReadable(names) ?? []);
  }

  get publicKey(): PublicKeySummary {
    return (this.#fields.publicKey ??= publicKeySummary(this));
  }

  get publicKeyAlgorithm(): string {
    const { subjectPublicKeyInfo } = this.parts;
    return (this.#fields.publicKeyAlgorithm ??= keyAlgorithmName(
      readAlgorithmIdentifier(subjectPublicKeyInfo.children()[0] ?? subjectPublicKeyInfo, 'public key algorithm').oid,
    ));
  }

  get subjectKey(): string {
    return (this.#fields.subjectKey ??= nameKey(normalizeName(this.parts.subject)));
  }

  get issuerKey(): string {
    return (this.#fields.issuerKey ??= nameKey(normalizeName(this.parts.issuer)));
  }

  get publicKeyInfo(): string {
    return (this.#fields.publicKeyInfo ??= toLatin1(this.parts.subjectPublicKeyInfo.raw));
  }

  get extensions(): Extensions {
    return (this.#fields.extensions ??= new Extensions(this.parts.extensions));
  }

  get signatureAlgorithm(): string {
    return readAlgorithmIdentifier(this.parts.signatureAlgorithm, 'signature algorithm').oid;
  }

  get isSelfIssued(): boolean {
    return this.subjectKey === this.issuerKey;
  }

  get isSelfSigned(): boolean {
    return this.isSelfIssued && verifySignature(this, this) !== 'invalid';
  }

  once<T>(compute: (certificate: ParsedCertificate) => T): T {
    const computed = (this.#fields.computed ??= new Map());
    if (!computed.has(compute)) computed.set(compute, compute(this));
    return computed.get(compute) as T;
  }

  /** Returns the fields that `JSON.stringify` writes. */
  toJSON() {
    const { subject, issuer, serialNumber, notBefore, notAfter, subjectAltNames, sha256 } = this;
    return { subject, issuer, serialNumber, notBefore, notAfter, subjectAltNames, sha256 };
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    const { subject, issuer, notBefore, notAfter, subjectAltNames } = this;
    const names = subjectAltNames.map(({ value }) => value);
    return { subject, ...(names.length > 0 && { names }), issuer, notBefore, notAfter };
  }
}

function serialToString(serial: Asn1Element): string {
  const [first = 0] = serial.content;
  if (first >= 0x80) return serial.integer('serial number').toString(16);
  return toHex(first === 0 && serial.content.length > 1 ? serial.content.subarray(1) : serial.content);
}
