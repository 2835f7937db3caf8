import { describe, expect, test, vi } from 'vitest';
import { convert, convertKeys, convertStore, requireReadable, wipeResult } from '../../src/convert/convert.js';
import { convertChain } from '../../src/convert/convert-chain.js';
import { convertEntries } from '../../src/convert/convert-entries.js';
import { KeyUnrecoverableError } from '../../src/errors.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { keyEntry, makeJks, protectKey, trustedEntry } from '../keystore/jks/jks-maker.js';
import { watchWiping } from '../wiping.js';
import { certify, clientAuth, ext, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-06-01T00:00:00Z');
const storePass = 'changeit';
const [top, middle] = [party('Top'), party('Middle')];
const topRoot = root(top);
const issuer = certify(middle, top);
const key = newKey();
const leaf = leafOf(middle, { key, from: '2026-01-01', to: '2027-01-01' });
const selfSigned = root({ ...party('mail'), key }, { from: '2026-01-01', to: '2027-01-01' });
const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
const entry = (alias: string, ...chain: Certificate[]) =>
  keyEntry(
    alias,
    protectKey(pkcs8, storePass),
    chain.map(({ der }) => ({ der })),
  );
const trusted = (alias: string, { der }: Certificate) => trustedEntry(alias, { der });
const hashes = (certificates: Iterable<Certificate> = []) => [...certificates].map(({ sha256 }) => sha256);
const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

describe('the chain of a key', () => {
  const store = makeJks({ entries: [entry('mail', leaf), trusted('root', topRoot), trusted('middle', issuer)] });

  test('is built from the whole keystore, and ends below its root', async () => {
    const { groups, warnings } = await convert(store, { now, storePass });
    expect(hashes(groups[0]?.path.certificates)).toEqual(hashes([leaf, issuer]));
    expect([groups[0]?.leafFrom, groups[0]?.leafNote, groups[0]?.fetched, warnings]).toEqual([
      'entry',
      undefined,
      [],
      [],
    ]);
  });

  test('has the root if that is asked for', async () => {
    const { groups } = await convert(store, { now, storePass, includeRoot: true });
    expect(hashes(groups[0]?.path.certificates)).toEqual(hashes([leaf, issuer, topRoot]));
  });

  test('is that of a client, if that is the purpose', async () => {
    const client = leafOf(middle, {
      key,
      from: '2026-01-01',
      to: '2027-01-01',
      extensions: [ext.extKeyUsage(clientAuth)],
    });
    const made = makeJks({ entries: [entry('mail', client, issuer), trusted('root', topRoot)] });
    expect(codes((await convert(made, { now, storePass })).warnings)).toContain('WARN_CERTIFICATE_UNUSABLE');
    const { groups, warnings } = await convert(made, { now, storePass, purpose: 'clientAuth' });
    expect([hashes(groups[0]?.path.certificates), warnings]).toEqual([hashes([client, issuer]), []]);
  });

  test('has the certificate of a client, if that is the purpose', async () => {
    const client = leafOf(middle, {
      key,
      from: '2026-01-01',
      to: '2027-06-01',
      extensions: [ext.extKeyUsage(clientAuth)],
    });
    const made = makeJks({ entries: [entry('mail', leaf), trusted('client', client), trusted('middle', issuer)] });
    const chosen = async (purpose: 'serverAuth' | 'clientAuth' | 'any') =>
      (await convert(made, { now, storePass, purpose })).groups[0]?.path.certificates[0]?.sha256;
    expect([await chosen('serverAuth'), await chosen('clientAuth')]).toEqual([leaf.sha256, client.sha256]);
    expect([leaf.sha256, client.sha256]).toContain(await chosen('any'));
  });

  test('may be the stored one', async () => {
    const made = makeJks({ entries: [entry('mail', leaf, issuer), trusted('root', topRoot)] });
    const { groups } = await convert(made, { now, storePass, preference: 'stored' });
    expect(hashes(groups[0]?.path.certificates)).toEqual(hashes([leaf, issuer]));
  });

  test('has alternatives, and is not changed by them', async () => {
    const { groups } = await convert(store, { now, storePass });
    const [group] = groups;
    expect(hashes(group?.alternative('stored').certificates)).toEqual(hashes([leaf]));
    expect(hashes(group?.alternative('shortest').certificates)).toEqual(hashes([leaf, issuer]));
    expect(hashes(group?.path.certificates)).toEqual(hashes([leaf, issuer]));
    expect(Object.keys(group ?? {})).not.toContain('alternative');
  });

  test.each([
    [{ days: 214 }, []],
    [{ days: 215 }, ['WARN_CERTIFICATE_EXPIRES_SOON']],
    [{ now: new Date('2026-12-11T00:00:00Z') }, []],
    [{ now: new Date('2026-12-11T00:00:01Z') }, ['WARN_CERTIFICATE_EXPIRES_SOON']],
  ])('warns of a certificate that expires soon: %j', async (options, expected) => {
    const { warnings } = await convert(store, { now, storePass, ...options });
    expect(codes(warnings)).toEqual(expected);
    for (const warning of warnings)
      expect(warning).toEqual({
        code: 'WARN_CERTIFICATE_EXPIRES_SOON',
        message: expect.stringMatching(/^"CN=mail.example.com" expires in \d+ days, on 2027-01-01$/),
        alias: 'mail',
      });
  });

  test('warns at present, if no time is given', async () => {
    vi.useFakeTimers({ now: new Date('2026-12-31T00:00:00Z'), toFake: ['Date'] });
    try {
      expect((await convert(store, { storePass })).warnings).toMatchObject([
        { message: '"CN=mail.example.com" expires in 1 day, on 2027-01-01' },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the anchors of a chain', () => {
  test('are the self-issued certificates of the keystore, but not that of the key itself', async () => {
    const own = makeJks({ entries: [entry('mail', selfSigned), trusted('copy', selfSigned)] });
    const { groups, warnings } = await convert(own, { now, storePass });
    expect(groups[0]?.path.anchor).toBeUndefined();
    expect(codes(warnings)).toContain('WARN_CERTIFICATE_UNUSABLE');
  });

  test('are those of the caller alone, if there are any', async () => {
    const store = makeJks({ entries: [entry('mail', leaf, issuer), trusted('root', topRoot)] });
    const other = root(party('Other'));
    const anchorOf = async (trustAnchors: Certificate[]) =>
      (await convert(store, { now, storePass, trustAnchors })).groups[0]?.path.anchor?.sha256;
    expect([await anchorOf([topRoot]), await anchorOf([other])]).toEqual([topRoot.sha256, undefined]);
  });
});

describe('the certificate of a key', () => {
  test.each<[string, Certificate[], Certificate[], object]>([
    ['is its own', [leaf, issuer], [], { leafFrom: 'entry' }],
    ['may be in another entry, if its own is that of an issuer', [issuer], [leaf], { leafFrom: 'keystore' }],
    ['may be in another entry, if it has none', [], [leaf], { leafFrom: 'keystore' }],
    [
      'may be a later one',
      [selfSigned],
      [leaf],
      { leafFrom: 'keystore', leafNote: expect.stringContaining('self-signed') },
    ],
  ])('%s', async (_, chain, others, expected) => {
    const store = makeJks({ entries: [entry('mail', ...chain), ...others.map((each, i) => trusted(`o${i}`, each))] });
    const { groups } = await convert(store, { now, storePass });
    expect(groups[0]).toMatchObject(expected);
    expect(groups[0]?.path.certificates[0]?.sha256).toBe(leaf.sha256);
  });

  test('is its own with the stored chain, also where there is a better one', async () => {
    const store = makeJks({ entries: [entry('mail', selfSigned), trusted('reply', leaf)] });
    const { groups } = await convert(store, { now, storePass, preference: 'stored' });
    expect(groups[0]).toMatchObject({ leafFrom: 'entry', path: { certificates: [{ sha256: selfSigned.sha256 }] } });
  });

  test.each<[string, Certificate[], string, string]>([
    [
      'another key',
      [leafOf(middle, { key: newKey() })],
      'ERR_KEY_MISMATCH',
      'entry "mail": the private key does not belong to "CN=mail.example.com"',
    ],
    [
      'an issuer',
      [issuer],
      'ERR_PATH_NOT_FOUND',
      'entry "mail" has a private key but only the certificate of an issuer, "CN=Middle"; no other certificate belongs to the key',
    ],
    [
      'nothing',
      [],
      'ERR_PATH_NOT_FOUND',
      'entry "mail" has a private key but no certificate; no other certificate belongs to the key',
    ],
  ])('is missing if its own belongs to %s', async (_, chain, code, message) => {
    const store = makeJks({ entries: [entry('mail', ...chain), trusted('root', topRoot)] });
    await expect(convert(store, { now, storePass, addedCertificates: [selfSignedOther] })).rejects.toMatchObject({
      code,
      message,
      ...(code === 'ERR_PATH_NOT_FOUND' && { candidates: chain.length + 2 }),
    });
  });
  const selfSignedOther = root(party('Other'));

  test('may be one that was added', async () => {
    const store = makeJks({ entries: [entry('mail', selfSigned)] });
    const { groups } = await convert(store, { now, storePass, addedCertificates: [issuer, leaf] });
    expect(groups[0]).toMatchObject({
      leafFrom: 'added',
      path: { certificates: [{ sha256: leaf.sha256 }, { sha256: issuer.sha256 }] },
    });
  });
});

describe('convertChain', () => {
  test('needs no password, and decrypts nothing, if the entry has a certificate', async () => {
    const { chains, pem, integrity } = await convertChain(makeJks({ entries: [entry('mail', leaf, issuer)] }), { now });
    expect([hashes(chains[0]?.path.certificates), integrity]).toEqual([hashes([leaf, issuer]), 'not-checked']);
    expect(
      Buffer.from(pem)
        .toString()
        .match(/BEGIN [A-Z ]+/g),
    ).toEqual(Array(2).fill('BEGIN CERTIFICATE'));
  });

  test('decrypts the key of an entry without a certificate, and wipes it', async () => {
    const bare = makeJks({ entries: [entry('mail'), trusted('leaf', leaf)] });
    const wiped = watchWiping();
    const { chains } = await convertChain(bare, { now, storePass });
    vi.restoreAllMocks();
    expect(chains[0]).toMatchObject({ leafFrom: 'keystore', path: { certificates: [{ sha256: leaf.sha256 }] } });
    expect(wiped).toContain(Buffer.from(pkcs8).toString('latin1'));
    await expect(convertChain(bare, { now })).rejects.toMatchObject({ code: 'ERR_PASSPHRASE_REQUIRED' });
  });
});

test('convertKeys gives the keys, and one file of them', async () => {
  const { keys, pem } = await convertKeys(makeJks({ entries: [entry('mail', leaf)] }), { storePass });
  expect(keys.map(({ alias, key: { algorithm } }) => [alias, algorithm])).toEqual([['mail', 'EC']]);
  expect(Buffer.from(pem)).toEqual(Buffer.from(keys[0]?.keyPem ?? []));
  expect(Buffer.from(pem).toString()).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});

test('the type that is given is the one that is read', async () => {
  const store = makeJks({ entries: [entry('mail', leaf)] });
  await expect(convert(store, { now, storePass, type: 'JKS' })).resolves.toBeDefined();
  await expect(convert(store, { now, storePass, type: 'PKCS12' })).rejects.toMatchObject({
    code: expect.stringMatching(/^ERR_STORE_/),
  });
});

test('wipe takes the result of convert, and says so', () => {
  expect(() => wipeResult({} as never)).toThrow(/wipe.*result must be a result of convert\(\)/);
});

describe('convertEntries', () => {
  const groupsOf = async (entries: Uint8Array[], aliases?: string[]) => {
    const { groups, trusted } = await convertEntries(makeJks({ entries }), {
      now,
      storePass,
      ...(aliases && { aliases }),
    });
    return [groups.map(({ alias }) => alias), trusted.map(({ alias }) => alias)];
  };
  test('gives keys and trusted certificates; names select keys alone', async () => {
    const entries = [entry('mail', leaf), trusted('root', topRoot)];
    expect(await groupsOf(entries)).toEqual([['mail'], ['root']]);
    expect(await groupsOf(entries, ['mail'])).toEqual([['mail'], []]);
    expect(await groupsOf([entry('mail', leaf)])).toEqual([['mail'], []]);
    expect(await groupsOf([trusted('root', topRoot)])).toEqual([[], ['root']]);
  });

  test('fails if there is neither', async () => {
    await expect(groupsOf([])).rejects.toMatchObject({ code: 'ERR_ENTRY_NOT_FOUND' });
    await expect(groupsOf([trusted('root', topRoot)], ['root'])).rejects.toMatchObject({ code: 'ERR_ENTRY_TYPE' });
  });
});

describe('a failed conversion', () => {
  test('has the warnings from before, but keeps those of its own', async () => {
    const twice = makeJks({ entries: [trusted('a', topRoot), trusted('a', issuer)] });
    const failed = convertStore(twice, { storePass }, () => Promise.reject(new KeyUnrecoverableError('x', 'a')));
    await expect(failed).rejects.toMatchObject({ warnings: [{ code: 'WARN_ALIAS_DUPLICATE' }] });
    const own = Object.assign(new KeyUnrecoverableError('x', 'a'), { warnings: [] });
    await expect(convertStore(twice, { storePass }, () => Promise.reject(own))).rejects.toMatchObject({ warnings: [] });
  });

  test('wipes the keys that were converted before', async () => {
    const foreign = keyEntry('web', protectKey(pkcs8, 'another'), [{ der: leaf.der }]);
    const store = makeJks({ entries: [entry('mail', leaf), foreign] });
    const wiped = watchWiping();
    await expect(convert(store, { now, storePass, aliases: ['mail', 'web'] })).rejects.toMatchObject({
      code: 'ERR_KEY_UNRECOVERABLE',
    });
    vi.restoreAllMocks();
    expect(wiped).toContain(Buffer.from(pkcs8).toString('latin1'));
    expect(wiped.some((each) => each.startsWith('-----BEGIN PRIVATE KEY-----'))).toBe(true);
  });

  test('is one with two keys of the same algorithm; both are wiped', async () => {
    const store = makeJks({ entries: [entry('mail', leaf), entry('web', selfSigned)] });
    const wiped = watchWiping();
    await expect(convert(store, { now, storePass, aliases: ['mail', 'web'] })).rejects.toMatchObject({
      code: 'ERR_ENTRY_AMBIGUOUS',
      available: ['mail', 'web'],
      message: '"mail" and "web" both hold EC keys; one file takes one key of each algorithm',
    });
    vi.restoreAllMocks();
    expect(wiped.filter((each) => each.startsWith('-----BEGIN PRIVATE KEY-----'))).toHaveLength(2);
  });

  test('is one of a keystore of which a part was skipped for lack of a password', async () => {
    const skipped = { type: 'PKCS12', warnings: [{ code: 'WARN_ENCRYPTED_PART_SKIPPED', message: '' }] };
    expect(() => requireReadable(skipped as never)).toThrow(
      expect.objectContaining({
        code: 'ERR_PASSPHRASE_REQUIRED',
        message: 'a password is needed: a part of this PKCS12 keystore is encrypted',
      }),
    );
    expect(() => requireReadable({ ...skipped, warnings: [] } as never)).not.toThrow();
  });
});
