import { readAlgorithmIdentifier } from '../asn1/algorithm-identifier.js';
import { Asn1Element } from '../asn1/element.js';
import { contextTag, Tag } from '../asn1/tag.js';
import { decodeTime } from '../asn1/time.js';
import { equalBytes } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { sha256Hex } from '../crypto/hash/digest.js';
import { keyAlgorithmName } from '../crypto/key/key-algorithm.js';
import { isCommonCertificate, isCommonSelfIssued, subjectAt } from './certificate-skim.js';
import { Extensions } from './extensions.js';
import { nameToString } from './name/name.js';
import { fingerprintAt, nameFingerprint } from './name/name-fingerprint.js';
import { nameKey, normalizeName } from './name/normalized-name.js';

/** An X.509 certificate (RFC 5280 4.1), read only as far as asked. */
export interface Certificate {
  /** The certificate, byte for byte as it was stored. */
  readonly der: Uint8Array;
  /** Subject and issuer as RFC 4514 writes names: most significant part last, `CN=mail.example.com,O=Example,C=DE`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, lower case, without separators; a negative number has a leading minus sign. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SHA-256 of `der`, hexadecimal, lower case. */
  readonly sha256: string;
  /** Java's name of the subject's key (`RSA`, `EC`, …), or the OID where it has none. */
  readonly publicKeyAlgorithm: string;
  /** OID of the algorithm that the issuer signed with. */
  readonly signatureAlgorithm: string;
  /** Whether subject and issuer are the same, byte for byte. */
  readonly selfIssued: boolean;
}

/** The parts of TBSCertificate, as elements; what path building works on. */
export interface CertificateParts {
  readonly tbs: Asn1Element;
  /** Left out in certificates of version 1, which is the default. */
  readonly version: Asn1Element | undefined;
  readonly serialNumber: Asn1Element;
  readonly tbsSignatureAlgorithm: Asn1Element;
  readonly issuer: Asn1Element;
  readonly subject: Asn1Element;
  readonly notBefore: Asn1Element;
  readonly notAfter: Asn1Element;
  readonly subjectPublicKeyInfo: Asn1Element;
  /** The SEQUENCE OF Extension, if there is one. */
  readonly extensions: Asn1Element | undefined;
  readonly signatureAlgorithm: Asn1Element;
  readonly signature: Asn1Element;
}

/** What a certificate has been asked for so far. */
interface Answers {
  parts?: CertificateParts;
  notBefore?: Date;
  notAfter?: Date;
  subject?: string;
  issuer?: string;
  serialNumber?: string;
  sha256?: string;
  publicKeyAlgorithm?: string;
  subjectKey?: string;
  issuerKey?: string;
  publicKey?: string;
  extensions?: Extensions;
  selfIssued?: boolean;
}

/** What {@link parseCertificate} makes. Everything is worked out at the first use and kept. */
export class ParsedCertificate implements Certificate {
  readonly #path: string | ((place: number) => string);
  readonly #place: number;
  #fingerprint: number | undefined;
  // One field for all others, since of a truststore's thousands of certificates most are but copied.
  #kept: Answers | undefined;
  #told: Map<(certificate: ParsedCertificate) => unknown, unknown> | undefined;

  /**
   * @param path what it is, for messages, or what says so
   * @param place what `path` is asked with
   */
  constructor(
    readonly der: Uint8Array,
    path: string | ((place: number) => string),
    place = 0,
  ) {
    this.#path = path;
    this.#place = place;
  }

  get #answers(): Answers {
    return (this.#kept ??= {});
  }

  get parts(): CertificateParts {
    return (this.#answers.parts ??= readParts(Asn1Element.only(this.der, this.#where())));
  }

  get notBefore(): Date {
    return (this.#answers.notBefore ??= decodeTime(this.parts.notBefore, 'notBefore'));
  }

  get notAfter(): Date {
    return (this.#answers.notAfter ??= decodeTime(this.parts.notAfter, 'notAfter'));
  }

  get subject(): string {
    return (this.#answers.subject ??= nameToString(this.parts.subject));
  }

  get issuer(): string {
    return (this.#answers.issuer ??= nameToString(this.parts.issuer));
  }

  get serialNumber(): string {
    return (this.#answers.serialNumber ??= serialToString(this.parts.serialNumber));
  }

  get sha256(): string {
    return (this.#answers.sha256 ??= sha256Hex(this.der));
  }

  get publicKeyAlgorithm(): string {
    return (this.#answers.publicKeyAlgorithm ??= keyAlgorithmName(
      readAlgorithmIdentifier(
        this.parts.subjectPublicKeyInfo.children()[0] ?? this.parts.subjectPublicKeyInfo,
        'public key algorithm',
      ).oid,
    ));
  }

  /** A number of the subject's name: equal for equal names, and mostly different for others. */
  get subjectFingerprint(): number {
    return (this.#fingerprint ??= subjectFingerprintOf(this.der) ?? nameFingerprint(this.parts.subject.raw));
  }

  /** Equal for names that RFC 5280 7.1 calls equal, see {@link normalizeName}. */
  get subjectKey(): string {
    return (this.#answers.subjectKey ??= nameKey(normalizeName(this.parts.subject)));
  }

  get issuerKey(): string {
    return (this.#answers.issuerKey ??= this.selfIssued ? this.subjectKey : nameKey(normalizeName(this.parts.issuer)));
  }

  /** The SubjectPublicKeyInfo, a character for each byte: a key for maps. */
  get publicKey(): string {
    return (this.#answers.publicKey ??= Buffer.from(this.parts.subjectPublicKeyInfo.raw).toString('latin1'));
  }

  /** @throws {StoreMalformedError} if the list of extensions cannot be read */
  get extensions(): Extensions {
    return (this.#answers.extensions ??= new Extensions(this.parts.extensions));
  }

  /** What a function tells of this certificate and nothing else; it is asked once, unless it throws. */
  once<T>(tell: (certificate: ParsedCertificate) => T): T {
    const told = (this.#told ??= new Map());
    let answer = told.get(tell) as T;
    if (answer === undefined && !told.has(tell)) told.set(tell, (answer = tell(this)));
    return answer;
  }

  get signatureAlgorithm(): string {
    return readAlgorithmIdentifier(this.parts.signatureAlgorithm, 'signature algorithm').oid;
  }

  get selfIssued(): boolean {
    return (this.#answers.selfIssued ??=
      isCommonSelfIssued(this.der) ?? equalBytes(this.parts.subject.raw, this.parts.issuer.raw));
  }

  #where(): string {
    return typeof this.#path === 'string' ? this.#path : this.#path(this.#place);
  }
}

/**
 * Reads the frame of a certificate: all parts there, in order, each of its type. Signature and extensions are not looked into.
 * @throws {StoreMalformedError} if these bytes are no certificate
 */
export function parseCertificate(der: Uint8Array, path = 'certificate'): ParsedCertificate {
  const certificate = new ParsedCertificate(der, path);
  if (!isCommonCertificate(der, 0, der.length)) {
    // Whatever is wrong with its frame or its dates is said now.
    void certificate.notBefore;
    void certificate.notAfter;
  } else {
    // Whoever parses it wants to find it among others, and its bytes are at hand now.
    void certificate.subjectFingerprint;
  }
  return certificate;
}

const parsed = new WeakMap<Certificate, ParsedCertificate>();

/**
 * The certificate with its parts, whoever made it.
 * @throws {StoreMalformedError} if its `der` is no certificate
 */
export function withParts(certificate: Certificate): ParsedCertificate {
  if (certificate instanceof ParsedCertificate) return certificate;
  let made = parsed.get(certificate);
  if (made === undefined) parsed.set(certificate, (made = parseCertificate(certificate.der)));
  return made;
}

/** Straight from the bytes, of which only the first `length` may be there; undefined if they are not of the common form. */
export function subjectFingerprintOf(der: Uint8Array, length: number = der.length): number | undefined {
  const subject = subjectAt(der, length);
  return subject < 0 ? undefined : fingerprintAt(der, subject, length);
}

function readParts(certificate: Asn1Element): CertificateParts {
  const [tbs, signatureAlgorithm, signature, extra] = certificate.sequence('Certificate');
  if (!tbs || !signatureAlgorithm || !signature || extra)
    throw certificate.malformed('Certificate: three parts expected');
  signature.expect(Tag.bitString, 'signature');
  const fields = tbs.sequence('TBSCertificate');
  // A version 1 certificate has no version field.
  const version = fields[0]?.tag === contextTag(0) ? fields[0] : undefined;
  const [serialNumber, tbsSignatureAlgorithm, issuer, validity, subject, subjectPublicKeyInfo, ...rest] = fields.slice(
    version ? 1 : 0,
  );
  if (!serialNumber || !tbsSignatureAlgorithm || !issuer || !validity || !subject || !subjectPublicKeyInfo) {
    throw tbs.malformed('TBSCertificate: too short');
  }
  serialNumber.expect(Tag.integer, 'serial number');
  issuer.expect(Tag.sequence, 'issuer');
  subject.expect(Tag.sequence, 'subject');
  subjectPublicKeyInfo.expect(Tag.sequence, 'subject public key');
  const [notBefore, notAfter] = validity.sequence('validity');
  if (!notBefore || !notAfter) throw validity.malformed('validity: two times expected');
  // [3] explicit extensions (RFC 5280 4.1.2.9).
  const extensions = rest.find((field) => field.tag === contextTag(3))?.explicit('extensions');
  return {
    tbs,
    version,
    serialNumber,
    tbsSignatureAlgorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    subjectPublicKeyInfo,
    extensions,
    signatureAlgorithm,
    signature,
  };
}

function serialToString(serial: Asn1Element): string {
  const [first = 0] = serial.content;
  if (first >= 0x80) return serial.integer('serial number').toString(16);
  return toHex(first === 0 && serial.content.length > 1 ? serial.content.subarray(1) : serial.content);
}
