import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeElement } from '../../src/asn1/encode.js';
import { Jks2PemError } from '../../src/errors.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { parseCertificate } from '../../src/x509/parse-certificate.js';
import { examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { certificateGraph } from '../../src/x509/path/certificate-graph.js';
import { effort, positions } from '../effort.js';
import { certify, ext, extension, generalName, leafOf, now, party, root } from './certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const leaf = leafOf(ca, { more: [ext.caIssuers('http://ca.example/'), ext.authorityKeyIdentifier('id')] });
const issuing = certify(ca, top, {
  pathLength: 3,
  more: [
    ext.nameConstraints([generalName.dns('example.com'), generalName.ip(10, 0, 0, 0, 255, 0, 0, 0)]),
    ext.subjectKeyIdentifier('id'),
  ],
});
const anchor = root(top);

/** Only errors of this library may come out, whatever goes in. */
function useAll(certificate: Certificate): void {
  const others = [leaf, issuing];
  for (const preference of ['compatible', 'shortest', 'stored'] as const) {
    const options = { now, trustAnchors: [anchor], preference };
    orOwnError(() => examineCertificationPath(certificate, { ...options, candidates: others }).rejected);
    const path = examineCertificationPath(leaf, { ...options, candidates: [certificate, ...others] });
    void path.rejected;
    // One bad certificate in the bag never takes the good line away.
    if (preference !== 'stored') expect(path.certificates.length).toBeGreaterThanOrEqual(2);
    void examineCertificationPath(leaf, { ...options, candidates: others, trustAnchors: [certificate, anchor] });
  }
  certificateGraph([certificate, ...others], [anchor]);
}

function survive(der: Uint8Array): void {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(der);
  } catch (error) {
    expect(error).toBeInstanceOf(Jks2PemError);
    return;
  }
  useAll(certificate);
}

/** Only what is asked about the bad certificate itself may fail. */
function orOwnError(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(Jks2PemError);
  }
}

describe('certificates made to do harm', () => {
  for (const [what, certificate] of [
    ['leaf', leaf],
    ['intermediate', issuing],
  ] as const) {
    it(`a ${what} cut off at every byte`, () => {
      for (const length of positions(certificate.der.length, 150)) survive(certificate.der.slice(0, length));
    });

    it(`a ${what} with every byte set to 0, 128 or 255`, () => {
      for (const at of positions(certificate.der.length, 150))
        survive(certificate.der.with(at, [0, 0x80, 0xff][at % 3] as number));
    });

    it(`a ${what} with several bytes changed`, () => {
      const changes = fc.array(fc.tuple(fc.nat(certificate.der.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 4,
      });
      fc.assert(
        fc.property(changes, (list) =>
          survive(list.reduce((der, [at, value]) => der.with(at, value), certificate.der)),
        ),
        { numRuns: effort(100, 500), seed: 1 },
      );
    });
  }

  it('extensions nested without end', () => {
    let value: Uint8Array = new Uint8Array();
    for (let i = 0; i < 1_000; i++) value = encodeElement(0x30, value);
    for (const oid of ['2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.35', '2.5.29.37', '1.3.6.1.5.5.7.1.1'])
      survive(leafOf(ca, { extensions: [extension(oid, value)] }).der);
  });

  it('keys that are none', () => {
    for (const spki of [
      encodeElement(0x30),
      encodeElement(0x30, encodeElement(0x30), encodeElement(3)),
      new Uint8Array([0x30, 2, 5, 0]),
    ])
      survive(certify(ca, top, { spki }).der);
  });
});
