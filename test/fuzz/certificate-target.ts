import type { Certificate } from '../../src/x509/certificate.js';
import { readCertificate } from '../../src/x509/parse-certificate.js';
import { buildCertificationPath, examineCertificationPath } from '../../src/x509/path/build-certification-path.js';
import { certificateGraph } from '../../src/x509/path/certificate-graph.js';
import { certify, ext, generalName, leafOf, now, party, root } from '../x509/certificate-maker.js';
import { storedObjects } from './corpus.js';
import { describe, lowLimits } from './keystore-target.js';
import { mutate } from './mutation.js';
import type { Random } from './random.js';
import { type Target, target } from './target.js';

interface Family {
  readonly ders: readonly Uint8Array[];
  readonly sound: readonly Certificate[];
}

/** A family in which everything that a path is checked for occurs, and what the fixtures hold. */
async function family(): Promise<Family> {
  const [top, other] = [party('Top'), party('Other')];
  const [middle, issuing] = [party('Middle'), party('Issuing')];
  const constraints = [generalName.dns('example.com'), generalName.ip(10, 0, 0, 0, 255, 0, 0, 0)];
  const sound = [
    leafOf(issuing, { more: [ext.caIssuers('http://ca.example/'), ext.authorityKeyIdentifier('id')] }),
    certify(issuing, middle, {
      pathLength: 0,
      more: [ext.nameConstraints(constraints), ext.subjectKeyIdentifier('id')],
    }),
    certify(middle, top),
    certify(middle, other),
    certify(top, other),
    certify(other, top),
    root(top),
    root(other),
  ];
  const { certificates } = await storedObjects();
  return { sound, ders: [...sound.map(({ der }) => der), ...certificates] };
}

/** Certificates by themselves, and bags of them for the path builder. */
export function certificateTargets(): Target[] {
  return [
    target('certificate', family, ({ ders }, random) => {
      const certificate = readCertificate(mutate(random.pick(ders), random, ders));
      describe(certificate);
      describe(certificate.extensions);
    }),
    target('certification-path', family, buildPath),
  ];
}

function buildPath({ ders, sound }: Family, random: Random): void {
  const bag: Certificate[] = [...sound];
  for (let i = random.below(6); i >= 0; i--) {
    const parsed = tryParse(mutate(random.pick(random.oneIn(3) ? ders : sound.map(({ der }) => der)), random));
    if (parsed) bag.splice(random.below(bag.length + 1), 0, parsed);
  }
  const options = {
    now,
    candidates: bag,
    trustAnchors: random.oneIn(4) ? [] : [random.pick(bag), random.pick(bag)],
    preference: random.pick(['compatible', 'shortest', 'stored'] as const),
    purpose: random.pick(['serverAuth', 'clientAuth', 'any'] as const),
    limits: random.oneIn(2) ? lowLimits : {},
  };
  const leaf = random.oneIn(2) ? (sound[0] as Certificate) : random.pick(bag);
  certificateGraph(bag, options.trustAnchors);
  void examineCertificationPath(leaf, options).rejected;
  void buildCertificationPath(leaf, options).rejected;
}

function tryParse(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(der);
  } catch {
    // Whether it is refused in the right way is the other target's question.
    return undefined;
  }
}
