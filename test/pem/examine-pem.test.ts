import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { concat } from '../../src/bytes/concat.js';
import { encodePem } from '../../src/pem/encode.js';
import { examinePem } from '../../src/pem/examine-pem.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { pkcs8With, spkiWith } from '../crypto/key/key-maker.js';
import {
  certify,
  ecdsaSha1,
  type KeyPair,
  leafOf,
  newKey,
  now,
  party,
  root,
  signer,
} from '../x509/certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const key = newKey();
const [leaf, issuing, anchor] = [leafOf(ca, { key }), certify(ca, top), root(top)];
const stranger = certify(party('Stranger'), party('X'));

const pkcs8 = ({ privateKey }: KeyPair) => new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
const keyBlock = (of: KeyPair) => encodePem('PRIVATE KEY', pkcs8(of));
const block = (certificate: Certificate, label = 'CERTIFICATE') => encodePem(label, certificate.der);
const encryption = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
const encrypted = new TextEncoder().encode(key.privateKey.export(encryption) as string);
const oldEncrypted = new TextEncoder().encode(
  '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAA=\n-----END EC PRIVATE KEY-----\n',
);
const unreadable = encodePem('PRIVATE KEY', encodeSequence());
const broken = new TextEncoder().encode('-----BEGIN CERTIFICATE-----\n');
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });

type Options = Partial<Parameters<typeof examinePem>[1]>;
const options = { now, trustAnchors: [anchor], days: 0 };
const examine = (file: readonly Uint8Array[], more: Options = {}) =>
  examinePem(concat(...file), { ...options, ...more });
const findings = (file: readonly Uint8Array[], more?: Options) =>
  examine(file, more).findings.map(({ code, severity, message }) => `${severity} ${code}: ${message}`);

const chain = [block(leaf), block(issuing)];
const incomplete = `the chain is incomplete: "CN=mail.example.com": its issuer's certificate "CN=CA" is missing`;
const keyIsEncrypted = 'the private key is encrypted, and a server cannot ask for its password';

describe('findings', () => {
  test.each<[string, readonly Uint8Array[], Options, readonly string[]]>([
    ['none', [keyBlock(key), ...chain], {}, []],
    ['none with the root at the end', [keyBlock(key), ...chain, block(anchor)], {}, []],
    ['an empty file', [], {}, ['error PEM_EMPTY: no PEM block contains a key or a certificate']],
    [
      'blocks of other kinds only',
      [encodePem('DH PARAMETERS', encodeSequence())],
      {},
      ['error PEM_EMPTY: no PEM block contains a key or a certificate'],
    ],
    ['a malformed file', [broken], {}, ['error PEM_MALFORMED: PEM block 1: END CERTIFICATE missing (at byte 0)']],
    ['no key', chain, {}, ['error KEY_MISSING: there is no private key']],
    ['no certificate', [keyBlock(key)], {}, ['error CERTIFICATE_MISSING: there is no certificate for the private key']],
    [
      'the key at the end',
      [...chain, keyBlock(key)],
      {},
      ['error ORDER: the private key follows its certificate; smtpd_tls_chain_files needs it first'],
    ],
    [
      'the key of another certificate',
      [keyBlock(newKey()), ...chain],
      {},
      ['error KEY_MISMATCH: the private key does not belong to "CN=mail.example.com"'],
    ],
    [
      'the issuer first',
      [keyBlock(key), block(issuing), block(leaf)],
      {},
      [
        'error ORDER: the certificate of the private key is number 2, and must be the first',
        'error CERTIFICATE_UNUSABLE: "CN=CA" is not for serverAuth: its key usage does not allow it',
        'error CHAIN_INCOMPLETE: the chain is cut short: "CN=mail.example.com" is not the issuer of "CN=CA"',
      ],
    ],
    [
      'a key that cannot be read',
      [unreadable, ...chain],
      {},
      ['error KEY_UNREADABLE: block 1: the private key cannot be read'],
    ],
    ['an encrypted key', [encrypted, ...chain], {}, [`error KEY_ENCRYPTED: block 1: ${keyIsEncrypted}`]],
    ['an encrypted key, with its password', [encrypted, ...chain], { keyPass: 'secret' }, []],
    [
      'an encrypted key, with another password',
      [encrypted, ...chain],
      { keyPass: 'other' },
      ['error KEY_UNREADABLE: block 1: the private key does not open with the password given'],
    ],
    [
      'a key encrypted in the traditional format, whatever the password',
      [oldEncrypted, ...chain],
      { keyPass: 'secret' },
      [`error KEY_ENCRYPTED: block 1: ${keyIsEncrypted}`],
    ],
    [
      'an unreadable certificate, counted from the first block',
      [keyBlock(key), ...chain, encodePem('CERTIFICATE', encodeSequence())],
      {},
      ['error CERTIFICATE_UNREADABLE: block 4: Certificate: three parts expected (at byte 0)'],
    ],
    [
      'two keys of one algorithm',
      [keyBlock(key), ...chain, keyBlock(key), ...chain],
      {},
      ['error KEY_REPEATED: there are several EC keys; a server can use only one of them'],
    ],
    [
      'another name than the clients use',
      [keyBlock(key), ...chain],
      { hostNames: ['mail.example.com', 'mx.example.com'] },
      ['error HOST_NAME: "CN=mail.example.com" is not for mx.example.com'],
    ],
    ['a missing issuer', [keyBlock(key), block(leaf)], {}, [`error CHAIN_INCOMPLETE: ${incomplete}`]],
    [
      'a chain in the wrong order, which is not called excess too',
      [keyBlock(key), block(leaf), block(stranger), block(issuing)],
      {},
      ['error CHAIN_INCOMPLETE: the chain is cut short: "CN=Stranger" is not the issuer of "CN=mail.example.com"'],
    ],
    [
      'a certificate twice',
      [keyBlock(key), ...chain, block(anchor), block(issuing)],
      {},
      ['error CHAIN_EXCESS: not part of the chain: "CN=CA"'],
    ],
    [
      'a certificate twice, one after the other',
      [keyBlock(key), ...chain, block(issuing)],
      {},
      ['error CHAIN_EXCESS: not part of the chain: "CN=CA"'],
    ],
    [
      'the leaf twice',
      [keyBlock(key), block(leaf), ...chain],
      {},
      ['error CHAIN_EXCESS: not part of the chain: "CN=mail.example.com"'],
    ],
    [
      'a weak signature, which is mild',
      [keyBlock(key), block(leaf), block(certify(ca, top, { signer: ecdsaSha1 }))],
      {},
      ['warning SIGNATURE_WEAK: "CN=CA" is signed with SHA-1'],
    ],
    [
      'an expired certificate',
      [keyBlock(key), block(leafOf(ca, { key, to: '2025-01-01' })), block(issuing)],
      {},
      ['error CERTIFICATE_EXPIRED: "CN=mail.example.com" expired on 2025-01-01 00:00:00 UTC'],
    ],
    [
      'a certificate that expires soon',
      [keyBlock(key), block(leafOf(ca, { key, to: '2025-06-02' })), block(issuing)],
      { days: 2 },
      ['warning EXPIRES_SOON: "CN=mail.example.com" expires in 1 day, on 2025-06-02'],
    ],
    [
      'a weak key',
      [keyBlock(rsa), block(leafOf(ca, { key: rsa })), block(issuing)],
      {},
      ['warning KEY_WEAK: "CN=mail.example.com" has a weak key: RSA 1024'],
    ],
  ])('%s', (_, file, more, expected) => expect(findings(file, more)).toEqual(expected));

  test.each([
    [false, 'warning'],
    [true, 'error'],
  ])('without an anchor, required: %s', (requireAnchor, severity) => {
    const own = party('mail.example.com', key);
    const severities = (file: readonly Uint8Array[]) =>
      examine(file, { trustAnchors: [], requireAnchor }).findings.map((each) => `${each.severity} ${each.code}`);
    expect(severities([keyBlock(key), ...chain])).toEqual([`${severity} ANCHOR_UNKNOWN`]);
    expect(severities([keyBlock(key), block(leafOf(own, { key }))])).toEqual([`${severity} LEAF_SELF_SIGNED`]);
  });

  test('a key of an algorithm that cannot be compared is a warning', () => {
    const algorithm = encodeSequence(encodeObjectIdentifier('1.2.3'));
    const unknown = encodePem('PRIVATE KEY', pkcs8With(algorithm, Uint8Array.of(1)).pkcs8);
    const certificate = leafOf(ca, { spki: spkiWith(algorithm, Uint8Array.of(1)) });
    expect(findings([unknown, block(certificate), block(issuing)])).toEqual([
      'warning KEY_NOT_COMPARABLE: this Node cannot check whether the 1.2.3 key belongs to its certificate',
    ]);
  });

  test('a signature of an algorithm that cannot be verified is a warning', () => {
    const unknown = leafOf(ca, { key, signer: signer('1.2.3', 'sha256') });
    expect(findings([keyBlock(key), block(unknown), block(issuing)])).toEqual([
      'warning ANCHOR_UNKNOWN: the chain leads to no known root: "CN=CA": its issuer "CN=Top" cannot be used',
      'warning SIGNATURE_NOT_CHECKED: the signature of "CN=mail.example.com" cannot be checked by this version of Node; the chain is kept as it is stored',
    ]);
  });

  test('the limits of the search are those of the caller', () => {
    expect(() => findings([keyBlock(key), ...chain], { limits: { pathSignatures: 1 } })).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT_EXCEEDED', limit: 'pathSignatures' }),
    );
  });
});

describe('groups', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const second = leafOf(ca, { key: other, to: '2025-06-11' });

  test('are a key and what follows it; labels of other programs count too', () => {
    const file = [keyBlock(key), block(leaf, 'X509 CERTIFICATE'), block(issuing, 'TRUSTED CERTIFICATE')];
    const { groups, findings: found } = examine([...file, keyBlock(other), block(second), block(issuing)]);
    expect(found).toEqual([]);
    expect(groups.map(({ key: own, certificates }) => [own?.algorithm, certificates.length])).toEqual([
      ['EC', 2],
      ['RSA', 2],
    ]);
    expect(groups.map(({ daysLeft, anchor: reached }) => [daysLeft, reached])).toEqual([
      [1675, anchor],
      [10, anchor],
    ]);
    expect(groups.map(({ hasKey, keyFirst, encrypted: is }) => [hasKey, keyFirst, is])).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
  });

  test('with certificates before the first key, which belong to it', () => {
    const { groups } = examine([...chain, keyBlock(key)]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ hasKey: true, keyFirst: false });
    expect(groups[0]?.certificates).toHaveLength(2);
  });

  test('with an encrypted key have a key that is not open', () => {
    const [group] = examine([encrypted, ...chain]).groups;
    expect(group).toMatchObject({ hasKey: true, encrypted: true });
    expect(group?.key).toBeUndefined();
  });

  test('know the roots of the keystore as anchors too', () => {
    const { groups, findings: found } = examine([keyBlock(key), ...chain], {
      trustAnchors: [],
      storeAnchors: [anchor],
    });
    expect([groups[0]?.anchor, found]).toEqual([anchor, []]);
  });
});
