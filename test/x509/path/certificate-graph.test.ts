import { describe, expect, it } from 'vitest';
import { encodeElement, encodeObjectIdentifier, encodeSequence } from '../../../src/asn1/encode.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { certificateGraph } from '../../../src/x509/path/certificate-graph.js';
import { certify, ext, leafOf, party, root, signer, unsigned } from '../certificate-maker.js';

const [oldRoot, newRoot, ca] = [party('Old Root'), party('New Root'), party('CA')];
const url = 'http://ca.example/old.cer';
const leaf = leafOf(ca);
const issuing = certify(ca, newRoot);
const cross = certify(newRoot, oldRoot, { more: [ext.caIssuers('ldap://ca.example/', url)] });
const top = root(newRoot);
const old = root(oldRoot);
const stranger = certify(party('CA'), newRoot);

describe('who certifies whom', () => {
  it('shows issuers, cross certificates and what is missing', () => {
    const { nodes, complete } = certificateGraph([leaf, issuing, top, cross, leaf, stranger]);
    expect(complete).toBe(true);
    expect(nodes.map(({ certificate, role, stored, anchor }) => [certificate, role, stored, anchor])).toEqual([
      [leaf, 'leaf', true, false],
      [issuing, 'intermediate', true, false],
      [top, 'root', true, false],
      [cross, 'cross', true, false],
      [stranger, 'intermediate', true, false],
    ]);
    const both = [top.sha256, cross.sha256].sort();
    expect(nodes.map(({ issuers }) => [...issuers].sort())).toEqual([[issuing.sha256], both, [], [], both]);
    expect(nodes.map(({ sameKey }) => sameKey)).toEqual([
      [],
      [],
      [top.sha256, cross.sha256],
      [top.sha256, cross.sha256],
      [],
    ]);
    expect(nodes.map(({ missingIssuer }) => missingIssuer?.issuer)).toEqual([
      undefined,
      undefined,
      undefined,
      'CN=Old Root',
      undefined,
    ]);
    expect(nodes[3]?.missingIssuer).toEqual({ issuer: 'CN=Old Root', urls: [url] });
  });

  it('adds the anchors that take part', () => {
    const { nodes } = certificateGraph([leaf, issuing, cross], [root(party('Other')), old]);
    expect(nodes.map(({ certificate, anchor, stored }) => [certificate, anchor, stored])).toEqual([
      [leaf, false, true],
      [issuing, false, true],
      [cross, false, true],
      [old, true, false],
    ]);
    expect(nodes[2]?.issuers).toEqual([old.sha256]);
    expect(nodes.every(({ missingIssuer }) => missingIssuer === undefined)).toBe(true);
  });

  it('lists the anchors that take part by their hashes', () => {
    const others = Array.from({ length: 4 }, (_, i) => party(`Other ${i}`));
    const certificates = others.map((other) => certify(ca, other));
    const roots = others.map((other) => root(other));
    const added = certificateGraph(certificates, roots).nodes.slice(4);
    expect(added.map(({ certificate }) => certificate.sha256)).toEqual(roots.map(({ sha256 }) => sha256).sort());
    expect(added.every(({ stored, anchor, issuers }) => !stored && anchor && issuers.length === 0)).toBe(true);
  });

  it('takes two issues by one CA for an intermediate, and the same key under another name for another family', () => {
    const issues = [certify(ca, newRoot), certify(ca, newRoot, { to: '2031-01-01' })];
    const renamed = certify(party('Renamed', ca.key), newRoot);
    const { nodes } = certificateGraph([...issues, renamed, certify(ca, newRoot, { extensions: [] })]);
    expect(nodes.map(({ role }) => role)).toEqual(['intermediate', 'intermediate', 'intermediate', 'leaf']);
    expect(nodes.map(({ sameKey }) => sameKey.length)).toEqual([3, 3, 0, 3]);
  });

  it('shows no issuer of a signature that cannot be checked', () => {
    const unknown = { ...signer('1.3.6.1.4.1.99999.1', 'sha256'), sign: () => new Uint8Array(64) };
    const [node] = certificateGraph([leafOf(ca, { signer: unknown }), issuing]).nodes;
    expect(node).toMatchObject({ issuers: [], missingIssuer: { issuer: 'CN=CA', urls: [] } });
  });

  it('shows the issuer of a self-issued certificate that another key signed, and none of a self-signed one', () => {
    const [oldKey, newKey] = [party('Rolled'), party('Rolled')];
    const rollover = certify(newKey, oldKey);
    const { nodes } = certificateGraph([rollover, root(oldKey), root(oldKey, { to: '2031-01-01' })]);
    expect(nodes.map(({ issuers }) => issuers.length)).toEqual([2, 0, 0]);
  });

  it('takes a certificate that signed itself for a leaf, if it says that it is no CA', () => {
    const own = party('mail.example.com');
    const { nodes } = certificateGraph([leafOf(own, { key: own.key }), root(own, { version1: true })]);
    expect(nodes.map(({ role }) => role)).toEqual(['leaf', 'root']);
  });

  it('returns the objects that are given, even if an issuer was found among them', () => {
    const foreign = { der: issuing.der, sha256: issuing.sha256 } as Certificate;
    const { nodes } = certificateGraph([leaf, foreign]);
    expect(nodes.map(({ certificate }) => certificate)).toEqual([leaf, foreign]);
    expect(nodes[1]?.certificate).toBe(foreign);
    expect(nodes[0]?.issuers).toEqual([issuing.sha256]);
  });

  it('checks the key with the matching identifier first, whatever the others cost', () => {
    // OpenSSL imports such a key. Its exponent is so long that each check counts as 128.
    const long = (i: number) =>
      encodeElement(
        2,
        Uint8Array.from({ length: 512 }, (_, at) => (at === 511 ? 2 * i + 1 : 0x7f)),
      );
    const rsaKey = (i: number) =>
      encodeSequence(
        encodeSequence(encodeObjectIdentifier('1.2.840.113549.1.1.1'), encodeElement(5)),
        encodeElement(3, Uint8Array.of(0), encodeSequence(long(i), long(i))),
      );
    const to = '2031-01-01';
    const large = Array.from({ length: 8 }, (_, i) => certify(ca, newRoot, { spki: rsaKey(i), to, signer: unsigned }));
    const named = certify(ca, newRoot, { more: [ext.subjectKeyIdentifier('id')] });
    const issuersOf = (certificate: Certificate) =>
      certificateGraph([certificate], [...large, named]).nodes[0]?.issuers;
    expect(issuersOf(leafOf(ca, { more: [ext.authorityKeyIdentifier('id')] }))).toEqual([named.sha256]);
    expect(issuersOf(leafOf(ca))).toEqual([]);
    // An identifier that differs does not exclude the key that signed.
    const [node] = certificateGraph([leafOf(ca, { more: [ext.authorityKeyIdentifier('other')] }), named]).nodes;
    expect(node?.issuers).toEqual([named.sha256]);
  });

  it('lists at most 100,000 pairs of certificate and issuer', () => {
    const issues = Array.from({ length: 400 }, (_, i) => certify(ca, newRoot, { serial: i, signer: unsigned }));
    const leaves = Array.from({ length: 251 }, () => leafOf(ca));
    const { nodes, complete } = certificateGraph(leaves, issues);
    expect(nodes.slice(249, 251).map(({ issuers }) => issuers.length)).toEqual([400, 0]);
    expect(complete).toBe(false);
  });

  it('says so if there is too much to check', () => {
    const crowd = Array.from({ length: 40 }, () => certify(party('Same'), party('Same')));
    expect(certificateGraph(crowd).complete).toBe(false);
  });
});

/** Subjects of the certificates whose issuer is missing. */
const lacking = (...args: Parameters<typeof certificateGraph>) =>
  certificateGraph(...args)
    .nodes.filter(({ missingIssuer }) => missingIssuer !== undefined)
    .map(({ certificate }) => certificate.subject);

describe('an issuer is missing', () => {
  it('if neither the certificates nor the anchors contain it', () => {
    expect(lacking([leaf, issuing, cross])).toEqual([cross.subject]);
    expect(lacking([leaf, cross])).toEqual([leaf.subject, cross.subject]);
    expect(lacking([leaf, issuing, cross], [old])).toEqual([]);
    expect(lacking([leaf, issuing, top])).toEqual([]);
  });

  it('if a certificate has only its name', () => {
    expect(lacking([leaf, stranger, top])).toEqual([leaf.subject]);
  });
});
