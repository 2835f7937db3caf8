import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/x509/certificate.js';
import { parseCertificate } from '../../../src/x509/parse-certificate.js';
import { buildCertificationPath } from '../../../src/x509/path/build-certification-path.js';
import { effort } from '../../effort.js';
import { certify, leafOf, newKey, now, party, root, type Signer, signer } from '../certificate-maker.js';

/** A signature that nobody ever checks takes no time to make. */
const unchecked: Signer = { ...signer('1.2.840.10045.4.3.2', 'sha256'), sign: () => new Uint8Array(70) };

const [old, top, ca] = [party('Old Root'), party('New Root'), party('Intermediate')];
const leaf = leafOf(ca);
const anchor = root(top);
const line = [certify(ca, top), certify(top, old)];
const key = newKey();

function bagOf(size: number): Uint8Array[] {
  const strangers = Array.from({ length: size / 2 }, (_, i) => {
    const above = party(`O=Organisation ${i},CN=Root ${i}`, key);
    const below = party(`O=Organisation ${i},OU=Unit,CN=Intermediate ${i}`, key);
    return [root(above, { signer: unchecked }), certify(below, above, { signer: unchecked })];
  });
  return [...strangers.flat(), ...line].map(({ der }) => der);
}

/** Processor time, in microseconds, for parsing a bag and finding the path in it: the least of some rounds. */
function measure(bag: Uint8Array[]): number {
  const rounds = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    const candidates: Certificate[] = bag.map((der) => parseCertificate(der));
    const path = buildCertificationPath(leaf, { now, candidates, trustAnchors: [anchor] });
    const { user, system } = process.cpuUsage(start);
    expect(path.certificates.map(({ sha256 }) => sha256)).toEqual([leaf, ...line].map(({ sha256 }) => sha256));
    return user + system;
  });
  return Math.min(...rounds);
}

const size = effort(1_000, 5_000);

describe(`a bag of ${size} certificates`, () => {
  it('takes less than 2.5 times as long for twice as many', { retry: 3 }, () => {
    measure(bagOf(500));
    expect(measure(bagOf(2 * size))).toBeLessThan(2.5 * measure(bagOf(size)));
  });

  it('says of every certificate why it is not used', () => {
    const candidates = bagOf(size).map((der) => parseCertificate(der));
    const { rejected } = buildCertificationPath(leaf, { now, candidates, trustAnchors: [anchor] });
    expect(rejected).toHaveLength(size);
    expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
      new Set(['is a root of another chain', 'is not part of this chain']),
    );
  });
});
