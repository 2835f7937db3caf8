import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chooseLeaf, findLeaf, servedLeaf } from '../../src/convert/choose-leaf.js';
import { createKeyStore } from '../../src/keystore/create-key-store.js';
import type { Entry, PrivateKeyEntry } from '../../src/keystore/types.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { clientAuth, ext, generalName, leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-06-01T00:00:00Z');
const ca = party('CA');
const key = newKey();
const selfSigned = root({ ...party('mail'), key });
const made = (from: string, to: string, more: object = {}) => leafOf(ca, { key, from, to, ...more });
const current = made('2026-01-01', '2027-01-01');
const renewed = made('2026-05-01', '2027-05-01');
const expired = made('2024-01-01', '2025-01-01');
const future = made('2027-01-01', '2029-01-01');
const longSelfSigned = root({ ...party('mail'), key }, { from: '2020-01-01', to: '2040-01-01' });
const stranger = leafOf(ca, { key: newKey(), from: '2026-01-01', to: '2030-01-01' });

describe('the leaf of a key', () => {
  test.each<[string, Certificate, Certificate[], Certificate]>([
    ['the own one where there is no other', current, [stranger], current],
    ['the CA reply before a self-signed one', selfSigned, [stranger, current], current],
    ['the CA reply before an expired one', expired, [current], current],
    ['the own one, if it is issued by a CA and valid', current, [selfSigned, expired], current],
    ['a renewal with all names and a later end', current, [renewed], renewed],
    ['not an older one', renewed, [current], renewed],
    ['the one that ends last, if the own one is not good', selfSigned, [current, renewed], renewed],
    ['not one that is not yet valid', current, [future], current],
    ['the self-signed one before an expired one', expired, [selfSigned], selfSigned],
    ['the own self-signed one before an expired reply', selfSigned, [expired], selfSigned],
  ])('is %s', (_, own, others, expected) => {
    for (const certificates of [others, others.toReversed()])
      expect(chooseLeaf(own, { now, certificates }).certificate.sha256).toBe(expected.sha256);
  });

  /** Same validity as another certificate, and told apart by its serial number alone. */
  const twins = [made('2026-01-01', '2027-01-01'), made('2026-01-01', '2027-01-01')] as const;
  const [first, second] = twins[0].sha256 < twins[1].sha256 ? twins : [twins[1], twins[0]];
  const forClients = (to: string) => made('2026-01-01', to, { extensions: [ext.extKeyUsage(clientAuth)] });
  const client = forClients('2028-01-01');
  const withNames = (to: string, ...names: string[]) =>
    made('2026-01-01', to, { extensions: [ext.subjectAltName(...names.map((each) => generalName.dns(each)))] });
  const named = withNames('2027-01-01', 'a.example', 'b.example');
  const withMoreNames = withNames('2028-01-01', 'A.example', 'b.example', 'c.example');
  const newerSelfSigned = root({ ...party('mail'), key }, { from: '2021-01-01' });
  const newer = made('2026-02-01', '2027-01-01');

  test.each<[string, Certificate, Certificate[], Certificate]>([
    ['the newest of those that end together', selfSigned, [current, newer], newer],
    ['that with the smallest hash of those that are equal', selfSigned, [second, first], first],
    ['the own one of two that are equal', second, [first], second],
    ['the own self-signed one of two that end together', selfSigned, [newerSelfSigned], selfSigned],
    ['the self-signed one that ends later', selfSigned, [longSelfSigned], longSelfSigned],
    ['a renewal with more names', named, [withMoreNames], withMoreNames],
    ['not a later one that lacks a name', named, [withNames('2028-01-01', 'a.example')], named],
    ['not a later one without names', named, [made('2026-01-01', '2029-01-01', { extensions: [] })], named],
    ['not one that ends at the same moment', named, [withNames('2027-01-01', 'a.example', 'b.example')], named],
    ['not one for clients', current, [client], current],
    ['not the own one for clients', client, [current], current],
    ['the own one for clients, if there is no other kind', client, [forClients('2029-01-01')], client],
  ])('is %s', (_, own, others, expected) => {
    for (const certificates of [others, others.toReversed()])
      expect(chooseLeaf(own, { now, certificates }).certificate.sha256).toBe(expected.sha256);
  });

  test.each([
    ['2026-01-01T00:00:00Z', true],
    ['2025-12-31T23:59:59.999Z', false],
    ['2027-01-01T00:00:00Z', true],
    ['2027-01-01T00:00:00.001Z', false],
  ])('at %s, the certificate of 2026 is valid: %s', (time, isValid) => {
    const { certificate } = chooseLeaf(current, { now: new Date(time), certificates: [longSelfSigned] });
    expect(certificate.sha256).toBe((isValid ? current : longSelfSigned).sha256);
  });

  test('is one for clients, if that is the purpose', () => {
    for (const purpose of ['clientAuth', 'any'] as const)
      expect(chooseLeaf(selfSigned, { now, purpose, certificates: [client] }).certificate.sha256).toBe(client.sha256);
  });

  test.each<[string, Certificate, Certificate, string]>([
    ['self-signed', selfSigned, current, 'is self-signed'],
    ['expired', expired, current, 'expired on 2025-01-01'],
    ['not yet valid', future, current, 'is not valid before 2027-01-01'],
    ['older', current, renewed, 'ends earlier, on 2027-01-01'],
    ['for clients', client, current, 'is for another purpose'],
  ])('is another one if the own one is %s; the note says so', (_, own, other, reason) => {
    const head = `the certificate issued by "CN=CA" is from`;
    expect(chooseLeaf(own, { now, certificates: [other] })).toMatchObject({
      from: 'keystore',
      note: `${head} elsewhere in the keystore; the entry's own ${reason}`,
    });
    expect(chooseLeaf(own, { now, certificates: [], added: [other] })).toMatchObject({
      from: 'added',
      note: `${head} an added file; the entry's own ${reason}`,
    });
  });

  test('may be self-signed: its note says by whom it was issued', () => {
    expect(chooseLeaf(expired, { now, certificates: [selfSigned] }).note).toBe(
      "the certificate issued by itself is from elsewhere in the keystore; the entry's own expired on 2025-01-01",
    );
  });

  test('of a certificate that is in several places is the first of them', () => {
    const everywhere = { now, certificates: [current], added: [current] };
    expect(chooseLeaf(current, everywhere).from).toBe('entry');
    expect(chooseLeaf(selfSigned, everywhere).from).toBe('keystore');
    expect(chooseLeaf(current, everywhere).note).toBeUndefined();
  });

  test('comes with its origin and the reason', () => {
    expect(chooseLeaf(current, { now, certificates: [current] })).toMatchObject({ from: 'entry' });
    expect(chooseLeaf(selfSigned, { now, certificates: [current] })).toMatchObject({
      from: 'keystore',
      note: expect.stringMatching(/issued by "CN=CA.*is from elsewhere in the keystore.*is self-signed/),
    });
    expect(chooseLeaf(expired, { now, certificates: [], added: [current] })).toMatchObject({
      from: 'added',
      note: expect.stringContaining('expired on 2025-01-01'),
    });
  });
});

test('the leaf that a server sends is found in the whole keystore', () => {
  const entry = {
    kind: 'PrivateKeyEntry',
    alias: 'mail',
    certificateChain: [selfSigned],
    getPrivateKey: expect.fail,
  } as Entry;
  const trusted = [current, stranger, expired].map(
    (certificate, i): Entry => ({ kind: 'trustedCertEntry', alias: `${i}`, certificate }),
  );
  const store = createKeyStore({
    type: 'JKS',
    version: 2,
    integrity: 'verified',
    entries: [entry, ...trusted],
    warnings: [],
  });
  // The second time, the index of certificates exists.
  for (let i = 0; i < 2; i++)
    expect(servedLeaf(entry as PrivateKeyEntry, store, now)?.certificate.sha256).toBe(current.sha256);
  const bare = { ...entry, certificateChain: [] } as PrivateKeyEntry;
  expect(servedLeaf(bare, store, now)).toBeUndefined();
});

describe('for a key without a certificate of its own', () => {
  const pkcs8 = new Uint8Array(key.privateKey.export({ format: 'der', type: 'pkcs8' }));
  const privateKey = { algorithm: 'EC', pkcs8 };

  test('is the one with its public key', () => {
    expect(findLeaf(privateKey, { now, certificates: [stranger], added: [current] })).toMatchObject({
      from: 'added',
      certificate: { sha256: current.sha256 },
    });
  });

  test('is none if there is none', () => {
    expect(findLeaf(privateKey, { now, certificates: [stranger] })).toBeUndefined();
    const { privateKey: other } = generateKeyPairSync('ed25519');
    const ed25519 = { algorithm: 'Ed25519', pkcs8: new Uint8Array(other.export({ format: 'der', type: 'pkcs8' })) };
    expect(findLeaf(ed25519, { now, certificates: [stranger, current] })).toBeUndefined();
  });
});
