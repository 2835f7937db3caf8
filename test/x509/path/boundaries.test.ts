import { describe, expect, test } from 'vitest';
import { encodeElement, encodeSequence } from '../../../src/asn1/encode.js';
import { encodePem } from '../../../src/pem/encode.js';
import { examinePem } from '../../../src/pem/examine-pem.js';
import { buildCertificationPath, examineCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import { certify, ext, extension, generalName, leafOf, newKey, now, party, root } from '../certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];

describe('an anchor of version 1', () => {
  test.each([
    ['self-issued', root(ca, { version1: true }), true],
    ['issued by another CA', certify(ca, top, { version1: true }), false],
  ])('%s', (_, anchor, isAccepted) => {
    const path = examineCertificationPath(leafOf(ca), { now, trustAnchors: [anchor] });
    expect(path.anchor).toBe(isAccepted ? anchor : undefined);
  });
});

test.each([
  ['serverAuth', []],
  ['clientAuth', ['WARN_CERTIFICATE_UNUSABLE']],
] as const)('a leaf whose key may only encipher keys, for %s', (purpose, expected) => {
  const leaf = leafOf(ca, { extensions: [ext.keyUsage(0x20)] });
  const { problems } = examineCertificationPath(leaf, { now, trustAnchors: [root(ca)], purpose });
  expect(problems.map(({ code }) => code)).toEqual(expected);
});

/** A CA below Top with these name constraints, and whether a leaf with this name gets a path. */
function isAllowed(constraints: Uint8Array, name: Uint8Array): boolean {
  const leaf = leafOf(ca, { extensions: [ext.subjectAltName(name)] });
  const issuer = certify(ca, top, { more: [constraints] });
  const options = { now, candidates: [issuer], trustAnchors: [root(top)], preference: 'shortest' } as const;
  try {
    return buildCertificationPath(leaf, options).anchor !== undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PATH_NOT_FOUND' });
    return false;
  }
}

describe('name constraints', () => {
  const subtree = (...distances: Uint8Array[]) =>
    extension(
      '2.5.29.30',
      encodeSequence(encodeElement(0xa0, encodeSequence(generalName.dns('example.com'), ...distances))),
      true,
    );
  const distance = (tag: number, ...octets: number[]) => encodeElement(0x80 + tag, Uint8Array.from(octets));
  test.each([
    ['without distances', subtree(), true],
    ['minimum 0', subtree(distance(0, 0)), true],
    ['minimum 1', subtree(distance(0, 1)), false],
    ['minimum 256', subtree(distance(0, 1, 0)), false],
    ['maximum 0', subtree(distance(1, 0)), false],
  ])('%s', (_, constraints, expected) => {
    expect(isAllowed(constraints, generalName.dns('www.example.com'))).toBe(expected);
  });

  const ipv6Anything = generalName.ip(...new Array(32).fill(0));
  test('an IPv6 base covers no IPv4 address', () => {
    expect(isAllowed(ext.nameConstraints([ipv6Anything]), generalName.ip(192, 0, 2, 1))).toBe(false);
    expect(isAllowed(ext.nameConstraints([ipv6Anything]), generalName.ip(...new Array(16).fill(1)))).toBe(true);
    expect(isAllowed(ext.nameConstraints([], [ipv6Anything]), generalName.ip(192, 0, 2, 1))).toBe(true);
  });

  test.each([
    ['.example.com', '*.example.com', false],
    ['.www.example.com', '*.example.com', true],
    ['.example.com', 'example.com', true],
    ['www.example.com', '*.example.com', false],
  ])('an exclusion of %s against %s', (excluded, name, expected) => {
    expect(isAllowed(ext.nameConstraints([], [generalName.dns(excluded)]), generalName.dns(name))).toBe(expected);
  });
});

test.each([0, 1, 2])('%i certificates that do not belong to the chain', (count) => {
  const key = newKey();
  const strangers = Array.from({ length: count }, (_, i) => root(party(`Stranger ${i}`)));
  const certificates = [leafOf(ca, { key }), certify(ca, top), root(top), ...strangers];
  const pem = [
    encodePem('PRIVATE KEY', new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }))),
    ...certificates.map(({ der }) => encodePem('CERTIFICATE', der)),
  ];
  const { findings } = examinePem(Buffer.concat(pem), { now, trustAnchors: [root(top)], days: 0 });
  const excess = findings.filter(({ code }) => code === 'CHAIN_EXCESS').map(({ message }) => message);
  expect(excess).toEqual(
    count === 0 ? [] : [`not part of the chain: ${strangers.map(({ subject }) => `"${subject}"`).join(', ')}`],
  );
});
