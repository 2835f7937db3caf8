import { generateKeyPairSync } from 'node:crypto';
import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { concat } from '../../src/bytes/concat.js';
import { LimitExceededError } from '../../src/errors.js';
import { hostNamesOf } from '../../src/x509/display-name.js';
import { matchesHostName } from '../../src/x509/matches-host-name.js';
import { parseCertificate, readCertificate } from '../../src/x509/parse-certificate.js';
import { examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { certificateGraph } from '../../src/x509/path/certificate-graph.js';
import { orderSentChain } from '../../src/x509/path/sent-chain-order.js';
import {
  certify,
  ext,
  extension,
  generalName,
  leafOf,
  now,
  party,
  type Recipe,
  root,
  serverAuth,
} from '../x509/certificate-maker.js';
import { differentCertificates, key, unchecked } from './certificates.js';
import { type Field, field, times } from './field.js';

const ca = party('CA');
const issuing = root(ca);

/** Reads everything of a certificate that anything asks for, and builds its path. */
function readAll(der: Uint8Array): void {
  const certificate = parseCertificate(der);
  JSON.stringify([certificate, certificate.publicKey, certificate.sha1, certificate.isSelfSigned]);
  hostNamesOf(certificate);
  matchesHostName(certificate, 'mail.example.com');
  void examineCertificationPath(certificate, { now, candidates: [issuing], trustAnchors: [issuing] }).rejected;
  certificateGraph([certificate, issuing]);
}

function leafWith(recipe: Recipe): () => void {
  const { der } = leafOf(ca, { signer: unchecked, key, ...recipe });
  return () => readAll(der);
}

const text = (value: string) => new Uint8Array(Buffer.from(value));
const set = (...content: Uint8Array[]) => encodeElement(Tag.set | 0x20, ...content);
const attribute = (value: Uint8Array, type = '2.5.4.3', tag: number = Tag.utf8String) =>
  encodeSequence(encodeObjectIdentifier(type), encodeElement(tag, value));
const commonName = (value: Uint8Array, tag?: number) => encodeSequence(set(attribute(value, '2.5.4.3', tag)));

/** Texts that patterns are known to stumble over, each as the common name. */
const texts: Readonly<Record<string, (size: number) => string>> = {
  letters: (size) => 'a'.repeat(size),
  'NUL octets and a letter': (size) => `${'\0'.repeat(size)}a`,
  'blanks and a letter': (size) => `a${' '.repeat(size)}a`,
  'characters to be escaped': (size) => ',\u202e'.repeat(size / 4),
  'characters that fold': (size) => 'ﬁß\u00ad'.repeat(size / 6),
  'a host name of many labels': (size) => `${'a.'.repeat(size / 2)}-`,
  'a host name with one long label': (size) => `${'a-'.repeat(size / 2)}.`,
};

const subjects: readonly Field[] = [
  ...Object.entries(texts).map(([title, make]) =>
    field(`certificate: subject with a value of ${title}`, 2 ** 19, (size) =>
      leafWith({ subject: commonName(text(make(size))) }),
    ),
  ),
  field('certificate: subject as BMPString', 2 ** 19, (size) =>
    leafWith({ subject: commonName(new Uint8Array(size * 2).fill(0x41), Tag.bmpString) }),
  ),
  field('certificate: issuer with a long value', 2 ** 19, (size) =>
    leafWith({ issuer: commonName(text('a'.repeat(size))) }),
  ),
  field('certificate: relative names of the subject', 2 ** 14, (size) =>
    leafWith({ subject: encodeSequence(...times(size, (i) => set(attribute(text(`a${i}`))))) }),
  ),
  field('certificate: attributes of one relative name', 2 ** 14, (size) =>
    leafWith({ subject: encodeSequence(set(...times(size, (i) => attribute(text(`a${i}`))))) }),
  ),
  field('certificate: arcs of an attribute type', 2 ** 16, (size) =>
    leafWith({
      subject: encodeSequence(
        set(encodeSequence(encodeElement(Tag.oid, new Uint8Array(size).fill(0x2a)), encodeElement(12, text('a')))),
      ),
    }),
  ),
  field('certificate: octets of one arc of an attribute type', 2 ** 16, (size) =>
    leafWith({
      subject: encodeSequence(
        set(
          encodeSequence(
            encodeElement(Tag.oid, Uint8Array.of(0x2a), new Uint8Array(size).fill(0xff), Uint8Array.of(1)),
            encodeElement(12, text('a')),
          ),
        ),
      ),
    }),
  ),
];

const usual = [ext.basicConstraints(false), ext.extKeyUsage(serverAuth)];
const extensionFields: readonly Field[] = [
  field('certificate: extensions', 2 ** 13, (size) =>
    leafWith({ extensions: [...usual, ...times(size, (i) => extension(`1.2.3.${i}`, text('a')))] }),
  ),
  field('certificate: length of an unknown extension', 2 ** 20, (size) =>
    leafWith({ extensions: [...usual, extension('1.2.3', new Uint8Array(size))] }),
  ),
  field('certificate: extended key usages', 2 ** 14, (size) =>
    leafWith({ extensions: [ext.extKeyUsage(...times(size, (i) => `1.2.3.${i}`), serverAuth)] }),
  ),
  ...(['dns', 'email', 'uri'] as const).map((kind) =>
    field(`certificate: alternative names of form ${kind}`, 2 ** 14, (size) =>
      leafWith({
        extensions: [...usual, ext.subjectAltName(...times(size, (i) => generalName[kind](`a@n${i}.example`)))],
      }),
    ),
  ),
  field('certificate: alternative names of form directory', 2 ** 13, (size) =>
    leafWith({ extensions: [...usual, ext.subjectAltName(...times(size, (i) => generalName.directory(`CN=${i}`)))] }),
  ),
  field('certificate: alternative names of form ip', 2 ** 14, (size) =>
    leafWith({
      extensions: [...usual, ext.subjectAltName(...times(size, () => generalName.ip(...new Array(16).fill(0))))],
    }),
  ),
  field('certificate: length of a DNS name', 2 ** 19, (size) =>
    leafWith({ extensions: [...usual, ext.subjectAltName(generalName.dns(`${'a.'.repeat(size / 2)}-`))] }),
  ),
  field('certificate: length of a URI', 2 ** 19, (size) =>
    leafWith({ extensions: [...usual, ext.subjectAltName(generalName.uri(`http://${'@:'.repeat(size / 2)}`))] }),
  ),
  field('certificate: length of a mail address', 2 ** 19, (size) =>
    leafWith({ extensions: [...usual, ext.subjectAltName(generalName.email(`${'"@'.repeat(size / 2)}a`))] }),
  ),
  field('certificate: URLs of the issuer', 2 ** 13, (size) =>
    leafWith({ extensions: [...usual, ext.caIssuers(...times(size, (i) => `http://ca/${i}`))] }),
  ),
  field('certificate: length of a key identifier', 2 ** 19, (size) =>
    leafWith({ extensions: [...usual, ext.authorityKeyIdentifier('a'.repeat(size))] }),
  ),
];

const others: readonly Field[] = [
  field('certificate: length of the serial number', 2 ** 17, (size) => {
    const { der } = leafOf(ca, { signer: unchecked, key });
    const [tbs, ...rest] = splitSequence(der);
    const [version, , ...fields] = splitSequence(tbs as Uint8Array) as [Uint8Array, Uint8Array];
    const serial = encodeElement(Tag.integer, Uint8Array.of(0x80), new Uint8Array(size).fill(1));
    const changed = encodeSequence(encodeSequence(version, serial, ...fields), ...rest);
    return () => readAll(changed);
  }),
  field('certificate: length of the signature', 2 ** 20, (size) =>
    leafWith({ signer: { ...unchecked, sign: () => new Uint8Array(size) } }),
  ),
  field('certificate: length of the public key', 2 ** 18, (size) =>
    leafWith({
      spki: encodeSequence(
        encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(Tag.null)),
        encodeElement(Tag.bitString, concat(Uint8Array.of(0), encodeSequence(bigNumber(size), encodeInteger(3)))),
      ),
    }),
  ),
  field('certificate: bytes behind it', 2 ** 20, (size) => {
    const bytes = concat(leafOf(ca, { signer: unchecked, key }).der, new Uint8Array(size));
    return () => readCertificate(bytes).sha256;
  }),
  field('certificate: name constraints against names', 2 ** 8, (size) => {
    const constrained = certify(party('Sub', ca.key), ca, {
      signer: unchecked,
      more: [ext.nameConstraints(times(size, (i) => generalName.dns(`n${i}.example`)))],
    });
    const names = ext.subjectAltName(...times(64, (i) => generalName.dns(`a.n${i % size}.example`)));
    const leaf = leafOf(party('Sub', ca.key), { extensions: [...usual, names] });
    return () => examineCertificationPath(leaf, { now, candidates: [constrained], trustAnchors: [issuing] });
  }),
];

/** Positive, with its highest bit in use, and odd as a modulus is. */
function bigNumber(octets: number): Uint8Array {
  return encodeElement(Tag.integer, Uint8Array.of(0), new Uint8Array(octets).fill(0xff));
}

/** The elements of a DER SEQUENCE with lengths of at most two octets. */
function splitSequence(der: Uint8Array): Uint8Array[] {
  const sizeOf = (at: number) => {
    const length = der[at + 1] as number;
    if (length < 0x80) return { header: 2, length };
    const octets = length & 0x7f;
    return {
      header: 2 + octets,
      length: der.subarray(at + 2, at + 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0),
    };
  };
  const parts: Uint8Array[] = [];
  for (let at = sizeOf(0).header; at < der.length; ) {
    const { header, length } = sizeOf(at);
    parts.push(der.subarray(at, at + header + length));
    at += header + length;
  }
  return parts;
}

/** More certificates than the budget of a path allows end in an error of their own, which takes no longer than the rest. */
const withinBudget = (build: () => unknown): void => {
  try {
    build();
  } catch (error) {
    if (!(error instanceof LimitExceededError)) throw error;
  }
};

const pathOf = (candidates: () => Uint8Array[]) => {
  const ders = candidates();
  const leaf = leafOf(party('Same', key), { signer: unchecked });
  return () => {
    const certificates = ders.map((der) => readCertificate(der));
    withinBudget(() => examineCertificationPath(leaf, { now, candidates: certificates }).rejected);
    withinBudget(
      () => examineCertificationPath(leaf, { now, candidates: certificates, preference: 'stored' }).rejected,
    );
    certificateGraph(certificates);
    orderSentChain([leaf, ...certificates]);
  };
};

const keys = times(16, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const sets: readonly Field[] = [
  field('certificates: of different names', 2 ** 12, (size) => pathOf(() => differentCertificates(size))),
  field('certificates: of one name and many keys', 2 ** 12, (size) =>
    pathOf(() =>
      times(size, (i) => {
        const spki = new Uint8Array(
          (keys[i % keys.length] as (typeof keys)[0]).publicKey.export({ format: 'der', type: 'spki' }),
        );
        new DataView(spki.buffer).setUint32(spki.length - 4, i);
        return root(party('Same', key), { signer: unchecked, spki }).der;
      }),
    ),
  ),
  field('certificates: of one name and one key', 2 ** 12, (size) =>
    pathOf(() => times(size, () => certify(party('Same', key), party('Other'), { signer: unchecked }).der)),
  ),
  field('certificates: the same one, many times', 2 ** 16, (size) => pathOf(() => times(size, () => issuing.der))),
  field('certificates: certified by one issuer', 2 ** 10, (size) =>
    pathOf(() => [issuing.der, ...times(size, (i) => certify(party(`Sub ${i}`, key), ca).der)]),
  ),
];

export const certificateFields: readonly Field[] = [...subjects, ...extensionFields, ...others, ...sets];
