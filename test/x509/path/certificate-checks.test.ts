import { describe, expect, it } from 'vitest';
import { encodeElement, encodeOctetString, encodeSequence } from '../../../src/asn1/encode.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import type { CertificationPathOptions } from '../../../src/x509/path/certification-path-types.js';
import {
  caUsage,
  certify,
  clientAuth,
  ecdsaSha1,
  ext,
  extension,
  generalName,
  leafOf,
  name,
  now,
  party,
  type Recipe,
  root,
  serverAuth,
  serverUsage,
} from '../certificate-maker.js';

const top = party('Root');
const ca = party('CA');
const sub = party('Sub CA');
const leaf = leafOf(ca);

function failure(subject: Certificate, options: Partial<CertificationPathOptions>): string | undefined {
  try {
    buildCertificationPath(subject, { now, trustAnchors: [root(top)], preference: 'shortest', ...options });
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PATH_NOT_FOUND' });
    return (error as Error).message;
  }
}
const withCa = (recipe: Recipe) => failure(leaf, { candidates: [certify(ca, top, recipe)] });
const withRoot = (recipe: Recipe) => failure(leafOf(top), { trustAnchors: [root(top, recipe)] });
const withLeaf = (recipe: Recipe, options: Partial<CertificationPathOptions> = {}) =>
  failure(leafOf(top, recipe), options);

const strange = extension('1.3.6.1.4.1.99999.7', new Uint8Array([5, 0]), true);
const harmless = extension('1.3.6.1.4.1.99999.7', new Uint8Array([5, 0]));
const policies = extension('2.5.29.32', new Uint8Array([0x30, 0]), true);

describe('a certificate that certifies', () => {
  const faults: [string, Recipe, RegExp][] = [
    ['expired', { to: '2025-05-31T23:59:59Z' }, /expired on 2025-05-31 23:59:59 UTC/],
    ['not yet valid', { from: '2025-06-01T00:00:01Z' }, /is not valid before 2025-06-01 00:00:01 UTC/],
    ['no basicConstraints', { extensions: [ext.keyUsage(caUsage)] }, /has no basicConstraints/],
    ['no CA', { extensions: [ext.basicConstraints(false)] }, /is not a CA certificate/],
    ['no keyCertSign', { extensions: [ext.basicConstraints(true), ext.keyUsage(0x02)] }, /may not sign certificates/],
    ['another purpose', { more: [ext.extKeyUsage(clientAuth)] }, /is not for serverAuth/],
    [
      'a critical extension that nobody knows',
      { more: [strange] },
      /unknown critical extension 1\.3\.6\.1\.4\.1\.99999\.7/,
    ],
    ['an extension twice', { more: [ext.basicConstraints(true)] }, /cannot be read: .*occurs twice/],
    [
      'an extension that cannot be read',
      { extensions: [extension('2.5.29.19', new Uint8Array([1]))] },
      /cannot be read/,
    ],
    ['two signature algorithms', { outerAlgorithm: ecdsaSha1.algorithm }, /names two different signature algorithms/],
  ];
  for (const [title, recipe, message] of faults) {
    it(`is refused with ${title}`, () => expect(withCa(recipe)).toMatch(message));
    it(`is refused as an anchor with ${title}`, () => expect(withRoot(recipe)).toMatch(message));
  }

  const sound: [string, Recipe][] = [
    ['at its last second', { to: '2025-06-01T00:00:00Z' }],
    ['at its first second', { from: '2025-06-01T00:00:00Z' }],
    ['without keyUsage', { extensions: [ext.basicConstraints(true)] }],
    ['for this purpose among others', { more: [ext.extKeyUsage(clientAuth, serverAuth)] }],
    ['for any purpose', { more: [ext.extKeyUsage('2.5.29.37.0')] }],
    ['with an unknown extension that is not critical', { more: [harmless] }],
    ['with critical policies', { more: [policies] }],
    [
      'with basicConstraints not critical',
      { extensions: [extension('2.5.29.19', encodeSequence(encodeElement(1, Uint8Array.of(0xff))))] },
    ],
  ];
  for (const [title, recipe] of sound) {
    it(`is accepted ${title}`, () => expect(withCa(recipe)).toBeUndefined());
    it(`is accepted as an anchor ${title}`, () => expect(withRoot(recipe)).toBeUndefined());
  }

  it('may be of version 1 only as a root that is trusted', () => {
    expect(withRoot({ version1: true })).toBeUndefined();
    expect(withCa({ version1: true })).toMatch(/has no basicConstraints/);
  });

  it('has a name', () => {
    const nameless = { ...top, name: '' };
    expect(failure(leafOf(nameless), { trustAnchors: [root(nameless)] })).toMatch(/is a CA without a name/);
  });

  it('counts whole seconds, as certificates do', () => {
    const late = new Date('2025-06-01T00:00:00.999Z');
    const early = new Date('2025-05-31T23:59:59.999Z');
    const brief = [certify(ca, top, { from: '2025-06-01T00:00:00Z', to: '2025-06-01T00:00:00Z' })];
    expect(failure(leaf, { now: late, candidates: brief })).toBeUndefined();
    expect(failure(leaf, { now: early, candidates: brief })).toMatch(/not valid before/);
  });
});

describe('path length', () => {
  const below = (pathLength: number, ...between: Certificate[]) =>
    failure(leafOf(sub), {
      trustAnchors: [root(top, { pathLength })],
      candidates: [certify(sub, ca), certify(ca, top), ...between],
    });

  it('counts the CAs below, not the leaf', () => {
    expect(below(2)).toBeUndefined();
    expect(below(1)).toMatch(/allows 1 CAs below it, not 2/);
    expect(failure(leafOf(top), { trustAnchors: [root(top, { pathLength: 0 })] })).toBeUndefined();
  });

  it('does not count self-issued ones', () => {
    const renewed = party('CA');
    const candidates = [certify(sub, renewed), certify(renewed, ca), certify(ca, top)];
    const trustAnchors = [root(top, { pathLength: 2 })];
    expect(failure(leafOf(sub), { trustAnchors, candidates })).toBeUndefined();
    expect(failure(leafOf(sub), { trustAnchors: [root(top, { pathLength: 1 })], candidates })).toMatch(/not 2/);
  });

  it('is looked for elsewhere if one issue of a CA is too narrow', () => {
    const narrow = certify(ca, top, { pathLength: 0, to: '2031-01-01' });
    const wide = certify(ca, top);
    const path = buildCertificationPath(leafOf(sub), {
      now,
      candidates: [certify(sub, ca), narrow, wide],
      trustAnchors: [root(top)],
    });
    expect(path.certificates[2]).toBe(wide);
    expect(path.rejected).toEqual([{ certificate: narrow, reason: 'allows 0 CAs below it, not 1' }]);
  });
});

describe('a leaf', () => {
  it('is refused by the strict function and explained by the other', () => {
    const faults: [Recipe, RegExp, string][] = [
      [{ to: '2025-01-01' }, /expired/, 'WARN_CERTIFICATE_EXPIRED'],
      [{ from: '2026-01-01' }, /not valid before/, 'WARN_CERTIFICATE_NOT_YET_VALID'],
      [{ more: [strange] }, /unknown critical/, 'WARN_CERTIFICATE_UNUSABLE'],
      [{ extensions: [ext.extKeyUsage(clientAuth)] }, /not for serverAuth/, 'WARN_CERTIFICATE_UNUSABLE'],
      [{ extensions: [ext.extKeyUsage()] }, /cannot be read/, 'WARN_CERTIFICATE_UNUSABLE'],
      [
        { more: [ext.nameConstraints([generalName.dns('a')])] },
        /constrains names, although/,
        'WARN_CERTIFICATE_UNUSABLE',
      ],
      [
        { extensions: [ext.nameConstraints([generalName.dns('a')])] },
        /constrains names, although/,
        'WARN_CERTIFICATE_UNUSABLE',
      ],
      [
        { extensions: [extension('2.5.29.17', encodeOctetString(new Uint8Array()))] },
        /cannot be read/,
        'WARN_CERTIFICATE_UNUSABLE',
      ],
    ];
    for (const [recipe, message, code] of faults) {
      expect(withLeaf(recipe)).toMatch(message);
      const examined = examineCertificationPath(leafOf(ca, recipe), {
        now,
        candidates: [certify(ca, top)],
        trustAnchors: [root(top)],
      });
      expect(examined.certificates).toHaveLength(2);
      expect(examined.problems).toEqual([{ code, message: expect.stringMatching(message) }]);
    }
  });

  it('has all its problems listed, the date first', () => {
    const problemsWith = (...extensions: Uint8Array[]) =>
      examineCertificationPath(leafOf(top, { to: '2025-01-01', extensions }), { now, trustAnchors: [root(top)] })
        .problems;
    const expired = {
      code: 'WARN_CERTIFICATE_EXPIRED',
      message: '"CN=mail.example.com" expired on 2025-01-01 00:00:00 UTC',
    };
    const unusable = (why: string) => ({
      code: 'WARN_CERTIFICATE_UNUSABLE',
      message: `"CN=mail.example.com" is not for serverAuth${why}`,
    });
    expect(problemsWith(ext.extKeyUsage(clientAuth))).toEqual([expired, unusable(' (extended key usage)')]);
    expect(problemsWith(ext.keyUsage(caUsage))).toEqual([expired, unusable(': its key usage does not allow it')]);
  });

  it.each([
    ['digitalSignature', 0x80, true, true],
    ['keyEncipherment', 0x20, true, false],
    ['keyAgreement', 0x08, true, true],
    ['nonRepudiation', 0x40, false, false],
    ['dataEncipherment', 0x10, false, false],
    ['keyCertSign', 0x04, false, false],
    ['nothing', 0, false, false],
  ])('whose key is for %s serves servers and clients (RFC 5280 4.2.1.12)', (_, bits, servers, clients) => {
    const certificate = leafOf(top, { extensions: [ext.keyUsage(bits)] });
    const isFit = (purpose: 'serverAuth' | 'clientAuth' | 'any') =>
      examineCertificationPath(certificate, { now, trustAnchors: [root(top)], purpose }).problems.length === 0;
    expect([isFit('serverAuth'), isFit('clientAuth'), isFit('any')]).toEqual([servers, clients, true]);
  });

  it('that is refused is an error that counts the certificates that were tried', () => {
    const options = { now, candidates: [certify(ca, top), leaf], trustAnchors: [root(top)] };
    expect(() => buildCertificationPath(leafOf(ca, { to: '2025-01-01' }), options)).toThrow(
      expect.objectContaining({ code: 'ERR_PATH_NOT_FOUND', candidates: 3 }),
    );
  });

  it('for another purpose keeps issuers of that purpose', () => {
    const client = leafOf(ca, { extensions: [ext.extKeyUsage(clientAuth)] });
    const candidates = [certify(ca, top, { more: [ext.extKeyUsage(clientAuth)] })];
    expect(examineCertificationPath(client, { now, candidates }).certificates).toEqual([client, ...candidates]);
    expect(failure(client, { candidates, purpose: 'clientAuth' })).toBeUndefined();
    expect(failure(client, { candidates, purpose: 'any' })).toBeUndefined();
  });

  it('with a key usage that is of no use to TLS is doubted, not refused', () => {
    const recipe = { extensions: [ext.keyUsage(caUsage)] };
    expect(withLeaf(recipe)).toBeUndefined();
    const examined = examineCertificationPath(leafOf(top, recipe), { now, trustAnchors: [root(top)] });
    expect(examined.problems.map(({ message }) => message)).toEqual([
      '"CN=mail.example.com" is not for serverAuth: its key usage does not allow it',
    ]);
    expect(withLeaf({ extensions: [ext.keyUsage(serverUsage)] })).toBeUndefined();
  });

  it('that is trusted itself needs nobody', () => {
    const own = leafOf(party('mail.example.com'));
    const path = buildCertificationPath(own, { now, trustAnchors: [own], preference: 'shortest' });
    expect(path).toMatchObject({ certificates: [own], anchor: own });
  });

  it('may have name and key of its issuer, if it has other alternative names', () => {
    const twin = leafOf(top, { subject: name('CN=Root'), key: top.key });
    expect(failure(twin, {})).toBeUndefined();
  });
});

describe('arguments', () => {
  it('are checked', () => {
    const options = { now };
    expect(() => buildCertificationPath(leaf, { now: new Date('never') })).toThrow('now must be a valid Date');
    expect(() => buildCertificationPath(leaf, {} as never)).toThrow('now must be a valid Date');
    expect(() => buildCertificationPath(leaf, { ...options, preference: 'best' as never })).toThrow(
      'preference must be compatible, shortest or stored, not best',
    );
    expect(() => buildCertificationPath(leaf, { ...options, purpose: 'mail' as never })).toThrow(
      'purpose must be serverAuth, clientAuth or any, not mail',
    );
    expect(() => buildCertificationPath(leaf, { ...options, limits: { pathNodes: 0 } })).toThrow(
      'limit pathNodes must be a positive integer',
    );
  });

  it('may be certificates that this library did not make', () => {
    const foreign = (certificate: Certificate): Certificate => ({
      der: certificate.der,
      subject: certificate.subject,
      issuer: certificate.issuer,
      serialNumber: certificate.serialNumber,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      sha256: certificate.sha256,
      publicKeyAlgorithm: certificate.publicKeyAlgorithm,
      signatureAlgorithm: certificate.signatureAlgorithm,
      sha1: certificate.sha1,
      subjectAltNames: certificate.subjectAltNames,
      publicKey: certificate.publicKey,
      isSelfIssued: certificate.isSelfIssued,
      isSelfSigned: certificate.isSelfSigned,
    });
    const path = buildCertificationPath(foreign(leaf), { now, candidates: [foreign(certify(ca, top))] });
    expect(path.certificates).toHaveLength(2);
  });
});
