import { describe, expect, test } from 'vitest';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import { MalformedError } from '../../src/errors.js';
import { decodePem, readPem, readPemBlocks } from '../../src/pem/decode.js';
import { encodePem } from '../../src/pem/encode.js';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { leafOf, party } from '../x509/certificate-maker.js';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const mark = '\u00ef\u00bb\u00bf';
const block = (label = 'X', content = 'AQID') => `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;

describe('a malformed block is named with its number and its place', () => {
  test.each([
    ['no end', `${block()}text\n-----BEGIN Y-----\nAQID\n`, 'PEM block 2: END Y missing (at byte 44)'],
    [
      'no end, after blanks that count',
      '  text  \n-----BEGIN X-----\nAQID\n',
      'PEM block 1: END X missing (at byte 9)',
    ],
    ['another end', `-----BEGIN X-----\nAQID\n-----END Y-----\n`, 'PEM block 1: END X expected (at byte 23)'],
    ['more after the end', '-----BEGIN X-----\n-----END X-----x\n', 'PEM block 1: END X expected (at byte 18)'],
    ['a block inside', '-----BEGIN X-----\n-----BEGIN Y-----\n', 'PEM block 1: BEGIN Y before END X (at byte 18)'],
    ['no base64', `${block()}${block('Y', 'A*ID')}`, 'PEM block 2: not base64 (at byte 39)'],
    ['base64 with one character too many', block('X', 'AQIDA'), 'PEM block 1: not base64 (at byte 0)'],
    ['padding inside', block('X', 'AQ==AQID'), 'PEM block 1: not base64 (at byte 0)'],
    ['a header without an empty line', block('X', 'Proc-Type: 4\nAQID'), 'PEM block 1: not base64 (at byte 0)'],
    ['three times padding', block('X', 'AQI==='), 'PEM block 1: not base64 (at byte 0)'],
    ['a byte order mark before it', `${mark}-----BEGIN X-----\n`, 'PEM block 1: END X missing (at byte 3)'],
    ['CR LF, LF and CR before it', '\r\n\n\r-----BEGIN X-----\r\n', 'PEM block 1: END X missing (at byte 4)'],
    ['an empty line after it', '-----BEGIN X-----\n\n-----END Y-----', 'PEM block 1: END X expected (at byte 19)'],
  ])('%s', (_, text, message) => {
    expect(() => decodePem(bytes(text))).toThrow(MalformedError);
    expect(() => decodePem(bytes(text))).toThrow(new RegExp(`^${message.replace(/[()]/g, '\\$&')}$`));
  });
});

describe('what is no boundary is text', () => {
  test.each([
    ['a label with two hyphens', '-----BEGIN A--B-----\n'],
    ['a line that is too short', '-----BEGIN ----\n'],
    ['no hyphens at the end', '-----BEGIN X\n'],
    ['four hyphens', '----BEGIN X-----\n'],
    ['an end without a beginning', '-----END X-----\n'],
  ])('%s', (_, text) => expect(decodePem(bytes(text))).toEqual([]));

  test('the shortest boundary has an empty label', () =>
    expect(decodePem(bytes('-----BEGIN -----\nAQID\n-----END -----\n'))).toEqual([
      { label: '', der: Uint8Array.of(1, 2, 3) },
    ]));
});

test.each([
  ['without padding', 'AQI', [1, 2]],
  ['with one character of padding', 'AQI=', [1, 2]],
  ['with two', 'AQ==', [1]],
  ['with none that is needed', 'AQID', [1, 2, 3]],
  ['with tabs and blanks', 'A Q\tI D', [1, 2, 3]],
  ['with an empty line', 'AQID\n\nBAUG', [1, 2, 3, 4, 5, 6]],
  ['with other white space', 'A\fQ\vI\u00a0D', [1, 2, 3]],
  ['empty', '', []],
])('base64 %s', (_, content, octets) =>
  expect([...(decodePem(bytes(block('X', content)))[0]?.der ?? [])]).toEqual(octets),
);

test.each([
  ['Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAQID', true],
  ['DEK-Info: x\nProc-Type: 4,ENCRYPTED\n\nAQID', true],
  ['Proc-Type: 4,MIC-CLEAR\n\nAQID', false],
  ['X-Proc-Type: 4,ENCRYPTED\n\nAQID', false],
  ['AQID', false],
])('headers are skipped, and say whether a block is encrypted: %j', (content, isEncrypted) => {
  expect(readPemBlocks(bytes(block('X', content)))).toEqual([{ label: 'X', isEncrypted, der: Uint8Array.of(1, 2, 3) }]);
});

describe('as OpenSSL reads it', () => {
  const read = (text: string) => readPem(bytes(text), 'openssl');
  const kinds = (text: string) => read(text).fault?.kind ?? read(text).blocks.length;

  test.each([
    ['LF', block(), 1],
    ['CRLF', block().replaceAll('\n', '\r\n'), 1],
    ['CR alone is no line end', block().replaceAll('\n', '\r'), 0],
    ['a boundary that is indented is text', ` ${block()}`, 0],
    ['a boundary with a CR inside is text', block('A\rB'), 0],
    ['control characters at the end of a line', block().replaceAll('\n', '\u0001 \n'), 1],
    ['blanks inside', block('X', 'AQ ID'), 1],
    ['missing padding', block('X', 'AQI'), 'not base64'],
    ['a form feed inside, which is neither a blank nor a tab', block('X', 'AQ\fID'), 'not base64'],
    ['a tab inside', block('X', 'AQ\tID'), 1],
    ['a block inside', '-----BEGIN X-----\n-----BEGIN Y-----\n-----END X-----\n', 'not base64'],
    ['no end', '-----BEGIN X-----\nAQID\n', 'no end'],
    ['another end', '-----BEGIN X-----\n-----END Y-----\n', 'another end'],
    ['a byte order mark', `${mark}${block()}`, 1],
  ])('%s', (_, text, expected) => expect(kinds(text)).toBe(expected));

  test('a fault says where, in which block, and on which line', () => {
    expect(read(`${block()}-----BEGIN Y-----\n-----END Z-----\n`).fault).toEqual({
      label: 'Y',
      kind: 'another end',
      line: '-----END Z-----',
      offset: 57,
    });
    expect(read(`a\n${block('X', '*')}`).fault).toMatchObject({ kind: 'not base64', offset: 2 });
    expect(read('a\n-----BEGIN Y-----\n').fault).toEqual({ label: 'Y', kind: 'no end', line: '', offset: 2 });
    expect(read(`${mark}a\r\n-----BEGIN Y-----\r\n`).fault).toMatchObject({ label: 'Y', offset: 6 });
    expect(read(block())).not.toHaveProperty('fault');
  });
});

test.each(['', 'A', 'A B', 'A-B', 'CERTIFICATE', 'X509 CRL', '!,.~'])('%j is a label', (label) => {
  expect(decodePem(encodePem(label, Uint8Array.of(1)))).toEqual([{ label, der: Uint8Array.of(1) }]);
});

test.each(['-', '-A', 'A-', ' A', 'A ', 'A--B', 'A  B', 'A -B', 'A\n', 'Ä', '\u007f'])('%j is no label', (label) => {
  expect(() => encodePem(label, Uint8Array.of(1))).toThrow(
    'a PEM label is printable ASCII, with single hyphens and blanks inside only',
  );
});

describe('certificates of a file', () => {
  const { der, sha256 } = leafOf(party('CA'));
  const read = (file: Uint8Array) => readCertificateFile(file, 'mail.pem');

  test.each(['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])('in a block %s', async (label) => {
    expect((await read(encodePem(label, der))).map((certificate) => certificate.sha256)).toEqual([sha256]);
  });

  test.each(['PKCS7', 'CMS', 'PKCS #7 SIGNED DATA'])('in a block %s are those of a CMS', async (label) => {
    await expect(read(encodePem(label, der))).rejects.toThrow('mail.pem: not a CMS SignedData');
  });

  const cms = (...parts: Uint8Array[]) => encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.2'), ...parts);
  const signedData = (...certificates: Uint8Array[]) => signedDataWith(encodeElement(0xa0, ...certificates));
  const signedDataWith = (set: Uint8Array) =>
    cms(
      encodeElement(
        0xa0,
        encodeSequence(
          encodeInteger(1),
          encodeElement(0x31),
          encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.7.1')),
          set,
          encodeElement(0x31),
        ),
      ),
    );

  const signature = encodeSequence(encodeObjectIdentifier('1.2.840.10045.4.3.2'));
  const thisUpdate = encodeElement(0x17, bytes('260101000000Z'));
  const revocationList = encodeSequence(
    encodeSequence(encodeInteger(1), signature, encodeSequence(), thisUpdate),
    signature,
    encodeElement(3, Uint8Array.of(0)),
  );

  test('of a CMS in DER, without those of other kinds', async () => {
    // RFC 5652 10.2.2: [1] is an attribute certificate.
    const others = [encodeElement(0xa1, encodeInteger(1)), encodeElement(0xb0, encodeInteger(1)), encodeInteger(1)];
    const file = signedData(der, ...others, der);
    expect((await read(file)).map((certificate) => certificate.sha256)).toEqual([sha256, sha256]);
    const pem = encodePem('PKCS7', file);
    expect(await read(new Uint8Array(Buffer.concat([pem, encodePem('CERTIFICATE', der)])))).toHaveLength(3);
  });

  // asn1js stops after 10,000 elements unless it is told otherwise.
  test('of a CMS with as many certificates as a browser has roots', async () => {
    const many = signedData(...Array.from({ length: 400 }, () => der));
    expect(await read(many)).toHaveLength(400);
  });

  test.each([
    [
      'a revocation list in it',
      signedDataWith(encodeElement(0xa1, revocationList)),
      'ERR_STORE_UNSUPPORTED',
      /^mail\.pem: contains no certificate$/,
    ],
    ['no certificate in it', signedData(), 'ERR_STORE_UNSUPPORTED', /^mail\.pem: contains no certificate$/],
    ['no content', cms(), 'ERR_MALFORMED', /^mail\.pem: not a CMS SignedData: .*\(at byte 0\)$/],
    [
      'content of another type',
      cms(encodeElement(0xa0, encodeInteger(1))),
      'ERR_MALFORMED',
      /^mail\.pem: not a CMS SignedData: its content is not a SEQUENCE \(at byte 0\)$/,
    ],
    [
      'one that is none',
      signedData(encodeSequence()),
      'ERR_MALFORMED',
      /^mail\.pem: Certificate: three parts expected/,
    ],
  ])('not of a CMS with %s', async (_, file, code, message) => {
    await expect(read(file)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('not of a CMS that is cut off', async () => {
    await expect(read(encodePem('PKCS7', signedData(der).subarray(0, -1)))).rejects.toMatchObject({
      code: 'ERR_MALFORMED',
      message: expect.stringMatching(
        /^mail\.pem: not a CMS SignedData: End of input reached before message was fully decoded.* \(at byte 0\)$/,
      ),
    });
  });

  test('not of a CMS of another type in a block that says it is signed', async () => {
    const data = encodeSequence(
      encodeObjectIdentifier('1.2.840.113549.1.7.1'),
      encodeElement(0xa0, encodeOctetString(der)),
    );
    await expect(read(encodePem('CMS', data))).rejects.toMatchObject({
      code: 'ERR_MALFORMED',
      message: 'mail.pem: not a CMS SignedData: content of type 1.2.840.113549.1.7.1 (at byte 0)',
    });
  });

  test('have a name that counts them only if there are several', async () => {
    const wrong = encodePem('CERTIFICATE', encodeSequence());
    await expect(read(wrong)).rejects.toThrow(/^mail\.pem: Certificate/);
    await expect(read(new Uint8Array(Buffer.concat([wrong, wrong])))).rejects.toThrow(/^mail\.pem, certificate 1: /);
  });

  test('not of a file above the limit, which is not read', async () => {
    const large = new Uint8Array(64 * 2 ** 20 + 1);
    await expect(read(large)).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 'fileBytes',
      message: expect.stringMatching(/^mail\.pem: fileBytes 67108865/),
    });
  });

  test.each([
    ['a key alone', encodePem('PRIVATE KEY', der), 'ERR_STORE_UNSUPPORTED', 'mail.pem: contains no certificate'],
    [
      'DER that is cut off',
      Uint8Array.of(0x30, 5, 0),
      'ERR_MALFORMED',
      'mail.pem: length: 5 bytes wanted, 1 left (at byte 0)',
    ],
    ['text', bytes('hello'), 'ERR_STORE_UNSUPPORTED', 'mail.pem: neither PEM nor DER'],
    ['nothing', new Uint8Array(), 'ERR_STORE_UNSUPPORTED', 'mail.pem: neither PEM nor DER'],
    ['one that is none', Uint8Array.of(0x30, 0), 'ERR_MALFORMED', 'mail.pem: Certificate: three parts expected'],
    [
      'the second of two is none',
      bytes(
        Buffer.concat([encodePem('CERTIFICATE', der), encodePem('CERTIFICATE', Uint8Array.of(0x30, 0))]).toString(),
      ),
      'ERR_MALFORMED',
      'mail.pem, certificate 2: Certificate: three parts expected',
    ],
  ])('not: %s', async (_, file, code, message) => {
    await expect(read(file)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('with bytes behind a certificate in DER, which are ignored', async () => {
    expect((await read(Uint8Array.of(...der, 1, 2)))[0]?.sha256).toBe(sha256);
  });
});
