import { describe, expect, test } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import type { CertificationPathOptions } from '../../../src/x509/path/certification-path-types.js';
import {
  certify,
  ecdsaSha1,
  ext,
  extension,
  generalName,
  leafOf,
  newKey,
  now,
  party,
  root,
  signer,
} from '../certificate-maker.js';

const [top, mid, ca] = [party('Top'), party('Mid'), party('CA')];
/** The CA with the key that it had before. */
const oldCa = party('CA');
const leaf = leafOf(ca);
const issuing = certify(ca, mid);
const upper = certify(mid, top);
const unknownAlgorithm = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };

const examine = (subject: Certificate, candidates: Certificate[], more: Partial<CertificationPathOptions> = {}) =>
  examineCertificationPath(subject, { now, candidates, ...more });

describe('problems', () => {
  const list = (...given: Parameters<typeof examine>) =>
    examine(...given).problems.map(({ code, message }) => `${code}: ${message}`);
  const own = party('mail.example.com');
  const url = (value: string) => ({ more: [ext.caIssuers(value)] });

  test.each<[string, Parameters<typeof examine>, string[]]>([
    ['none', [leaf, [issuing, upper], { trustAnchors: [root(top)] }], []],
    [
      'a leaf alone',
      [leaf, []],
      [
        `WARN_CHAIN_INCOMPLETE: the chain is incomplete: "CN=mail.example.com": its issuer's certificate "CN=CA" is missing`,
      ],
    ],
    [
      'a leaf alone that names a URL',
      [leafOf(ca, url('http://ca.example/')), []],
      [
        `WARN_CHAIN_INCOMPLETE: the chain is incomplete: "CN=mail.example.com": its issuer's certificate "CN=CA" is missing; it can be downloaded from http://ca.example/`,
      ],
    ],
    [
      'a chain whose root is unknown',
      [leaf, [issuing]],
      [`WARN_ANCHOR_UNKNOWN: the chain leads to no known root: "CN=CA": its issuer's certificate "CN=Mid" is missing`],
    ],
    [
      'a chain whose root is no anchor',
      [leaf, [issuing, upper, root(top)]],
      [
        'WARN_ANCHOR_UNKNOWN: the chain leads to no known root: "CN=Mid": its issuer "CN=Top" is not a trust anchor, and its own issuer is missing',
      ],
    ],
    [
      'an issuer that has expired',
      [leaf, [certify(ca, mid, { to: '2024-01-01' })]],
      [
        'WARN_CHAIN_INCOMPLETE: the chain is incomplete: "CN=mail.example.com": its issuer "CN=CA" expired on 2024-01-01 00:00:00 UTC',
      ],
    ],
    [
      'a self-signed leaf',
      [leafOf(own, { key: own.key }), []],
      [
        'WARN_LEAF_SELF_SIGNED: "CN=mail.example.com" is self-signed, so clients do not trust it: import the CA\'s reply into the keystore, or add it with --add-cert',
      ],
    ],
    [
      'a weak signature and a weak key, leaf first',
      [leaf, [certify(ca, top, { signer: ecdsaSha1 })], { trustAnchors: [root(top, { signer: ecdsaSha1 })] }],
      ['WARN_SIGNATURE_WEAK: "CN=CA" is signed with SHA-1'],
    ],
    [
      'a weak signature of the old key of a CA on the certificate of its new one',
      [leaf, [certify(ca, oldCa, { signer: ecdsaSha1 })], { trustAnchors: [root(oldCa, { signer: ecdsaSha1 })] }],
      ['WARN_SIGNATURE_WEAK: "CN=CA" is signed with SHA-1'],
    ],
    [
      'a self-signed leaf whose weak signature nobody checks',
      [root(own, { signer: ecdsaSha1 }), [], { purpose: 'any' }],
      [
        'WARN_LEAF_SELF_SIGNED: "CN=mail.example.com" is self-signed, so clients do not trust it: import the CA\'s reply into the keystore, or add it with --add-cert',
      ],
    ],
    [
      'a leaf with the name of its issuer, which another key signed',
      [leafOf(party('mail.example.com')), []],
      [
        'WARN_ANCHOR_UNKNOWN: the chain leads to no known root: "CN=mail.example.com": is self-signed and not a trust anchor',
      ],
    ],
    [
      'a chain that may be complete, although its last certificate names a URL',
      [leaf, [certify(ca, mid, url('http://ca.example/'))]],
      [`WARN_ANCHOR_UNKNOWN: the chain leads to no known root: "CN=CA": its issuer's certificate "CN=Mid" is missing`],
    ],
    [
      'a signature that cannot be checked, which ends the search for an anchor',
      [leafOf(ca, { signer: unknownAlgorithm }), [issuing], { trustAnchors: [root(mid)] }],
      [
        'WARN_ANCHOR_UNKNOWN: the chain leads to no known root: "CN=CA": its issuer "CN=Mid" cannot be used',
        'WARN_SIGNATURE_NOT_CHECKED: the signature of "CN=mail.example.com" cannot be checked by this version of Node; the chain is kept as it is stored',
      ],
    ],
    [
      'a stored chain that does not fit',
      [leaf, [upper], { preference: 'stored' }],
      ['WARN_CHAIN_INCOMPLETE: the stored chain is cut short: "CN=Mid" is not the issuer of "CN=mail.example.com"'],
    ],
    [
      'an expired leaf in a stored chain that is expired too: both are named',
      [
        leafOf(ca, { to: '2024-01-01' }),
        [certify(ca, top, { to: '2025-01-01' })],
        { preference: 'stored', trustAnchors: [root(top)] },
      ],
      [
        'WARN_CERTIFICATE_EXPIRED: "CN=mail.example.com" expired on 2024-01-01 00:00:00 UTC',
        'WARN_CERTIFICATE_EXPIRED: "CN=CA" expired on 2025-01-01 00:00:00 UTC',
      ],
    ],
  ])('%s', (_, given, expected) => expect(list(...given)).toEqual(expected));
});

describe('why a candidate is not used', () => {
  const anchors = [root(top)];
  const reason = (candidate: Certificate, candidates: Certificate[] = [issuing, upper], trustAnchors = anchors) =>
    examine(leaf, [...candidates, candidate], { trustAnchors }).rejected.find(
      ({ certificate }) => certificate === candidate,
    )?.reason;

  test.each<[string, Certificate, string]>([
    ['expired', certify(ca, mid, { to: '2024-01-01' }), 'expired on 2024-01-01 00:00:00 UTC'],
    ['not yet valid', certify(ca, mid, { from: '2026-01-01' }), 'is not valid before 2026-01-01 00:00:00 UTC'],
    ['a stranger', certify(party('X'), party('Y')), 'is not part of this chain'],
    ['a stranger that is no CA', leafOf(party('Y')), 'is not a CA certificate'],
    ['another root', root(party('X')), 'is a root of another chain'],
    [
      'the name of an issuer, but another key',
      certify(party('CA', newKey()), mid),
      'has the name of the issuer of "CN=mail.example.com", but its key did not sign it',
    ],
    [
      'an issuer that is no CA',
      certify(ca, mid, { extensions: [] }),
      'is not a CA certificate: it has no basicConstraints',
    ],
    [
      'an issuer whose constraints forbid the leaf',
      certify(ca, mid, { more: [ext.nameConstraints([generalName.dns('other.test')])] }),
      'constrains names: DNS name "mail.example.com" is not permitted',
    ],
    [
      'another issue of an issuer that ends earlier',
      certify(ca, mid, { to: '2029-01-01' }),
      'another issue of it, valid until 2030-01-01, is preferred',
    ],
    [
      'an issuer that leads elsewhere',
      certify(ca, party('Elsewhere')),
      'the chain continues to "CN=Mid" instead of "CN=Elsewhere"',
    ],
  ])('%s', (_, candidate, expected) => expect(reason(candidate)).toBe(expected));

  test('the chain is complete without it', () => {
    const beyond = certify(top, party('Beyond'), { signer: ecdsaSha1 });
    expect(reason(beyond)).toBe('is signed with SHA-1, and the chain is complete without it');
    const options = { now, candidates: [issuing, upper], trustAnchors: [root(mid)], preference: 'shortest' } as const;
    expect(buildCertificationPath(leaf, options).rejected).toEqual([
      { certificate: upper, reason: 'the chain is complete without it' },
    ]);
  });

  test('its signature cannot be checked', () => {
    const odd = leafOf(ca, { signer: unknownAlgorithm });
    const twin = certify(ca, mid, { to: '2029-01-01' });
    const { rejected } = examine(odd, [issuing, twin]);
    expect(rejected).toEqual([
      { certificate: twin, reason: 'the signature of "CN=mail.example.com" cannot be checked with its key' },
    ]);
  });

  test('they are listed once each, ordered by SHA-256, without what is used', () => {
    const strangers = Array.from({ length: 4 }, (_, i) => certify(party(`X${i}`), party('Y')));
    const candidates = [...strangers, issuing, upper, ...strangers, leaf, ...anchors];
    const { rejected } = examine(leaf, candidates, { trustAnchors: anchors });
    expect(rejected.map(({ certificate }) => certificate.sha256)).toEqual(strangers.map(({ sha256 }) => sha256).sort());
  });
});

test('no path: the reason, and where the issuer is, if a URL is known', () => {
  const message = (subject: Certificate) => {
    const options = { now, trustAnchors: [root(party('X'))], preference: 'shortest' } as const;
    expect(() => buildCertificationPath(subject, options)).toThrow(
      expect.objectContaining({ code: 'ERR_PATH_NOT_FOUND' }),
    );
    try {
      return buildCertificationPath(subject, options);
    } catch (error) {
      return (error as Error).message;
    }
  };
  const text = `no path to a trust anchor: "CN=mail.example.com": its issuer's certificate "CN=CA" is missing`;
  expect(message(leaf)).toBe(text);
  const urls = ['http://a.example/', 'http://b.example/'];
  expect(message(leafOf(ca, { more: [ext.caIssuers(...urls)] }))).toBe(
    `${text}; it can be downloaded from http://a.example/ or http://b.example/`,
  );
});

describe('the reason why an issuer is missing', () => {
  const missing = (subject: Certificate, candidates: Certificate[], more: Partial<CertificationPathOptions> = {}) =>
    examine(subject, candidates, more).missingIssuer?.reason;
  const other = certify(party('CA'), mid);

  test.each<[string, () => string | undefined, string]>([
    ['nothing', () => missing(leaf, []), `"CN=mail.example.com": its issuer's certificate "CN=CA" is missing`],
    ['a self-signed certificate', () => missing(root(top), []), '"CN=Top": is self-signed and not a trust anchor'],
    [
      'another key',
      () => missing(leaf, [other]),
      `"CN=mail.example.com": the certificate "CN=CA" has the issuer's name, but its key does not verify the signature`,
    ],
    [
      'the right key goes before another key',
      () => missing(leaf, [other, certify(ca, mid, { extensions: [] })]),
      '"CN=mail.example.com": its issuer "CN=CA" is not a CA certificate: it has no basicConstraints',
    ],
    [
      'a signature that cannot be checked',
      () =>
        missing(leafOf(ca, { signer: unknownAlgorithm, more: [ext.authorityKeyIdentifier('a')] }), [
          certify(ca, mid, { more: [ext.subjectKeyIdentifier('b')] }),
        ]),
      '"CN=mail.example.com": its signature by "CN=CA" cannot be checked by this version of Node',
    ],
    [
      'of several certificates with another key, the one that would be tried first',
      () => missing(leaf, [other, certify(party('ca'), mid, { to: '2031-01-01' })]),
      `"CN=mail.example.com": the certificate "CN=ca" has the issuer's name, but its key does not verify the signature`,
    ],
    [
      'a loop',
      () => missing(leaf, [certify(ca, mid), certify(mid, ca)]),
      '"CN=Mid": its issuer "CN=CA" is already part of the path',
    ],
    [
      'a path that is too long for the issuer',
      () => missing(leafOf(ca), [certify(ca, mid), certify(mid, top, { pathLength: 0 })]),
      '"CN=CA": its issuer "CN=Mid" allows 0 CAs below it, not 1',
    ],
  ])('%s', (_, reason, expected) => expect(reason()).toBe(expected));

  test('only http and https URLs are offered', () => {
    const urls = ['ldap://a', 'HTTP://b', 'https://c', 'ftp://http://d'];
    const { missingIssuer } = examine(leafOf(ca, { more: [ext.caIssuers(...urls)] }), []);
    expect(missingIssuer?.urls).toEqual(['HTTP://b', 'https://c']);
  });

  test('no URL is offered if the extension with the URLs is malformed', () => {
    const malformed = leafOf(ca, { more: [extension('1.3.6.1.5.5.7.1.1', Uint8Array.of(5, 0))] });
    expect(examine(malformed, []).missingIssuer?.urls).toEqual([]);
  });
});
