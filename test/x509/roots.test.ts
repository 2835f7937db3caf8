import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../src/asn1/encode.js';
import { Tag } from '../../src/asn1/tag.js';
import { withParts } from '../../src/x509/parse-certificate.js';
import type { ParsedCertificate } from '../../src/x509/parsed-certificate.js';
import { RootIndex } from '../../src/x509/root-index.js';
import { builtInRoots, nodeRoots } from '../../src/x509/roots.js';
import { effort } from '../effort.js';
import { name, party, root } from './certificate-maker.js';

describe.each([
  ['an array', builtInRoots],
  ['an index', nodeRoots],
])('the roots that Node ships, as %s', (_, list) => {
  it('are all there, byte for byte', async () => {
    const der = rootCertificates.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    const roots = [...(await list())];
    expect(roots.map(({ sha256 }) => sha256)).toEqual(
      der.map((bytes) => createHash('sha256').update(bytes).digest('hex')),
    );
    expect(roots.length).toBeGreaterThan(100);
  });
});

it("each of Node's roots is found by its subject, as the same object", async () => {
  const roots = await nodeRoots();
  for (const certificate of roots) {
    expect(roots.named(withParts(certificate).subjectKey), certificate.subject).toContain(certificate);
    expect(certificate.isSelfIssued).toBe(true);
  }
});

it.each([
  ['another string type', name('CN=Example Root', Tag.printableString)],
  ['another case and more white space', name('CN=EXAMPLE   Root ')],
  ['a type that is not ASCII', name('CN=Example Root', Tag.bmpString)],
  ['a type whose octets above 127 mean something else', name('CN=Example Root', Tag.teletexString)],
])('a root is found by an equal name in %s', (_, subject) => {
  const wanted = root(party('CN=Example Root'));
  const index = new RootIndex([root(party('CN=Other')).der, root(party('CN=Example Root'), { subject }).der]);
  expect(index.named(wanted.subjectKey)).toHaveLength(1);
});

it.each(['CN=Ünïcode', 'CN=a+OU=b', '', 'CN=---'])('a root named "%s" is found', (subject) => isFound(name(subject)));

it('a name that only looks similar finds nothing', () => {
  const index = new RootIndex([root(party('CN=Example Root')).der]);
  expect(index.named(root(party('CN=Example-Root')).subjectKey)).toEqual([]);
});

function isFound(subject: Uint8Array): void {
  const certificate = root(party('x'), { subject });
  const index = new RootIndex([certificate.der, root(party('CN=Other')).der]);
  expect(index.named(certificate.subjectKey).map(({ sha256 }) => sha256)).toEqual([certificate.sha256]);
}

it('a root whose name is only partly readable is found', () =>
  isFound(encodeSequence(encodeElement(Tag.set | 0x20, Uint8Array.of(2, 1, 1)), name('CN=last').subarray(2))));

it('all roots of one name are found', () => {
  const same = [root(party('CN=Same')), root(party('CN=Same')), root(party('CN=same'))];
  const index = new RootIndex(same.map(({ der }) => der));
  expect(index.named((same[0] as ParsedCertificate).subjectKey).map(({ sha256 }) => sha256)).toEqual(
    same.map(({ sha256 }) => sha256),
  );
});

describe('a search by name', () => {
  const field = encodeElement(5);
  /** A certificate that ends after its subject, so that parsing it throws. */
  const unreadable = (subject: Uint8Array) => encodeSequence(encodeSequence(field, field, field, field, subject));
  const good = root(party('CN=Good'));
  const search = (subject: Uint8Array) => () => new RootIndex([good.der, unreadable(subject)]).named(good.subjectKey);
  const rdn = (...attributes: Uint8Array[]) => encodeElement(Tag.set | 0x20, ...attributes);
  const attribute = (tag: number, ...octets: number[]) =>
    encodeSequence(encodeObjectIdentifier('2.5.4.3'), encodeElement(tag, Uint8Array.from(octets)));

  it.each([
    ['UTF8String', name('CN=Other')],
    ['PrintableString', name('CN=Other', Tag.printableString)],
    ['IA5String', name('CN=Other', Tag.ia5String)],
    ['several parts', name('C=DE,O=Good,CN=Other')],
    ['a long value', name(`O=${'x'.repeat(300)},CN=${'y'.repeat(200)}`)],
    ['a value of octets up to 127', encodeSequence(rdn(attribute(Tag.utf8String, 0x41, 0x7f)))],
  ])('does not parse a root with another name: %s', (_, subject) => expect(search(subject)()).toHaveLength(1));

  it.each([
    ['a type that is not ASCII', name('CN=Other', Tag.bmpString)],
    ['an octet above 127', encodeSequence(rdn(attribute(Tag.utf8String, 0x41, 0x80)))],
    ['two attributes in the last part', name('C=DE,CN=Other+OU=x')],
    ['no parts', name('')],
    ['a last part that is no SET', encodeSequence(encodeSequence(attribute(Tag.utf8String, 0x41)))],
    ['a part whose length is unusual', encodeSequence(Uint8Array.of(0x31, 0x80, 0, 0))],
    ['an unusual length', Uint8Array.of(0x30, 0x80, 0, 0)],
    ['a value whose length is unusual', encodeSequence(rdn(encodeSequence(Uint8Array.of(6, 1, 5, 12, 0x80, 0, 0))))],
    ['no value', encodeSequence(rdn(encodeSequence(encodeObjectIdentifier('2.5.4.3'))))],
  ])('parses every root whose name is unusual: %s', (_, subject) => expect(search(subject)).toThrow('built-in root: '));
});

it('a root of any name is found', () => {
  const tags = fc.constantFrom(Tag.utf8String, Tag.bmpString, Tag.printableString);
  const values = fc.array(fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replace(/[+,=]/g, '')));
  const isAlwaysFound = fc.property(values, tags, (texts, tag) => {
    isFound(name(texts.map((text) => `CN=${text}`).join(','), tag));
  });
  fc.assert(isAlwaysFound, { numRuns: effort(10, 200), seed: 1 });
});
