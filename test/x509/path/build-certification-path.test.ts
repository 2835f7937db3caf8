import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../../src/limits.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { buildPath, examinePath } from '../../../src/x509/path/build-certification-path.js';
import { CandidateIndex } from '../../../src/x509/path/candidate-index.js';
import type { PathPreference, PathRequest } from '../../../src/x509/path/certification-path-types.js';
import { RootIndex } from '../../../src/x509/root-index.js';
import { effort, isLong } from '../../effort.js';
import {
  certify,
  ecdsaSha1,
  ext,
  generalName,
  leafOf,
  newKey,
  now,
  type Party,
  party,
  root,
  unsigned,
} from '../certificate-maker.js';

const shortest = (leaf: Certificate, candidates: Certificate[], trustAnchors: Certificate[]) =>
  buildPath(leaf, { now, candidates, trustAnchors, preference: 'shortest' });

function failure(leaf: Certificate, options: Partial<PathRequest>): Error & { code?: string } {
  try {
    buildPath(leaf, { now, preference: 'shortest', ...options });
  } catch (error) {
    return error as Error;
  }
  throw new Error('a path was found');
}

describe('a dead end', () => {
  it('is left again, however deep', () => {
    const [top, a, b, c, ca, lost] = ['Top', 'A', 'B', 'C', 'CA', 'Lost'].map((name) => party(name)) as Party[] as [
      Party,
      Party,
      Party,
      Party,
      Party,
      Party,
    ];
    const leaf = leafOf(ca);
    // The tempting way: newer certificates, one of them expired far up, one too narrow, one to nowhere.
    const tempting = [
      certify(ca, a, { to: '2039-01-01' }),
      certify(a, c, { to: '2039-01-01' }),
      certify(a, lost, { to: '2039-01-01' }),
      certify(c, top, { to: '2024-01-01' }),
      certify(c, top, { pathLength: 0, to: '2039-01-01' }),
    ];
    const right = [certify(ca, b), certify(b, c), certify(c, top, { pathLength: 2 })];
    const path = shortest(leaf, [...tempting, ...right], [root(top)]);
    expect(path.certificates.map(({ subject }) => subject)).toEqual(['CN=mail.example.com', 'CN=CA', 'CN=A', 'CN=C']);
    const narrower = right.map((certificate, at) =>
      at === 2 ? certify(c, top, { more: [ext.nameConstraints([], [generalName.directory('CN=A')])] }) : certificate,
    );
    expect(shortest(leaf, [...tempting, ...narrower], [root(top)]).certificates.map(({ subject }) => subject)).toEqual([
      'CN=mail.example.com',
      'CN=CA',
      'CN=B',
      'CN=C',
    ]);
  });
});

describe('loops', () => {
  const [a, b, ca] = [party('A'), party('B'), party('CA')];
  const circle = [certify(ca, a), certify(a, b), certify(b, a)];

  it('end', () => {
    const path = examinePath(leafOf(ca), { now, candidates: circle });
    expect(path.certificates.map(({ subject }) => subject)).toEqual(['CN=mail.example.com', 'CN=CA', 'CN=A', 'CN=B']);
    expect(failure(leafOf(ca), { candidates: circle, trustAnchors: [root(party('Other'))] }).code).toBe(
      'ERR_PATH_NOT_FOUND',
    );
  });

  it('do not hide the way out', () => {
    const top = party('Top');
    const path = shortest(leafOf(ca), [...circle, certify(b, top)], [root(top)]);
    expect(path.certificates).toHaveLength(4);
  });
});

describe('names', () => {
  it('that differ in case, white space and string type link up', () => {
    const key = newKey();
    const [top, written, meant] = [party('Top'), party('CN=Example  ca', key), party('CN=EXAMPLE CA', key)];
    const path = shortest(leafOf(written), [certify(meant, top)], [root(top)]);
    expect(path.certificates).toHaveLength(2);
  });
});

describe('ranking', () => {
  const [top, ca, other] = [party('Top'), party('CA'), party('Other')];
  const leaf = leafOf(ca, { more: [ext.authorityKeyIdentifier('right')] });
  const best = (candidates: Certificate[]) =>
    shortest(leaf, candidates, [root(top, { to: '2045-01-01' })]).certificates.slice(1);

  it('prefers fewer certificates', () => {
    const direct = certify(ca, top);
    expect(best([certify(ca, other, { to: '2040-01-01' }), certify(other, top), direct])).toEqual([direct]);
  });

  it('then the latest of the earliest ends', () => {
    const late = certify(ca, top, { to: '2029-06-01' });
    // The leaf ends first, in 2030, so what is later than that makes no difference.
    const [one, two] = [
      certify(ca, top, { to: '2031-01-01', from: '2021-01-01' }),
      certify(ca, top, { to: '2040-01-01' }),
    ];
    expect(best([late, one])).toEqual([one]);
    expect(best([one, two])).toEqual([one]);
  });

  it('then key identifiers that agree', () => {
    const withId = (id: string) => certify(ca, top, { more: [ext.subjectKeyIdentifier(id)] });
    const [right, wrong] = [withId('right'), withId('wrong')];
    const newer = certify(ca, top, { from: '2022-01-01', more: [ext.subjectKeyIdentifier('wrong')] });
    expect(best([wrong, newer, right])).toEqual([right]);
    // An earlier end weighs more.
    const short = certify(ca, top, { to: '2029-06-01', more: [ext.subjectKeyIdentifier('right')] });
    expect(best([wrong, short])).toEqual([wrong]);
  });

  it('prefers sound signatures to a short way', () => {
    const sha1 = certify(ca, top, { signer: ecdsaSha1 });
    const around = [certify(ca, other), certify(other, top)];
    expect(best([sha1, ...around])).toEqual(around);
    expect(best([sha1])).toEqual([sha1]);
  });

  it('then the newest, then the hash', () => {
    const [old, recent] = [certify(ca, top, { from: '2020-01-01' }), certify(ca, top, { from: '2023-01-01' })];
    expect(best([old, recent])).toEqual([recent]);
    const twins = Array.from({ length: 5 }, () => certify(ca, top));
    const [first] = twins.map(({ sha256 }) => sha256).sort();
    expect(best(twins)[0]?.sha256).toBe(first);
  });
});

describe('the order of the bag', () => {
  const [older, old, mid, ca, sub] = ['Older', 'Old', 'Mid', 'CA', 'Sub'].map((name) => party(name)) as [
    Party,
    Party,
    Party,
    Party,
    Party,
  ];
  const leaf = leafOf(sub);
  const candidates = [
    certify(sub, ca),
    certify(sub, ca, { to: '2031-01-01' }),
    certify(sub, ca, { to: '2031-01-01' }),
    certify(sub, mid),
    certify(ca, mid),
    certify(ca, old, { pathLength: 1 }),
    certify(mid, old),
    certify(mid, older),
    certify(old, mid),
    certify(old, older, { to: '2024-01-01' }),
    certify(party('CA'), older),
    root(old),
    root(mid),
    leafOf(ca),
  ];
  const anchors = [root(older), root(old), root(mid), root(mid, { to: '2031-01-01' })];
  const answer = (
    preference: PathPreference,
    bag: Certificate[],
    trustAnchors: Certificate[],
    storeAnchors: Certificate[],
  ) => {
    const path = examinePath(leaf, { now, candidates: bag, trustAnchors, storeAnchors, preference });
    const short = ({ sha256 }: Certificate) => sha256;
    return JSON.stringify({
      certificates: path.certificates.map(short),
      anchor: path.anchor?.sha256,
      rejected: path.rejected.map(({ certificate, reason }) => [certificate.sha256, reason]),
      problems: path.problems,
    });
  };

  for (const preference of ['compatible', 'shortest'] as const) {
    for (const known of [0, 1, 4]) {
      it(`never changes the answer (${preference}, ${known} anchors)`, () => {
        const trusted = anchors.slice(0, known);
        const expected = answer(preference, candidates, trusted, []);
        const shuffled = <T>(items: T[]) => fc.shuffledSubarray(items, { minLength: items.length });
        fc.assert(
          fc.property(shuffled(candidates), shuffled(trusted), fc.subarray(candidates), (bag, roots, twice) => {
            expect(answer(preference, [...twice, ...bag], roots, [])).toBe(expected);
          }),
          { numRuns: effort(50, 200), seed: 1 },
        );
      });
    }
  }
});

describe('limits', () => {
  const inTime = (work: () => void) => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    // Processor time, because other programs use the machine too; the worst of these takes half a second.
    expect((user + system) / 1e6).toBeLessThan(5);
  };
  /** A fifth of the default, which only the long form exhausts, because each key and each signature has to be made. */
  const limits = isLong ? {} : { pathSignatures: withDefaults().pathSignatures / 5 };
  const limitOf = (leaf: Certificate, options: Partial<PathRequest>) => {
    const error = failure(leaf, options) as Error & { limit?: string };
    expect(error).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' });
    return error.limit;
  };

  it('end a maze of CAs that all certify one another, and lead nowhere', () => {
    const cas = Array.from({ length: 14 }, (_, i) => party(`CA ${i}`));
    const maze = cas.flatMap((a) => cas.filter((b) => b !== a).map((b) => certify(a, b)));
    const top = party('Top');
    const narrow = root(top, { pathLength: 0 });
    const candidates = [...maze, ...cas.map((a) => certify(a, top))];
    const [first] = cas as [Party];
    inTime(() => expect(limitOf(leafOf(first), { candidates, trustAnchors: [narrow] })).toBe('pathNodes'));
    inTime(() => expect(limitOf(leafOf(first), { candidates, preference: 'compatible' })).toBe('pathNodes'));
    // The same maze is no obstacle to a way that exists.
    inTime(() => expect(shortest(leafOf(first), candidates, [root(top)]).certificates).toHaveLength(2));
  });

  it('end a crowd of namesakes without any hint', () => {
    const top = party('Top');
    const crowd = Array.from({ length: effort(220, 1_100) }, () => certify(party('CA'), top));
    const options = { candidates: crowd, trustAnchors: [root(top)], limits };
    inTime(() => expect(limitOf(leafOf(party('CA')), options)).toBe('pathSignatures'));
  });

  it('count a signature by a slow key as several', () => {
    const top = party('Top');
    for (const make of [
      () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
      () => generateKeyPairSync('ec', { namedCurve: 'sect571r1' }),
    ]) {
      const crowd = Array.from({ length: effort(14, 70) }, () => certify(party('CA', make()), top));
      const options = { candidates: crowd, trustAnchors: [root(top)], limits };
      inTime(() => expect(limitOf(leafOf(party('CA')), options)).toBe('pathSignatures'));
    }
  });

  it('are not needed against names made to look alike to the index', () => {
    // Dots and dashes are not in the fingerprint.
    const look = (i: number) => `CN=A${i.toString(2).replace(/0/g, '.').replace(/1/g, '-')}`;
    const key = newKey();
    const crowd = Array.from({ length: 4_000 }, (_, i) =>
      certify(party(look(i), key), party(look(i + 1), key), { signer: unsigned }),
    );
    inTime(() => {
      const index = new CandidateIndex({ candidates: crowd, trustAnchors: [], storeAnchors: [] });
      const found = crowd.map(({ subjectKey }) => index.named(subjectKey)[0]?.certificate);
      expect(found.filter((certificate, i) => certificate !== crowd[i])).toEqual([]);
    });
  });

  it('are not met in a crowd with hints, or that shares one key', () => {
    const [top, ca] = [party('Top'), party('CA')];
    const others = Array.from({ length: 300 }, (_, i) =>
      certify(party('CA'), top, { more: [ext.subjectKeyIdentifier(`${i}`)] }),
    );
    const right = certify(ca, top, { more: [ext.subjectKeyIdentifier('right')] });
    const leaf = leafOf(ca, { more: [ext.authorityKeyIdentifier('right')] });
    const limits = { pathSignatures: 5 };
    const options = { now, trustAnchors: [root(top)], limits, preference: 'shortest' } as const;
    expect(buildPath(leaf, { ...options, candidates: [...others, right] }).certificates[1]).toBe(right);
    const issues = Array.from({ length: 300 }, () => certify(ca, top));
    expect(
      buildPath(leafOf(ca), { ...options, candidates: issues, limits: { pathSignatures: 1_000 } }).certificates,
    ).toHaveLength(2);
  });

  it('bound the length of a path', () => {
    const steps = Array.from({ length: 25 }, (_, i) => party(`CA ${i}`));
    const ladder = steps.slice(1).map((above, i) => certify(steps[i] as Party, above));
    const leaf = leafOf(steps[0] as Party);
    const anchored = (height: number) => ({ candidates: ladder, trustAnchors: [root(steps[height] as Party)] });
    // The leaf, CA 0 to CA 17, and CA 18 as the anchor: twenty.
    expect(buildPath(leaf, { now, preference: 'shortest', ...anchored(18) }).certificates).toHaveLength(19);
    const message = expect.stringMatching(/^certification path: /);
    const tooLong = { limit: 'pathLength', found: 21, maximum: 20, message };
    expect(failure(leaf, anchored(19))).toMatchObject(tooLong);
    expect(failure(leaf, { ...anchored(18), preference: 'compatible' })).toMatchObject(tooLong);
  });

  it('are not spent on explanations: what is found without them is found with them', () => {
    const [top, mid, ca] = [party('Top'), party('Mid'), party('CA')];
    const leaf = leafOf(ca);
    const narrow = ext.nameConstraints([generalName.dns('other.test')]);
    const issuing = [
      certify(ca, mid),
      certify(ca, mid, { to: '2029-01-01' }),
      certify(ca, top),
      certify(party('CA'), mid),
    ];
    const candidates = [
      ...issuing,
      certify(mid, top, { pathLength: 0 }),
      certify(mid, top, { more: [narrow] }),
      root(mid),
    ];
    for (const limit of ['pathNodes', 'pathSignatures', 'nameComparisons'] as const) {
      for (const trustAnchors of [[], [root(party('Elsewhere'))], [root(mid)]]) {
        let found = 0;
        for (let amount = 1; amount <= 40; amount++) {
          const options = { now, candidates, trustAnchors, limits: { [limit]: amount } };
          try {
            buildPath(leaf, options);
          } catch (error) {
            expect(error).toMatchObject({ limit });
            continue;
          }
          found++;
          const { rejected, certificates } = examinePath(leaf, options);
          expect(rejected.length + certificates.length, `${limit} ${amount}`).toBeGreaterThanOrEqual(candidates.length);
        }
        expect(found).toBeGreaterThan(10);
      }
    }
  });

  it('do not stop a ladder whose every step has rivals, to send', () => {
    const steps = Array.from({ length: 16 }, (_, i) => party(`CA ${i}`));
    const ladder = steps.slice(1).flatMap((above, i) => [0, 1, 2].map(() => certify(steps[i] as Party, above)));
    const path = buildPath(leafOf(steps[0] as Party), { now, candidates: ladder });
    expect(path.certificates).toHaveLength(16);
  });

  it('have defaults', () => {
    expect(withDefaults()).toMatchObject({
      pathSignatures: 1_000,
      pathNodes: 10_000,
      pathLength: 20,
      nameComparisons: 250_000,
    });
  });
});

describe('the reason why no anchor is reached', () => {
  const [top, ca] = [party('Top'), party('CA')];
  const leaf = leafOf(ca);
  const url = 'http://ca.example/top.cer';

  it('names the missing issuer, and its URL', () => {
    const issuing = certify(ca, top, { more: [ext.caIssuers('ldap://ca.example/', url)] });
    const trustAnchors = [root(party('Elsewhere'))];
    expect(failure(leaf, { candidates: [issuing], trustAnchors })).toMatchObject({
      code: 'ERR_PATH_NOT_FOUND',
      candidates: 2,
      message: `no path to a trust anchor: "CN=CA": its issuer's certificate "CN=Top" is missing; it can be downloaded from ${url}`,
    });
    expect(examinePath(leaf, { now, candidates: [issuing], trustAnchors }).missingIssuer).toEqual({
      certificate: issuing,
      issuer: 'CN=Top',
      reason: `"CN=CA": its issuer's certificate "CN=Top" is missing`,
      urls: [url],
    });
  });

  it('counts the roots of an index among the candidates', () => {
    const trustAnchors = new RootIndex([root(party('Elsewhere')), root(party('Nowhere'))].map(({ der }) => der));
    expect(failure(leaf, { candidates: [certify(ca, top)], trustAnchors })).toMatchObject({ candidates: 3 });
  });

  it('prefers the certificate with the right key to those that only have the name', () => {
    const candidates = [certify(party('CA'), top), certify(ca, top, { to: '2024-01-01' })];
    expect(failure(leaf, { candidates, trustAnchors: [root(top)] }).message).toMatch(
      /its issuer "CN=CA" expired on 2024-01-01/,
    );
    expect(failure(leaf, { candidates: candidates.slice(0, 1), trustAnchors: [root(top)] }).message).toMatch(
      /the certificate "CN=CA" has the issuer's name, but its key does not verify the signature/,
    );
  });

  it('tells a leaf by itself from a chain that may be complete', () => {
    const codes = (candidates: Certificate[]) =>
      examinePath(leaf, { now, candidates }).problems.map(({ code }) => code);
    expect(codes([])).toEqual(['WARN_CHAIN_INCOMPLETE']);
    expect(codes([certify(ca, top)])).toEqual(['WARN_ANCHOR_UNKNOWN']);
    expect(codes([certify(ca, top), root(top)])).toEqual(['WARN_ANCHOR_UNKNOWN']);
    expect(codes([certify(ca, top), certify(party('Top'), party('X'))])).toEqual(['WARN_CHAIN_INCOMPLETE']);
  });

  it('fails only if the way to an anchor was asked for', () => {
    expect(buildPath(leaf, { now, preference: 'shortest' }).certificates).toEqual([leaf]);
    expect(buildPath(leaf, { now, trustAnchors: [root(top)] }).anchor).toBeUndefined();
  });
});
