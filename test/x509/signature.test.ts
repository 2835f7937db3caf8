import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, getCurves } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Asn1Element } from '../../src/asn1/element.js';
import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
} from '../../src/asn1/encode.js';
import type { PublicKey } from '../../src/crypto/platform.js';
import { readCertificate } from '../../src/x509/parse-certificate.js';
import type { ParsedCertificate } from '../../src/x509/parsed-certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { verifyByKey, verifySignature, weakSignatureHash } from '../../src/x509/signature.js';
import { signatureCost } from '../../src/x509/signature-cost.js';
import {
  certify,
  ecdsaSha1,
  ext,
  type KeyPair,
  leafOf,
  newKey,
  now,
  party,
  root,
  type Signer,
  signer,
} from './certificate-maker.js';

const nothing = encodeElement(5);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dsa = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });

/** RSASSA-PSS-params; `mask` another hash for the mask generation. */
function pss(hash: string, oid: string, saltLength: number, mask = oid): Signer {
  const algorithm = (name: string) => encodeSequence(encodeObjectIdentifier(name), nothing);
  const context = (tag: number, content: Uint8Array) => encodeElement(0xa0 + tag, content);
  const parameters = encodeSequence(
    context(0, algorithm(oid)),
    context(1, encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.8'), algorithm(mask))),
    context(2, encodeInteger(saltLength)),
  );
  return signer('1.2.840.113549.1.1.10', hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, parameters);
}
const sha256 = '2.16.840.1.101.3.4.2.1';

function pair(key: KeyPair, how?: Signer) {
  const ca = party('CA', key);
  const issuer = root(ca, how && { signer: how });
  const other = root(
    party('CA', key.publicKey.asymmetricKeyType === 'ec' ? generateLike(key) : newKey()),
    how && key.privateKey.asymmetricKeyType === 'ec' ? { signer: how } : {},
  );
  return { issuer, other, leaf: leafOf(ca, how && { signer: how }) };
}
const generateLike = (key: KeyPair): KeyPair =>
  generateKeyPairSync('ec', { namedCurve: key.privateKey.asymmetricKeyDetails?.namedCurve ?? 'P-256' });

/** Another DSA key with the same domain parameters. */
function likeDsa(): KeyPair {
  const [version, algorithm] = Asn1Element.only(
    new Uint8Array(dsa.privateKey.export({ format: 'der', type: 'pkcs8' })),
    'key',
  ).children() as [Asn1Element, Asn1Element];
  // A private number of 31 octets is below the order, which has 32.
  const secret = encodeElement(
    2,
    Uint8Array.from({ length: 31 }, (_, i) => i + 1),
  );
  const der = encodeSequence(version.raw, algorithm.raw, encodeOctetString(secret));
  const privateKey = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

describe('signatures', () => {
  const cases: [string, KeyPair, Signer | undefined][] = [
    ...(
      [
        ['md5', '4'],
        ['sha1', '5'],
        ['sha224', '14'],
        ['sha256', '11'],
        ['sha384', '12'],
        ['sha512', '13'],
        ['sha512-256', '16'],
      ] as const
    ).map(([hash, arc]): [string, KeyPair, Signer] => [
      `RSA with ${hash}`,
      rsa,
      signer(`1.2.840.113549.1.1.${arc}`, hash, {}, nothing),
    ]),
    ['RSA with sha3-256', rsa, signer('2.16.840.1.101.3.4.3.14', 'sha3-256', {}, nothing)],
    ['RSASSA-PSS with sha256', rsa, pss('sha256', sha256, 32)],
    ['RSASSA-PSS with sha512 and a short salt', rsa, pss('sha512', '2.16.840.1.101.3.4.2.3', 8)],
    [
      'RSASSA-PSS by a key for that alone',
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      pss('sha256', sha256, 32),
    ],
    [
      'RSASSA-PSS with its parameters left out: SHA-1 and 20 octets',
      rsa,
      signer(
        '1.2.840.113549.1.1.10',
        'sha1',
        { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 20 },
        encodeSequence(),
      ),
    ],
    ['Ed25519', generateKeyPairSync('ed25519'), undefined],
    ['Ed448', generateKeyPairSync('ed448'), undefined],
    ['DSA with sha256', dsa, undefined],
    ['DSA with sha1', dsa, signer('1.2.840.10040.4.3', 'sha1')],
    ...['sha1', 'sha224', 'sha256', 'sha384', 'sha512'].map((hash, i): [string, KeyPair, Signer] => [
      `ECDSA with ${hash}`,
      newKey(),
      signer(i === 0 ? '1.2.840.10045.4.1' : `1.2.840.10045.4.3.${i}`, hash),
    ]),
  ];
  for (const [title, key, how] of cases) {
    it(title, () => {
      const { issuer, other, leaf } = pair(key, how);
      expect(verifySignature(leaf, issuer)).toBe('valid');
      expect(verifySignature(leaf, other)).toBe('invalid');
      // One bit of what was signed, in the host name.
      const changed = leaf.der.slice();
      const at = Buffer.from(changed).lastIndexOf('mail.example');
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(verifySignature(readCertificate(changed), issuer)).toBe('invalid');
    });
  }

  it('on every curve that OpenSSL has', () => {
    const made = getCurves().filter((curve) => {
      // Its signatures are of a scheme of their own.
      if (curve === 'SM2') return false;
      let key: KeyPair;
      try {
        key = generateKeyPairSync('ec', { namedCurve: curve });
        key.publicKey.export({ format: 'der', type: 'spki' });
      } catch {
        // Curves without an OID to stand in a certificate (Oakley groups).
        return false;
      }
      const { issuer, leaf } = pair(key);
      expect(verifySignature(leaf, issuer), curve).toBe('valid');
      expect(signatureCost(issuer), curve).toBeLessThanOrEqual(20);
      return true;
    });
    expect(made.length).toBeGreaterThan(40);
  });

  it('by a DSA key that has its parameters from its issuer', () => {
    const [top, ca] = [party('Top', dsa), party('CA', likeDsa())];
    const whole = Asn1Element.only(new Uint8Array(ca.key.publicKey.export({ format: 'der', type: 'spki' })), 'key');
    const [algorithm, bits] = whole.children() as [Asn1Element, Asn1Element];
    const spki = encodeSequence(encodeSequence((algorithm.children()[0] as Asn1Element).raw), bits.raw);
    const issuing = certify(ca, top, { spki });
    const leaf = leafOf(ca);
    const path = buildCertificationPath(leaf, {
      now,
      candidates: [issuing],
      trustAnchors: [root(top)],
      preference: 'shortest',
    });
    expect(path.certificates).toEqual([leaf, issuing]);
    const other = root(party('Top', generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })));
    expect(verifySignature(leaf, issuing)).toBe('unverifiable');
    // Without its root the signature cannot be checked: the chain is kept, with a warning.
    const unchecked = examineCertificationPath(leaf, { now, candidates: [issuing, other] });
    expect(unchecked.certificates).toEqual([leaf, issuing]);
    expect(unchecked.problems.map(({ code }) => code)).toContain('WARN_SIGNATURE_NOT_CHECKED');
  });

  describe('by a DSA key without parameters', () => {
    const spki = new Uint8Array(dsa.publicKey.export({ format: 'der', type: 'spki' }));
    const [, bits] = Asn1Element.only(spki, 'key').children();
    const without = (publicKey: Uint8Array, ...parameters: Uint8Array[]) =>
      encodeSequence(encodeSequence(encodeObjectIdentifier('1.2.840.10040.4.1'), ...parameters), publicKey);
    const [top, ca] = [party('Top', dsa), party('CA', dsa)];
    const leaf = leafOf(ca);
    const problemsOf = (...candidates: ParsedCertificate[]) =>
      examineCertificationPath(leaf, { now, candidates, trustAnchors: [root(top)] }).problems.map(({ code }) => code);

    it('reads NULL like nothing', () => {
      const issuing = certify(ca, top, { spki: without(bits?.raw ?? nothing, nothing) });
      expect(problemsOf(issuing)).toEqual([]);
      expect(problemsOf(certify(ca, top, { spki: without(bits?.raw ?? nothing) }))).toEqual([]);
    });

    it('cannot be checked if the key is no number', () => {
      const noNumber = encodeElement(3, Uint8Array.of(0, 5, 0));
      expect(problemsOf(certify(ca, top, { spki: without(noNumber) }))).toContain('WARN_SIGNATURE_NOT_CHECKED');
    });

    it('cannot be checked if two such keys certify each other', () => {
      const spkiWithout = without(bits?.raw ?? nothing);
      const [one, two] = [party('CA', dsa), party('Two', dsa)];
      const circle = [certify(one, two, { spki: spkiWithout }), certify(two, one, { spki: spkiWithout })];
      expect(problemsOf(...circle)).toContain('WARN_SIGNATURE_NOT_CHECKED');
    });
  });

  it('cannot be checked by a key on SM2, because Node does not pass the signer’s ID', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const ca = party('CA', key);
    expect(verifySignature(leafOf(ca, { signer: signer('1.2.840.10045.4.3.2', 'sha256') }), root(ca))).toBe(
      'unverifiable',
    );
    // Releases of Node differ in whether an SM2 key that was imported has a type.
    expect(verifyByKey(leafOf(ca, { signer: signer('1.2.840.10045.4.3.2', 'sha256') }), key.publicKey)).toBe(
      'unverifiable',
    );
  });

  it('not by a key for PSS alone, if it is no PSS signature', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const ca = party('CA', { privateKey, publicKey });
    // The same numbers under the OID of a key for everything.
    const plain = signer('1.2.840.113549.1.1.11', 'sha256', {}, nothing);
    const forged = { ...plain, sign: () => new Uint8Array(256) };
    expect(verifySignature(leafOf(ca, { signer: forged }), root(ca, { signer: pss('sha256', sha256, 32) }))).toBe(
      'invalid',
    );
  });

  it('of RSASSA-PSS with another hash in the mask is checked by OpenSSL as a whole', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha1',
    });
    const ca = party('CA', { privateKey, publicKey });
    const how = pss('sha256', sha256, 32, '1.3.14.3.2.26');
    // The same key without restrictions, as nearly all certificates contain it.
    const [, bits] = Asn1Element.only(
      new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
      'key',
    ).children();
    const plain = encodeSequence(
      encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), nothing),
      bits?.raw ?? nothing,
    );
    const issuer = root(ca, { signer: how, spki: plain });
    const leaf = leafOf(ca, { signer: how });
    expect(verifySignature(leaf, issuer)).toBe('valid');
    expect(verifySignature(leaf, root(party('CA', rsa)))).toBe('invalid');
    expect(verifySignature(leafOf(ca, { signer: { ...how, sign: () => new Uint8Array(256) } }), issuer)).toBe(
      'invalid',
    );
  });

  it('names the broken hash', () => {
    expect(weakSignatureHash(pair(newKey(), ecdsaSha1).leaf)).toBe('SHA-1');
    expect(weakSignatureHash(pair(rsa, signer('1.2.840.113549.1.1.4', 'md5', {}, nothing)).leaf)).toBe('MD5');
    expect(weakSignatureHash(pair(rsa).leaf)).toBeUndefined();
  });

  it('accepts SHA-1 with a warning, and weak keys too', () => {
    const ca = party('CA', generateKeyPairSync('rsa', { modulusLength: 1024 }));
    const leaf = leafOf(ca, { signer: signer('1.2.840.113549.1.1.5', 'sha1', {}, nothing) });
    const path = examineCertificationPath(leaf, { now, candidates: [certify(ca, party('Root'))] });
    expect(path.certificates).toHaveLength(2);
    expect(path.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^WARN_ANCHOR_UNKNOWN /),
      'WARN_SIGNATURE_WEAK "CN=mail.example.com" is signed with SHA-1',
      'WARN_KEY_WEAK "CN=CA" has a weak key: RSA 1024',
    ]);
  });

  it('says that it cannot be checked, of an algorithm that is not known', () => {
    const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };
    const ca = party('CA');
    const leaf = leafOf(ca, { signer: unknown });
    expect(verifySignature(leaf, root(ca))).toBe('unverifiable');
    expect(() => buildCertificationPath(leaf, { now, trustAnchors: [root(ca)], preference: 'shortest' })).toThrow(
      /its signature by "CN=CA" cannot be checked by this version of Node/,
    );
  });

  it('cannot be checked with a hash that the platform does not have', () => {
    const ca = party('CA', rsa);
    const md2 = { ...signer('1.2.840.113549.1.1.2', 'md2', {}, nothing), sign: () => new Uint8Array(256) };
    expect(verifySignature(leafOf(ca, { signer: md2 }), root(ca))).toBe('unverifiable');
  });

  it('of a post-quantum scheme is not valid with a key of another type', () => {
    const mlDsa = { ...signer('2.16.840.1.101.3.4.3.17', null), sign: () => new Uint8Array(64) };
    for (const key of [newKey(), rsa])
      expect(verifySignature(leafOf(party('CA', key), { signer: mlDsa }), root(party('CA', key)))).not.toBe('valid');
  });

  it('cannot be checked by a key that the platform imports only in part', () => {
    const leaf = leafOf(party('CA'));
    for (const key of [{ asymmetricKeyType: 'sm2' }, { asymmetricKeyType: undefined }, { asymmetricKeyType: 'ec' }])
      expect(verifyByKey(leaf, key as PublicKey)).toBe('unverifiable');
  });

  it('is checked without reading the details of a DSA key, which can abort the process', () => {
    const key = {
      asymmetricKeyType: 'dsa',
      get asymmetricKeyDetails(): never {
        throw new Error('aborted');
      },
    };
    expect(verifyByKey(leafOf(party('CA', dsa)), key as unknown as PublicKey)).toBe('unverifiable');
  });

  it('cannot be checked if the algorithm is malformed', () => {
    const ca = party('CA');
    const malformed = { algorithm: encodeSequence(nothing), sign: () => new Uint8Array(64) };
    const leaf = leafOf(ca, { signer: malformed });
    expect([verifySignature(leaf, root(ca)), weakSignatureHash(leaf)]).toEqual(['unverifiable', undefined]);
  });

  it('is invalid if the algorithm is named differently outside, even if only in its parameters', () => {
    const ca = party('CA');
    expect(verifySignature(leafOf(ca, { outerAlgorithm: ecdsaSha1.algorithm }), root(ca))).toBe('invalid');
    const outerAlgorithm = encodeSequence(encodeObjectIdentifier('1.2.840.10045.4.3.2'), nothing);
    expect(verifySignature(leafOf(ca, { outerAlgorithm }), root(ca))).toBe('invalid');
  });

  it('is invalid if the key is of another kind than the algorithm', () => {
    const ca = party('CA', rsa);
    const mislabelled = leafOf(ca, { signer: signer('1.2.840.10045.4.3.2', 'sha256') });
    expect(verifySignature(mislabelled, root(ca))).toBe('invalid');
  });

  it('is invalid with bits that do not count', () => {
    const ca = party('CA');
    expect(verifySignature(leafOf(ca, { unusedBits: 0 }), root(ca))).toBe('valid');
    expect(verifySignature(leafOf(ca, { unusedBits: 1 }), root(ca))).toBe('invalid');
  });

  it('refuses curves that are spelt out (RFC 5480 2.1.1)', () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const ca = party('CA', key);
    expect(() => buildCertificationPath(leafOf(ca), { now, trustAnchors: [root(ca)], preference: 'shortest' })).toThrow(
      /explicit parameters of its elliptic curve/,
    );
    expect(() => buildCertificationPath(leafOf(party('Other'), { key, more: [ext.caIssuers()] }), { now })).toThrow(
      /explicit parameters of its elliptic curve/,
    );
  });
});
