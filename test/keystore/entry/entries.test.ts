import { describe, expect, test } from 'vitest';
import { encodeElement } from '../../../src/asn1/encode.js';
import { privateKey } from '../../../src/crypto/key/private-key.js';
import { certificatesOf, chainFromLeaf, ownCertificate } from '../../../src/keystore/entry/certificates-of-entry.js';
import { privateKeyEntry, warnOfPassword } from '../../../src/keystore/entry/private-key-entry.js';
import { readStoredCertificate, warnOfTrailingBytes } from '../../../src/keystore/entry/stored-certificate.js';
import type { Entry, PrivateKeyEntry } from '../../../src/keystore/types.js';
import { withDefaults } from '../../../src/limits.js';
import { encodePem } from '../../../src/pem/encode.js';
import type { Warning } from '../../../src/warnings.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import type { ParsedCertificate } from '../../../src/x509/parsed-certificate.js';
import { certify, extension, leafOf, party, root } from '../../x509/certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const [leaf, issuing, anchor, second] = [leafOf(ca), certify(ca, top), root(top), leafOf(ca)];
const version1 = root(top, { version1: true });
const unreadable = leafOf(ca, { extensions: [extension('2.5.29.19', new Uint8Array([1]))] });

describe('the chain of an entry begins with its leaf', () => {
  const order = (...certificateChain: Certificate[]) =>
    chainFromLeaf({ certificateChain } as unknown as PrivateKeyEntry);
  test.each([
    ['as it is stored', [leaf, issuing, anchor], [leaf, issuing, anchor]],
    ['the other way round', [anchor, issuing, leaf], [leaf, issuing, anchor]],
    ['in any order', [issuing, leaf, anchor], [leaf, issuing, anchor]],
    ['with two leaves, as it is stored', [issuing, leaf, second], [issuing, leaf, second]],
    ['with CAs only, as it is stored', [anchor, issuing], [anchor, issuing]],
    ['with the leaf first, whatever follows', [leaf, anchor, issuing], [leaf, anchor, issuing]],
    ['with a first certificate that does not say that it is a CA', [version1, leaf], [version1, leaf]],
    ['with a leaf that cannot be read', [issuing, unreadable], [unreadable, issuing]],
    ['of one CA', [issuing], [issuing]],
    ['of nothing', [], []],
  ])('%s', (_, stored, expected) => {
    expect(order(...stored)).toEqual(expected);
    expect(ownCertificate({ certificateChain: stored } as unknown as PrivateKeyEntry)).toBe(expected[0]);
  });
});

test('a warning of another code does not hold back a warning about a password', () => {
  const other: Warning = { code: 'WARN_BAG_SKIPPED', message: 'a bag "with the password in form A;"; left out' };
  const warnings = [other];
  warnOfPassword('in form A', warnings);
  expect(warnings).toStrictEqual([
    other,
    {
      code: 'WARN_PASSWORD_ENCODING',
      message: 'the keystore was written with the password in form A; other programs may refuse the password',
    },
  ]);
});

test('a warning about bytes after a certificate names an alias only if there is one', () => {
  const warnings: Warning[] = [];
  warnOfTrailingBytes({ ...leaf, trailingBytes: 2 } as ParsedCertificate, 'bag 1', warnings);
  const message = 'bag 1: 2 bytes after the certificate are ignored';
  expect(warnings).toStrictEqual([{ code: 'WARN_TRAILING_BYTES', message }]);
});

test('a warning about the form of a password is given once for each form', () => {
  const warnings: Warning[] = [];
  warnOfPassword(undefined, warnings);
  warnOfPassword('in form A', warnings);
  warnOfPassword('in form A', warnings, 'mail');
  warnOfPassword('in form B', warnings, 'mail');
  warnOfPassword('in form B', warnings, 'web');
  expect(warnings).toEqual([
    {
      code: 'WARN_PASSWORD_ENCODING',
      message: 'the keystore was written with the password in form A; other programs may refuse the password',
    },
    {
      code: 'WARN_PASSWORD_ENCODING',
      message: 'key "mail" was encrypted with the password in form B; other programs may refuse the password',
      alias: 'mail',
    },
  ]);
});

test('the certificates of an entry are those of its kind', () => {
  const of = (entry: object) => certificatesOf(entry as Entry);
  expect(of({ kind: 'PrivateKeyEntry', certificateChain: [leaf] })).toEqual([leaf]);
  expect(of({ kind: 'PublicKeyEntry', certificateChain: [issuing] })).toEqual([issuing]);
  expect(of({ kind: 'trustedCertEntry', certificate: anchor })).toEqual([anchor]);
  expect(of({ kind: 'SecretKeyEntry' })).toEqual([]);
});

describe('a stored certificate', () => {
  const read = (type: string, blob: Uint8Array) => {
    const warnings: Warning[] = [];
    const certificate = readStoredCertificate(type, blob, { path: 'entry 1', alias: 'mail', warnings });
    return [certificate?.sha256, ...warnings.map(({ code, message, alias }) => `${code} ${alias}: ${message}`)];
  };
  const pem = encodePem('CERTIFICATE', leaf.der);

  test.each([
    ['X.509', 'X.509', leaf.der],
    ['X509', 'X509', leaf.der],
    ['PEM', 'X.509', pem],
  ])('of type %s is read', (_, type, blob) => expect(read(type, blob)).toEqual([leaf.sha256]));

  test.each([
    [
      'another type',
      'PGP',
      leaf.der,
      'WARN_CERTIFICATE_TYPE_UNSUPPORTED mail: entry 1: certificate type "PGP" is not supported; left out',
    ],
    [
      'bytes that are none',
      'X.509',
      encodeElement(0x30),
      'WARN_CERTIFICATE_UNREADABLE mail: entry 1: Certificate: three parts expected (at byte 0); left out',
    ],
    [
      'PEM without a block',
      'X.509',
      new TextEncoder().encode('-----BEGIN '),
      'WARN_CERTIFICATE_UNREADABLE mail: entry 1: PEM without a complete block (at byte 0); left out',
    ],
    [
      'PEM that is cut short',
      'X.509',
      pem.subarray(0, 100),
      'WARN_CERTIFICATE_UNREADABLE mail: PEM block 1: END CERTIFICATE missing (at byte 0); left out',
    ],
  ])('is left out with a warning: %s', (_, type, blob, warning) => {
    expect(read(type, blob)).toEqual([undefined, warning]);
  });

  test('may be followed by bytes, with a warning', () => {
    expect(read('X.509', Uint8Array.of(...leaf.der, 1, 2))).toEqual([
      leaf.sha256,
      'WARN_TRAILING_BYTES mail: entry 1: 2 bytes after the certificate are ignored',
    ]);
  });
});

describe('the key of an entry', () => {
  const key = privateKey('EC', Uint8Array.of(1));
  const entry = (storePass: string | undefined, right: string, variant?: string) => {
    const tried: string[] = [];
    const warnings: Warning[] = [];
    const made = privateKeyEntry({
      alias: 'mail',
      storePass,
      ...(variant !== undefined && { storePassVariant: () => variant }),
      limits: withDefaults(),
      warnings,
      creationDate: new Date(1_000),
      certificateChain: [],
      open: ({ text }) => {
        tried.push(text);
        return text === right ? key : undefined;
      },
    });
    return { get: (keyPass?: string) => made.getPrivateKey(keyPass), tried, made };
  };

  test('opens with its own password, else with that of the store, whose variant is tried first', async () => {
    const { get, tried } = entry('store', 'store', 'variant');
    expect(await get()).toBe(key);
    expect(tried).toEqual(['variant', 'store']);
    const own = entry('store', 'own');
    expect(await own.get('own')).toBe(key);
    expect(own.tried).toEqual(['own']);
    expect(await entry(undefined, 'own').get('own')).toBe(key);
    expect(await entry(undefined, '').get('')).toBe(key);
  });

  test.each<[string, () => Promise<unknown>, string, string]>([
    [
      'no password',
      () => entry(undefined, 'x').get(),
      'ERR_PASSPHRASE_REQUIRED',
      'key "mail": a password is needed to decrypt it',
    ],
    [
      'another password of the key',
      () => entry('x', 'x').get('y'),
      'ERR_KEY_UNRECOVERABLE',
      'key "mail": the key password does not open it',
    ],
    [
      'another password of the store',
      () => entry('y', 'x').get(),
      'ERR_KEY_UNRECOVERABLE',
      'key "mail": the store password does not open it; it has a password of its own, or it is damaged',
    ],
  ])('does not open with %s', async (_, open, code, message) => {
    await expect(open()).rejects.toMatchObject({ code, message });
  });

  test('needs a text as its password', async () => {
    await expect(entry('x', 'x').get(null as never)).rejects.toThrow(
      'getPrivateKey: keyPass must be a string; leave it out, or pass undefined, if there is none; this is null',
    );
  });

  test('has the date that is stored', () => {
    expect(entry('x', 'x').made.creationDate).toEqual(new Date(1_000));
  });
});
