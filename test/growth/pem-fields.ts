import { encodeElement, encodeInteger, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { concat } from '../../src/bytes/concat.js';
import { Jks2PemError } from '../../src/errors.js';
import { decodePem, readPem } from '../../src/pem/decode.js';
import { encodePem } from '../../src/pem/encode.js';
import { examinePem } from '../../src/pem/examine-pem.js';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { scanPem } from '../../src/postfix/pem/pem-scan.js';
import { leafOf, now, party, root } from '../x509/certificate-maker.js';
import { differentCertificates, key, unchecked } from './certificates.js';
import { type Field, field, times } from './field.js';

const block = Buffer.from(encodePem('CERTIFICATE', root(party('CA', key), { signer: unchecked }).der)).toString(
  'latin1',
);
const keyBlock = Buffer.from(
  encodePem('PRIVATE KEY', new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }))),
).toString('latin1');

/** Every reader of PEM, on one text. */
function readText(text: string): () => Promise<void> {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
  return async () => {
    for (const mode of ['lenient', 'openssl'] as const) readPem(bytes, mode);
    scanPem(bytes);
    examinePem(bytes, { now, days: 21 });
    try {
      decodePem(bytes);
      await readCertificateFile(bytes, 'file');
    } catch (error) {
      // Some of these texts are not PEM for one of the readers; that is tested elsewhere.
      if (!(error instanceof Jks2PemError)) throw error;
    }
  };
}

const texts: Readonly<Record<string, (size: number) => string>> = {
  'blocks, all the same': (size) => block.repeat(size / 64),
  'text before a block': (size) => `${'a'.repeat(size)}\n${block}`,
  'lines before a block': (size) => `${'subject=CN = a\n'.repeat(size / 8)}${block}`,
  'empty lines in a block': (size) => block.replace('\n', '\n'.repeat(size)),
  'blanks at the end of a line': (size) => block.replace('\n', `${' '.repeat(size)}\n`),
  'blanks in front of a line': (size) => `${' '.repeat(size)}${block}`,
  'blanks inside a line': (size) => block.replace(/(\n.{9})/, `$1${' '.repeat(size)}`),
  'hyphens in a line': (size) => `-----BEGIN ${'-'.repeat(size)}\n${block}`,
  'beginnings without a block': (size) => '-----BEGIN \n'.repeat(size / 8),
  'length of a label': (size) => block.replaceAll('CERTIFICATE', 'A-'.repeat(size / 2)),
  'headers of a block': (size) => keyBlock.replace('\n', `\n${'A: b\n'.repeat(size / 4)}\n`),
  'length of a header': (size) => keyBlock.replace('\n', `\nProc-Type: ${'4,'.repeat(size / 2)}\n\n`),
  'base64 in one line': (size) => `-----BEGIN X-----\n${'A'.repeat(size * 4)}\n-----END X-----\n`,
  'base64 in lines of one character': (size) => `-----BEGIN X-----\n${'A\n'.repeat(size * 4)}-----END X-----\n`,
  'padding signs': (size) => `-----BEGIN X-----\n${'='.repeat(size)}\n-----END X-----\n`,
  'carriage returns': (size) => '\r'.repeat(size) + block,
};

/** A CMS SignedData with these certificates and no signer (RFC 5652 5.1). */
function signedData(certificates: readonly Uint8Array[]): Uint8Array {
  const content = encodeSequence(
    encodeInteger(1),
    encodeElement(Tag.set | 0x20),
    encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.1')),
    encodeElement(0xa0, ...certificates),
    encodeElement(Tag.set | 0x20),
  );
  return encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.2'), encodeElement(0xa0, content));
}

export const pemFields: readonly Field[] = [
  ...Object.entries(texts).map(([title, make]) => field(`PEM: ${title}`, 2 ** 20, (size) => readText(make(size)))),
  field('PEM: blocks, all different', 2 ** 12, (size) => {
    return readText(
      differentCertificates(size)
        .map((der) => Buffer.from(encodePem('CERTIFICATE', der)).toString('latin1'))
        .join(''),
    );
  }),
  field('PEM: keys', 2 ** 9, (size) => readText((keyBlock + block).repeat(size))),
  field('PEM: length of what is encoded', 2 ** 23, (size) => {
    const der = new Uint8Array(size);
    return () => encodePem('CERTIFICATE', der);
  }),
  field('CMS: certificates', 2 ** 10, (size) => {
    const { der } = leafOf(party('CA'), { signer: unchecked, key });
    const bytes = signedData(times(size, () => der));
    return () => readCertificateFile(bytes, 'file');
  }),
  field('CMS: length of a certificate', 2 ** 20, (size) => {
    const { der } = leafOf(party('CA'), { signer: { ...unchecked, sign: () => new Uint8Array(size) }, key });
    const bytes = signedData([der]);
    return () => readCertificateFile(bytes, 'file');
  }),
  field('DER: bytes behind a certificate', 2 ** 22, (size) => {
    const bytes = concat(leafOf(party('CA'), { signer: unchecked, key }).der, new Uint8Array(size));
    return () => readCertificateFile(bytes, 'file');
  }),
];
