import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toCertificateFile } from '../../../src/pem/encode-certificates.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../../keystore/jks/jks-maker.js';
import { certify, leafOf, newKey, party, root } from '../../x509/certificate-maker.js';
import { runCommand } from '../fake-host.js';

/** The cross-signings that everybody met, in keystores, through the command, on the days that mattered. */
interface Story {
  readonly leaf: (key: ReturnType<typeof newKey>) => Certificate;
  readonly bag: Readonly<Record<string, Certificate>>;
  readonly roots: Readonly<Record<string, Certificate>>;
}

const folder = mkdtempSync(join(tmpdir(), 'jks2pem-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of the issuers sent, or the exit code. */
async function send(
  story: Story,
  trusted: readonly string[],
  date: string,
  ...args: string[]
): Promise<string[] | number> {
  const key = newKey();
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  const entries = Object.entries(story.bag).map(([alias, { der }]) => trustedEntry(alias, { der }));
  const [store, trust, out] = ['store.jks', 'trust.pem', 'out.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    store,
    makeJks({ entries: [...entries, keyEntry('mail', protectKey(pkcs8, 'changeit'), [{ der: story.leaf(key).der }])] }),
  );
  writeFileSync(trust, toCertificateFile(trusted.map((name) => story.roots[name] as Certificate)));
  const options = ['--storepass', 'pass:changeit', '--trust', trust, '-o', out, '--json', ...args];
  const { exitCode, output } = await runCommand([store, ...options], { now: new Date(date) });
  if (exitCode !== 0) return exitCode;
  const names = new Map(Object.entries(story.bag).map(([name, { sha256 }]) => [sha256, name]));
  return JSON.parse(output)
    .chain.slice(1)
    .map(({ sha256 }: { sha256: string }) => names.get(sha256) ?? 'a stranger');
}

describe('Go Daddy, whose new root was certified by its old one, and that by ValiCert', () => {
  const [valicert, class2, g2, issuing] = [party('ValiCert'), party('Class 2'), party('G2'), party('Issuing')];
  const years = { from: '2004-01-01', to: '2034-01-01' };
  const story: Story = {
    leaf: (key) => leafOf(issuing, { key, from: '2014-01-01', to: '2016-01-01' }),
    bag: {
      issuing: certify(issuing, g2, years),
      g2ByClass2: certify(g2, class2, years),
      class2ByValicert: certify(class2, valicert, { ...years, to: '2019-06-30' }),
    },
    roots: {
      g2: root(g2, years),
      class2: root(class2, years),
      valicert: root(valicert, { ...years, to: '2019-06-30' }),
    },
  };

  test.each([['g2'], ['class2'], ['valicert']])(
    'a client that knows %s is served, and every other too',
    async (name) => {
      expect(await send(story, [name], '2015-06-01')).toEqual(['issuing', 'g2ByClass2', 'class2ByValicert']);
    },
  );

  test.each([
    ['g2', ['issuing']],
    ['class2', ['issuing', 'g2ByClass2']],
    ['valicert', ['issuing', 'g2ByClass2', 'class2ByValicert']],
  ])('--chain shortest goes just to %s', async (name, line) => {
    expect(await send(story, [name], '2015-06-01', '--chain', 'shortest')).toEqual(line);
  });
});

describe('AddTrust, which expired in May 2020', () => {
  const [addTrust, aaa, comodo, issuing] = [
    party('AddTrust External'),
    party('AAA'),
    party('COMODO'),
    party('Issuing'),
  ];
  const years = { from: '2000-05-30', to: '2028-12-31' };
  const story: Story = {
    leaf: (key) => leafOf(issuing, { key, from: '2019-01-01', to: '2021-01-01' }),
    bag: {
      issuing: certify(issuing, comodo, years),
      byAddTrust: certify(comodo, addTrust, { ...years, to: '2020-05-30' }),
      byAaa: certify(comodo, aaa, years),
    },
    roots: {
      comodo: root(comodo, years),
      addTrust: root(addTrust, { ...years, to: '2020-05-30' }),
      aaa: root(aaa, years),
    },
  };

  test.each([
    ['2020-05-01', ['comodo'], ['issuing', 'byAaa']],
    ['2020-05-01', ['addTrust'], ['issuing', 'byAddTrust']],
    ['2020-05-01', ['aaa'], ['issuing', 'byAaa']],
    ['2020-06-05', ['comodo'], ['issuing', 'byAaa']],
    ['2020-06-05', ['comodo', 'addTrust', 'aaa'], ['issuing', 'byAaa']],
    ['2020-06-05', ['addTrust'], ['issuing', 'byAaa']],
  ])('on %s, for clients that know %j', async (date, trusted, line) => {
    expect(await send(story, trusted, date)).toEqual(line);
  });

  test('with nothing but the expired root known, --strict refuses', async () => {
    expect(await send(story, ['addTrust'], '2020-06-05', '--strict')).toBe(3);
  });
});

describe("Let's Encrypt, whose helper's root expired in September 2021", () => {
  const [dst, x1, r3] = [party('DST X3'), party('X1'), party('R3')];
  const years = { from: '2000-09-30', to: '2035-06-04' };
  const story: Story = {
    leaf: (key) => leafOf(r3, { key, from: '2021-01-01', to: '2023-01-01' }),
    bag: {
      r3ByX1: certify(r3, x1, years),
      r3ByDst: certify(r3, dst, { ...years, to: '2021-09-29' }),
      x1ByDst: certify(x1, dst, { ...years, to: '2024-09-30' }),
    },
    roots: { x1: root(x1, years), dst: root(dst, { ...years, to: '2021-09-30' }) },
  };

  test.each([
    ['2021-06-01', ['x1', 'dst'], ['r3ByX1', 'x1ByDst']],
    ['2022-10-01', ['x1'], ['r3ByX1', 'x1ByDst']],
    ['2022-10-01', ['x1', 'dst'], ['r3ByX1']],
  ])('on %s, for clients that know %j', async (date, trusted, line) => {
    expect(await send(story, trusted, date)).toEqual(line);
  });

  test('a cross certificate to the root that everybody knows to be expired is left out, though no list has that root any more', async () => {
    const past = party('O=Digital Signature Trust Co.,CN=DST Root CA X3');
    const known = { ...story, bag: { r3ByX1: story.bag['r3ByX1'] as Certificate, cross: certify(x1, past, years) } };
    expect(await send(known, ['x1'], '2022-10-01')).toEqual(['r3ByX1']);
    expect(await send(known, ['x1'], '2021-06-01')).toEqual(['r3ByX1', 'cross']);
  });
});

describe('Google, whose root is certified by GlobalSign', () => {
  const [globalSign, r1, wr2] = [party('GlobalSign'), party('R1'), party('WR2')];
  const years = { from: '2016-06-22', to: '2036-06-22' };
  const story: Story = {
    leaf: (key) => leafOf(wr2, { key, from: '2026-01-01', to: '2026-06-01' }),
    bag: { wr2: certify(wr2, r1, years), r1ByGlobalSign: certify(r1, globalSign, { ...years, to: '2028-01-28' }) },
    roots: {
      r1: root(r1, years),
      older: root(r1, { ...years, from: '2016-06-21' }),
      globalSign: root(globalSign, years),
    },
  };

  test.each([['r1'], ['older'], ['globalSign']])(
    'a client that knows %s is served, and every other too',
    async (name) => {
      expect(await send(story, [name], '2026-03-01')).toEqual(['wr2', 'r1ByGlobalSign']);
    },
  );

  test('the cross certificate goes when it has expired', async () => {
    const late = {
      ...story,
      leaf: (key: ReturnType<typeof newKey>) => leafOf(wr2, { key, from: '2028-01-01', to: '2029-01-01' }),
    };
    expect(await send(late, ['r1'], '2028-03-01')).toEqual(['wr2']);
  });
});
