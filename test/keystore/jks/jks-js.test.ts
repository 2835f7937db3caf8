import jksJs from 'jks-js';
import { describe, expect, test } from 'vitest';
import { loadKeyStore } from '../../../src/keystore/load.js';
import { decodePem } from '../../../src/pem/decode.js';
import { type Expectation, expectation, fixture, fixturesOfType, sha256 } from '../../fixtures.js';

/** jks-js is the other reader of JKS in this language. What it cannot do, and why; everything else it must do as we do. */
const unable: Readonly<Record<string, { readonly problem: 'throws' | 'differs'; readonly reason: string }>> = {
  'jks/ed25519.jks': { problem: 'throws', reason: 'it decodes keys to write them anew, and has no Ed25519' },
  'jks/case-exact.jks': { problem: 'throws', reason: 'its keys are Ed25519' },
  'jks/rsassa-pss.jks': {
    problem: 'differs',
    reason: 'it writes the key anew as plain RSA: the restriction to PSS is lost',
  },
  'jks/non-ascii.jks': {
    problem: 'differs',
    reason: 'it reads aliases as UTF-8, not as modified UTF-8: an emoji is lost',
  },
  'jks/odd.jks': {
    problem: 'differs',
    reason: 'it reads aliases as UTF-8, not as modified UTF-8: NUL and an emoji are lost',
  },
};

const paths = fixturesOfType('JKS', 'CaseExactJKS');

test('every exception is a fixture', () => expect(paths).toEqual(expect.arrayContaining(Object.keys(unable))));

describe.each(paths)('%s', (path) => {
  const expected = expectation(path);
  const exception = unable[path];
  const name = exception ? `is beyond jks-js: ${exception.reason}` : 'holds the same for jks-js';

  test(name, async () => {
    const ours = await summaryOfOurs(path, expected);
    if (exception?.problem === 'throws') expect(() => summaryOfTheirs(path, expected)).toThrow();
    else if (exception?.problem === 'differs') expect(summaryOfTheirs(path, expected)).not.toEqual(ours);
    else expect(summaryOfTheirs(path, expected)).toEqual(ours);
  });
});

type Summary = { alias: string; date: string | undefined; certificates: string[]; key: string | undefined }[];

async function summaryOfOurs(path: string, expected: Expectation): Promise<Summary> {
  const summary: Summary = [];
  for (const entry of await loadKeyStore(fixture(path), { storePass: expected.storePass ?? '' })) {
    const common = { alias: entry.alias, date: entry.creationDate?.toISOString() };
    if (entry.kind === 'trustedCertEntry') {
      summary.push({ ...common, certificates: [entry.certificate.sha256], key: undefined });
    } else if (entry.kind === 'PrivateKeyEntry') {
      const { pkcs8 } = await entry.getPrivateKey(expected.keyPass?.[entry.alias]);
      summary.push({
        ...common,
        certificates: entry.certificateChain.map((certificate) => certificate.sha256),
        key: sha256(pkcs8),
      });
    }
  }
  return summary;
}

function summaryOfTheirs(path: string, expected: Expectation): Summary {
  const storePass = expected.storePass ?? '';
  return jksJs.parseJks(Buffer.from(fixture(path)), storePass).map((entry) => {
    const certificates = 'chain' in entry ? entry.chain : [entry.cert];
    return {
      alias: entry.alias,
      date: entry.date.toISOString(),
      certificates: certificates.map((certificate) => sha256(certificate.value)),
      key:
        'chain' in entry
          ? keyHash(jksJs.decrypt(entry.protectedPrivateKey, expected.keyPass?.[entry.alias] ?? storePass))
          : undefined,
    };
  });
}

function keyHash(pem: string): string {
  return sha256(decodePem(Buffer.from(pem))[0]?.der ?? new Uint8Array());
}
