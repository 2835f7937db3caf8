import { describe, expect, test } from 'vitest';
import { readCertificate } from '../../../src/x509/parse-certificate.js';
import { CertificatePool } from '../../../src/x509/path/certificate-pool.js';
import { certify, ext, extension, party, root } from '../certificate-maker.js';

const top = party('CN=Root');
const der = root(top).der;
/** The certificate as it stands in a file of its own. */
const inFile = (bytes = der) => readCertificate(Uint8Array.from(bytes), 'entry 1 "mail", certificate 2');

describe('a pool of certificates', () => {
  test('gives the same object from the second store on', () => {
    const pool = new CertificatePool();
    const first = inFile();
    expect(pool.forStore()(first)).toBe(first);
    const known = pool.forStore()(inFile());
    expect(known).not.toBe(first);
    expect(known.der).toEqual(der);
    expect(pool.forStore()(inFile())).toBe(known);
  });

  test('does not count how often one store asks', () => {
    const store = new CertificatePool().forStore();
    const leaf = inFile();
    expect([store(leaf), store(leaf), store(leaf)]).toEqual([leaf, leaf, leaf]);
  });

  test('keeps no file in memory', () => {
    const pool = new CertificatePool();
    const file = new Uint8Array(10_000);
    file.set(der, 100);
    const view = () => readCertificate(file.subarray(100, 100 + der.length));
    pool.forStore()(view());
    expect(pool.forStore()(view()).der.buffer.byteLength).toBe(der.length);
  });

  test('tells certificates apart that end alike', () => {
    const pool = new CertificatePool();
    for (let store = 0; store < 2; store++) pool.forStore()(inFile());
    const other = Uint8Array.from(der);
    // A byte of the signature.
    other.fill((other.at(-10) as number) ^ 1, -10, -9);
    const asked = inFile(other);
    expect(pool.forStore()(asked).der).toEqual(other);
    expect(pool.forStore()(inFile()).der).toEqual(der);
  });

  test.each([
    ['a list of extensions', [extension('2.5.29.14', new Uint8Array()), extension('2.5.29.14', new Uint8Array())]],
    ['an extension', [extension('2.5.29.15', Uint8Array.of(4, 0))]],
    ['an alternative name', [ext.subjectAltName(Uint8Array.of(0xa4, 0))]],
  ])('does not keep what has %s that cannot be read, since messages name its place', (_, extensions) => {
    const broken = certify(party('CN=Broken'), top, { extensions }).der;
    const pool = new CertificatePool();
    for (let store = 0; store < 3; store++) {
      const asked = inFile(broken);
      expect(pool.forStore()(asked)).toBe(asked);
    }
  });
});
