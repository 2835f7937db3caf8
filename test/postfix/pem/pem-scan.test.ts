import { describe, expect, test } from 'vitest';
import { scanPem } from '../../../src/postfix/pem/pem-scan.js';
import { fixture } from '../../fixtures.js';
import { processorTime } from '../../processor-time.js';
import { blocks, bundle } from '../sound-installation.js';

const scan = (text: string) => scanPem(Buffer.from(text, 'latin1'));
const labels = (text: string) => scan(text).blocks.map(({ label }) => label);
const [key = ''] = blocks;
const four = ['PRIVATE KEY', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE'];

describe('what OpenSSL reads', () => {
  test.each([
    ['as we write it', bundle],
    ['with CRLF', bundle.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\xef\xbb\xbf${bundle}`],
    ['with words between', bundle.replaceAll('-----BEGIN', 'Bag Attributes\n  friendlyName: x\n-----BEGIN')],
    ['with blanks behind the boundaries', bundle.replaceAll('-----\n', '-----  \t\n')],
    ['without a last line end', bundle.trimEnd()],
  ])('%s', (_, text) => expect([scan(text).fault, labels(text)]).toEqual([undefined, four]));

  test('headers above a key', () => {
    const headed = key.replace('KEY-----\n', 'KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n');
    expect(scan(headed).blocks).toMatchObject([{ label: 'PRIVATE KEY', isEncrypted: true }]);
  });
});

describe('what it does not', () => {
  test.each([
    ['', 'it is empty'],
    ['hello', 'there is no -----BEGIN in it'],
    [bundle.replaceAll(/^/gm, ' '), 'there are blanks before -----BEGIN'],
    [bundle.replaceAll('\n', '\r'), 'its lines end with CR alone'],
    [Buffer.from(`\ufeff${bundle}`, 'utf16le').toString('latin1'), 'it is text in UTF-16'],
    [Buffer.from(bundle, 'utf16le').toString('latin1'), 'it is text in UTF-16'],
    [Buffer.from(fixture('tomcat.keystore')).toString('latin1'), 'it is a JKS keystore'],
    [
      Buffer.from(fixture('tomcat.p12')).toString('latin1'),
      'it is binary DER (a certificate, a key or a PKCS#12 keystore)',
    ],
    [
      bundle.replaceAll('-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY').replaceAll(/-----BEGIN CERT.*/g, ''),
      'its -----BEGIN lines are damaged',
    ],
    ['\xce\xce\xce\xce\0', 'it is a JCEKS keystore'],
    ['\xfe\xed\xfe\xed\0', 'it is a JKS keystore'],
    ...['\x80', '\x81', '\x82', '\x83', '\x84'].map((length) => [
      `0${length}\x01`,
      'it is binary DER (a certificate, a key or a PKCS#12 keystore)',
    ]),
    ['0\x85\x01', 'there is no -----BEGIN in it'],
    ['00', 'there is no -----BEGIN in it'],
    [' \t\r\n', 'it is empty'],
    [`\t${bundle.replaceAll('\n', '\n\t')}`, 'there are blanks before -----BEGIN'],
    [`${bundle}-----BEGIN X-----\nAAAA\n`, 'block 5 (X) is cut off'],
    [
      bundle.replace('-----END PRIVATE KEY-----', `-----END ${'x'.repeat(70)}-----`),
      `block 1 (PRIVATE KEY) ends in "-----END ${'x'.repeat(51)}"`,
    ],
    [key.slice(0, 200), 'block 1 (PRIVATE KEY) is cut off'],
    [
      bundle.replace('-----\n-----BEGIN', '----------BEGIN'),
      'block 1 (PRIVATE KEY) ends in "-----END PRIVATE KEY----------BEGIN CERTIFICATE-----"',
    ],
    [bundle.replace('-----END PRIVATE KEY-----\n', ''), 'block 1 (PRIVATE KEY) ends in "-----END CERTIFICATE-----"'],
    [key.replace(/\n./, '\n*'), 'block 1 (PRIVATE KEY) is not base64'],
  ])('%#', (text, fault) => expect(scan(text).fault).toBe(fault));
});

test('takes a time that grows with the file only, whatever its blocks and blanks', async () => {
  const block = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const time = await processorTime(() => {
    expect(scan(block.repeat(60_000)).blocks).toHaveLength(60_000);
    expect(scan(`${' '.repeat(500_000)}x\n${block}`).blocks).toHaveLength(1);
  });
  // The square would be minutes.
  expect(time).toBeLessThan(10_000);
});
