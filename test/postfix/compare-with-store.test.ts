import { describe, expect, test, vi } from 'vitest';
import { encodePem } from '../../src/pem/encode.js';
import { compareWithStore } from '../../src/postfix/compare-with-store.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { buildCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { certify, leafOf, newKey, party, root } from '../x509/certificate-maker.js';
import { bundle, bundlePath, type Change, installation, now } from './sound-installation.js';

const key = newKey();
const top = party('Old Root');
const newTop = party('New Root');
const middle = party('Test CA');
const issuer = certify(middle, newTop);
const cross = certify(newTop, top);
const leaf = leafOf(middle, { key });
const renewed = leafOf(middle, { key });
const keyPem = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const fileOf = (...certificates: readonly Certificate[]) =>
  keyPem + certificates.map(({ der }) => Buffer.from(encodePem('CERTIFICATE', der)).toString()).join('');

/** Compares what is served with a keystore that has this certificate for the key, and these issuers. */
function compare(change: Change, own: Certificate | undefined, candidates: readonly Certificate[] = [issuer, cross]) {
  const chainFor = vi.fn((each: Certificate) =>
    buildCertificationPath(each, { now, candidates, trustAnchors: [root(top), root(newTop)] }),
  );
  const keystore = { leafFor: (served: Certificate) => (served.subject === leaf.subject ? own : undefined), chainFor };
  const findings = compareWithStore(installation(change), { now, ...change.options }, keystore);
  return { findings, chains: chainFor.mock.calls.length };
}
const finding = (message: string, more: object = {}) => ({
  rule: 'P09',
  severity: 'warning',
  service: 'smtp/inet, submission/inet',
  parameter: 'smtpd_tls_chain_files',
  message,
  fix: '',
  place: 'shell',
  ...more,
});
const another = `${bundlePath}: the keystore does not contain the certificate that the server sends: the keystore was renewed, or belongs to another server`;
const advice = `. To do: rebuild it from the keystore (jks2pem KEYSTORE -o ${bundlePath}), then run postfix reload`;
const more = `${bundlePath}: the keystore has more of the chain than is served (CN=New Root, certified by CN=Old Root): clients that know only the older root cannot verify the server certificate (OpenSSL: error 20)`;

describe('P09', () => {
  test('nothing, if the whole chain of the keystore is served', () => {
    expect(compare({ bundle: fileOf(leaf, issuer, cross) }, leaf).findings).toEqual([]);
    expect(compare({ bundle: fileOf(leaf, issuer, cross) }, leaf, [issuer]).findings).toEqual([]);
  });

  test('the certificate was renewed, or is not in the keystore', () => {
    expect(compare({ bundle: fileOf(leaf, issuer, cross) }, renewed).findings).toEqual([finding(another + advice)]);
    expect(compare({ bundle: fileOf(leaf, issuer, cross) }, undefined).findings).toEqual([finding(another + advice)]);
  });

  test('the keystore has a cross certificate that is not served', () => {
    expect(compare({ bundle: fileOf(leaf, issuer) }, leaf).findings).toEqual([finding(more + advice)]);
  });

  test('with the path of the keystore there is a command', () => {
    const change = { bundle: fileOf(leaf, issuer), options: { keystore: 'mail.jks' } };
    const fix = `jks2pem mail.jks -o ${bundlePath} && postfix reload`;
    expect(compare(change, leaf).findings).toEqual([finding(more, { fix })]);
  });

  test('two that are missing are named', () => {
    const [found] = compare({ bundle: fileOf(leaf) }, leaf).findings;
    expect(found?.message).toContain('(CN=Test CA, certified by CN=New Root; CN=New Root, certified by CN=Old Root)');
  });

  test('a chain is built once for all services, and for each key', () => {
    expect(compare({ bundle: fileOf(leaf, issuer, cross) }, leaf).chains).toBe(1);
    const both = compare({ bundle: bundle + fileOf(leaf, issuer) }, leaf).findings;
    expect(both.map(({ message }) => message)).toEqual([another + advice, more + advice]);
  });

  test('nothing of a service without TLS', () => {
    const change = {
      bundle: fileOf(leaf),
      main: { smtpd_tls_security_level: 'none' },
      master: 'smtp inet n - n - - smtpd\n',
    };
    expect(compare(change, undefined).findings).toEqual([]);
  });

  test('the older parameters: the file with the certificate is named', () => {
    const change = {
      main: { smtpd_tls_chain_files: undefined, smtpd_tls_cert_file: '/c.pem', smtpd_tls_key_file: '/k.pem' },
      bundle: { '/c.pem': fileOf(leaf, issuer).slice(keyPem.length), '/k.pem': keyPem },
    };
    const [found] = compare(change, leaf).findings;
    expect([found?.parameter, found?.fix]).toEqual(['smtpd_tls_cert_file', '']);
    expect(found?.message).toMatch(/^\/c\.pem: the keystore has more/);
    expect(found?.message).toContain('To do: write the key and the certificates anew, each into its own file');
  });
});
