import { describe, expect, it } from 'vitest';
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

const size = effort(1_000, 5_000);

describe(`a bag of ${size} certificates`, () => {
  it('says of every certificate why it is not used', () => {
    const candidates = bagOf(size).map((der) => parseCertificate(der));
    const { rejected } = buildCertificationPath(leaf, { now, candidates, trustAnchors: [anchor] });
    expect(rejected).toHaveLength(size);
    expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
      new Set(['is a root of another chain', 'is not part of this chain']),
    );
  });
});
