import { describe, expect, test, vi } from 'vitest';
import { convert, convertKeys } from '../../src/convert/convert.js';
import { convertChain } from '../../src/convert/convert-chain.js';
import { FetchError } from '../../src/errors.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { makeRsa } from '../crypto/key/key-maker.js';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../keystore/jks/jks-maker.js';
import { watchWiping } from '../wiping.js';
import { certify, ext, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-06-01T00:00:00Z');
const storePass = 'changeit';
const [top, middle] = [party('Top'), party('Middle')];
const issuer = certify(middle, top);
const key = newKey();
const year = { from: '2026-01-01', to: '2027-01-01' };
const leaf = leafOf(middle, { key, ...year });
const selfSigned = root({ ...party('mail'), key }, year);
const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
const entry = (alias: string, chain: readonly Certificate[], password = storePass) =>
  keyEntry(alias, protectKey(pkcs8, password), chain);
const hashes = (certificates: Iterable<Certificate> = []) => [...certificates].map(({ sha256 }) => sha256);

describe('the chain alone', () => {
  test('has the leaf that convert chooses, not always that of the entry', async () => {
    const store = makeJks({ entries: [entry('mail', [selfSigned]), trustedEntry('reply', leaf)] });
    const { chains } = await convertChain(store, { now });
    expect(chains[0]).toMatchObject({ alias: 'mail', leafFrom: 'keystore', leafNote: expect.any(String) });
    expect(hashes(chains[0]?.path.certificates)).toEqual([leaf.sha256]);
  });

  test('of a key without a certificate opens the key with a key password', async () => {
    const store = makeJks({ entries: [entry('mail', [], 'own'), trustedEntry('leaf', leaf)] });
    const { chains } = await convertChain(store, { now, storePass, keyPasses: ['own'] });
    expect(hashes(chains[0]?.path.certificates)).toEqual([leaf.sha256]);
  });

  test('of several keys is one file in the order of the names', async () => {
    const other = leafOf(middle, { host: 'www.example.com', ...year });
    const store = makeJks({ entries: [entry('mail', [leaf]), entry('www', [other])] });
    const { chains, pem } = await convertChain(store, { now, aliases: ['www', 'mail'] });
    expect(chains.map(({ alias }) => alias)).toEqual(['www', 'mail']);
    expect(
      Buffer.from(pem)
        .toString()
        .match(/BEGIN CERTIFICATE/g),
    ).toHaveLength(2);
  });
});

test('warnings are those of the download, of the chain, and of the expiry, each with the alias of its key', async () => {
  const url = 'http://ca.example/';
  const pointing = leafOf(middle, { key, ...year, more: [ext.caIssuers(url)] });
  const issuerSource = () => Promise.reject(new FetchError('refused'));
  const options = { now: new Date('2026-12-30T12:00:00Z'), storePass, issuerSource };
  const { warnings } = await convert(makeJks({ entries: [entry('mail', [pointing])] }), options);
  expect(warnings).toEqual([
    {
      code: 'WARN_ISSUER_NOT_FETCHED',
      message: "an issuer's certificate was not downloaded: refused",
      alias: 'mail',
    },
    {
      code: 'WARN_CHAIN_INCOMPLETE',
      message: `the chain is incomplete: "CN=mail.example.com": its issuer's certificate "CN=Middle" is missing; it can be downloaded from ${url}`,
      alias: 'mail',
    },
    {
      code: 'WARN_CERTIFICATE_EXPIRES_SOON',
      message: '"CN=mail.example.com" expires in 1 day, on 2027-01-01',
      alias: 'mail',
    },
  ]);
});

test('days: 0 never warns of the expiry', async () => {
  const options = { now: new Date('2026-12-31T23:59:59Z'), storePass, days: 0, trustAnchors: [root(middle)] };
  expect((await convert(makeJks({ entries: [entry('mail', [leaf])] }), options)).warnings).toEqual([]);
});

test('a stored chain that begins with its root is served from its leaf', async () => {
  const store = makeJks({ entries: [entry('mail', [root(top), issuer, leaf])] });
  const { groups, warnings } = await convert(store, { now, storePass, preference: 'stored' });
  expect([hashes(groups[0]?.path.certificates), warnings]).toEqual([hashes([leaf, issuer]), []]);
});

test('the limits hold for the certification path, too', async () => {
  const store = makeJks({ entries: [entry('mail', [leaf, issuer]), trustedEntry('top', root(top))] });
  await expect(convert(store, { now, storePass, limits: { pathLength: 2 } })).rejects.toMatchObject({
    code: 'ERR_LIMIT_EXCEEDED',
    limit: 'pathLength',
  });
  expect((await convert(store, { now, storePass, limits: { pathLength: 3 } })).groups).toHaveLength(1);
});

test('roots of the keystore are no anchors if the caller gives anchors', async () => {
  const store = makeJks({ entries: [entry('mail', [leaf, issuer]), trustedEntry('top', root(top))] });
  const { groups, warnings } = await convert(store, { now, storePass, trustAnchors: [] });
  expect(groups[0]?.path.anchor).toBeUndefined();
  expect(warnings.map(({ code }) => code)).toEqual(['WARN_ANCHOR_UNKNOWN']);
});

describe('convertKeys', () => {
  const rsa = makeRsa(1024);
  const rsaEntry = keyEntry('rsa', protectKey(rsa.key().pkcs8, storePass), []);

  test('gives each key as PEM, and a file with copies of them', async () => {
    const store = makeJks({ entries: [entry('ec', []), rsaEntry] });
    const { keys, pem } = await convertKeys(store, { storePass, aliases: ['rsa', 'ec'] });
    expect(keys.map(({ alias }) => alias)).toEqual(['rsa', 'ec']);
    expect(Buffer.concat(keys.map(({ keyPem }) => keyPem)).equals(pem)).toBe(true);
    pem.fill(0);
    for (const { keyPem } of keys) expect(Buffer.from(keyPem).toString()).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  test('refuses two keys of one algorithm, and overwrites them', async () => {
    const store = makeJks({ entries: [entry('a', []), entry('b', [])] });
    const wiped = watchWiping();
    await expect(convertKeys(store, { storePass, aliases: ['a', 'b'] })).rejects.toMatchObject({
      code: 'ERR_ENTRY_AMBIGUOUS',
      available: ['a', 'b'],
    });
    vi.restoreAllMocks();
    expect(wiped.filter((each) => each.startsWith('-----BEGIN PRIVATE KEY-----'))).toHaveLength(2);
    expect(wiped.filter((each) => each === Buffer.from(pkcs8).toString('latin1')).length).toBeGreaterThanOrEqual(2);
  });
});
