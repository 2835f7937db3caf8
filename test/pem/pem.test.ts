import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePem } from '../../src/pem/decode.js';
import { encodePem, encodePemBlocks } from '../../src/pem/encode.js';
import { toCertificateFile } from '../../src/pem/encode-certificates.js';
import { readCertificateFile } from '../../src/pem/read-certificates.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { positions } from '../effort.js';
import { fixture, sha256 } from '../fixtures.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytes = (value: string) => new Uint8Array(Buffer.from(value, 'latin1'));

describe('encodePem', () => {
  test.each([0, 1, 2, 3, 4, 45, 46, 47, 48, 49, 50, 51, 94, 95, 96, 97, 1000])(
    'writes %i bytes as RFC 7468 says, and OpenSSL reads them',
    (length) => {
      const der = new Uint8Array(length).map((_, i) => (i * 7) & 0xff);
      const lines = text(encodePem('CERTIFICATE', der)).split('\n');
      expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
        '-----BEGIN CERTIFICATE-----',
        '-----END CERTIFICATE-----',
        '',
      ]);
      const content = lines.slice(1, -2);
      expect(content.slice(0, -1).every((line) => line.length === 64)).toBe(true);
      expect(content.at(-1)?.length ?? 0).toBeLessThanOrEqual(64);
      expect(Buffer.from(content.join(''), 'base64')).toEqual(Buffer.from(der));
    },
  );

  test('writes many blocks as it writes each', () => {
    const blocks = Array.from({ length: 700 }, (_, i) => new Uint8Array(i % 150).fill(255 - (i % 256)));
    // One that does not fit in a batch, in the middle.
    blocks.splice(350, 0, new Uint8Array(100_001).fill(0x5a));
    const each = blocks.map((der) => text(encodePem('X509 CRL', der)));
    expect(text(encodePemBlocks('X509 CRL', blocks))).toBe(each.join(''));
    expect(decodePem(encodePemBlocks('X509 CRL', blocks.slice(1))).length).toBe(blocks.length - 1);
  });

  test('is read back by decodePem, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('CERTIFICATE', 'PRIVATE KEY', 'X509 CRL'),
        (der, label) => {
          expect(decodePem(encodePem(label, der)).map((block) => [block.label, [...block.der]])).toEqual([
            [label, [...der]],
          ]);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('decodePem takes', () => {
  const block = '-----BEGIN X-----\nAQID\n-----END X-----\n';
  const one = [{ label: 'X', der: Uint8Array.of(1, 2, 3) }];

  test.each([
    ['plain', block],
    ['CRLF', block.replaceAll('\n', '\r\n')],
    ['CR alone', block.replaceAll('\n', '\r')],
    ['a byte order mark', `\u00ef\u00bb\u00bf${block}`],
    ['blanks around lines', block.replaceAll('\n', '  \n').replace('AQID', '  AQID')],
    ['short lines', block.replace('AQID', 'AQ\nID')],
    ['text around', `subject=CN = a\n\n${block}Bag Attributes\n`],
    ['no line end at the end', block.trimEnd()],
    ['headers', block.replace('AQID', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nAQID')],
  ])('%s', (_, value) => expect(decodePem(bytes(value))).toEqual(one));

  test('several blocks in order', () => {
    expect(decodePem(bytes(`${block}between\n${block.replaceAll('X', 'A-B C')}`)).map(({ label }) => label)).toEqual([
      'X',
      'A-B C',
    ]);
  });

  test('nothing where there is none', () => expect(decodePem(bytes('hello'))).toEqual([]));
});

describe('decodePem refuses', () => {
  test.each([
    ['a block without end', '-----BEGIN X-----\nAQID\n', 'END X missing'],
    ['another end', '-----BEGIN X-----\nAQID\n-----END Y-----\n', 'END X expected'],
    ['a beginning inside', '-----BEGIN X-----\n-----BEGIN Y-----\n', 'BEGIN Y before END X'],
    ['what is not base64', '-----BEGIN X-----\nA*ID\n-----END X-----\n', 'not base64'],
    ['base64 cut off', '-----BEGIN X-----\nAQIDA\n-----END X-----\n', 'not base64'],
  ])('%s', (_, value, problem) => {
    expect(() => decodePem(bytes(value))).toThrow(
      expect.objectContaining({ code: 'ERR_MALFORMED', message: expect.stringContaining(problem) }),
    );
  });
});

describe('readCertificateFile', () => {
  const intermed = fixture('story/intermed.der');
  const cross = decodePem(fixture('story/cross.pem'))[0]?.der ?? new Uint8Array();
  const names = async (file: Uint8Array) =>
    (await readCertificateFile(file, 'file')).map((certificate) => certificate.sha256);
  const both = [sha256(intermed), sha256(cross)];

  test('reads DER', async () => expect(await names(intermed)).toEqual([sha256(intermed)]));
  test('reads a P7B in PEM', async () =>
    expect(new Set(await names(fixture('story/intermed.p7b')))).toEqual(new Set(both)));
  test('reads a P7B in DER', async () => {
    const der = decodePem(fixture('story/intermed.p7b'))[0]?.der ?? new Uint8Array();
    expect(new Set(await names(der))).toEqual(new Set(both));
  });

  test('reads several PEM blocks with text and other blocks between them', async () => {
    const certificates = [intermed, cross].map((der) => parseCertificate(der));
    const file = `issuer=x\n${text(toCertificateFile(certificates))}${text(encodePem('DH PARAMETERS', Uint8Array.of(48, 0)))}`;
    expect(await names(bytes(file))).toEqual(both);
  });

  test('reads a trusted certificate as OpenSSL writes it', async () => {
    const trusted = Buffer.concat([intermed, Buffer.from('300c300a06082b06010505070301', 'hex')]);
    expect(await names(encodePem('TRUSTED CERTIFICATE', trusted))).toEqual([sha256(intermed)]);
  });

  test.each([
    ['an empty file', new Uint8Array(), 'ERR_STORE_UNSUPPORTED'],
    ['text', bytes('hello'), 'ERR_STORE_UNSUPPORTED'],
    ['a key alone', encodePem('PRIVATE KEY', Uint8Array.of(48, 0)), 'ERR_STORE_UNSUPPORTED'],
    ['DER that is no certificate', Uint8Array.of(0x30, 0), 'ERR_MALFORMED'],
    [
      'a P7B cut off',
      (decodePem(fixture('story/intermed.p7b'))[0]?.der ?? new Uint8Array()).slice(0, -9),
      'ERR_MALFORMED',
    ],
    ['a CMS that is nothing', Uint8Array.from(Buffer.from('300b06092a864886f70d010702', 'hex')), 'ERR_MALFORMED'],
  ])('refuses %s', async (_, file, code) => {
    await expect(readCertificateFile(file, 'file')).rejects.toMatchObject({ code });
  });

  test('a P7B changed anywhere gives certificates or our own error', async () => {
    const der = decodePem(fixture('story/intermed.p7b'))[0]?.der ?? new Uint8Array();
    for (const at of positions(der.length, 60)) {
      const changed = der.slice();
      changed[at] = (changed[at] as number) ^ 0x24;
      const outcome = await readCertificateFile(changed, 'file').catch((error: unknown) => error);
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ code: expect.stringMatching(/^ERR_(MALFORMED|STORE_UNSUPPORTED)$/) });
    }
  });
});

test('as many blocks are read as a keystore may have entries, and not one more', () => {
  const block = Buffer.from('-----BEGIN A-----\n-----END A-----\n');
  const most = Buffer.alloc(100_000 * block.length, block);
  expect(decodePem(most)).toHaveLength(100_000);
  expect(() => decodePem(Buffer.concat([most, block]))).toThrow(
    expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', limit: 'entries', found: 100_001, maximum: 100_000 }),
  );
});
