import { describe, expect, test } from 'vitest';
import { decodePem } from '../../../src/pem/decode.js';
import { toPemObject } from '../../../src/postfix/pem/pem-object.js';
import { blocks } from '../sound-installation.js';

const [key, site] = blocks.map((block) => decodePem(Buffer.from(block))[0]?.der as Uint8Array) as [
  Uint8Array,
  Uint8Array,
];
const block = (label: string, der: Uint8Array, isEncrypted = false) =>
  toPemObject({ label, der, isEncrypted } as Parameters<typeof toPemObject>[0]);

describe('what Postfix makes of a PEM block', () => {
  test.each(['PRIVATE KEY'])('%s is a key', (label) => {
    expect(block(label, key)).toMatchObject({ kind: 'key', encrypted: false, key: { algorithm: 'RSA' } });
  });

  test.each(['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'DSA PRIVATE KEY'])(
    '%s is a key, also if it is encrypted',
    (label) => {
      expect(block(label, key, true)).toEqual({ kind: 'key', encrypted: true, key: undefined });
    },
  );

  test('ENCRYPTED PRIVATE KEY is an encrypted key', () => {
    expect(block('ENCRYPTED PRIVATE KEY', key)).toEqual({ kind: 'key', encrypted: true, key: undefined });
  });

  test.each(['CERTIFICATE', 'X509 CERTIFICATE'])('%s is a certificate', (label) => {
    expect(block(label, site)).toMatchObject({ kind: 'certificate', certificate: { subject: expect.any(String) } });
  });

  test.each(['CERTIFICATE', 'X509 CERTIFICATE'])('%s without a certificate is unreadable', (label) => {
    expect(block(label, site.subarray(0, 9))).toEqual({ kind: 'unreadable', label, isKey: false });
  });

  test.each(['PRIVATE KEY', 'RSA PRIVATE KEY', 'DSA PRIVATE KEY'])('%s without a key is unreadable', (label) => {
    expect(block(label, key.subarray(0, 9))).toEqual({ kind: 'unreadable', label, isKey: true });
  });

  test('EC PRIVATE KEY may be in a form that only OpenSSL reads', () => {
    expect(block('EC PRIVATE KEY', key)).toEqual({ kind: 'key', encrypted: false, key: undefined });
  });

  test.each([
    ['TRUSTED CERTIFICATE', true],
    ['PKCS7', true],
    ['CMS', true],
    ['PKCS #7 SIGNED DATA', true],
    ['X509 CRL', false],
    ['DH PARAMETERS', false],
    ['PUBLIC KEY', false],
  ])('%s is ignored, with certificates in it: %s', (label, wasCertificate) => {
    expect(block(label, site)).toEqual({ kind: 'ignored', label, wasCertificate });
  });
});
