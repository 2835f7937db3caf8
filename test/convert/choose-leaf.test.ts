import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { chooseLeaf, findLeaf } from '../../src/convert/choose-leaf.js';
import type { Certificate } from '../../src/x509/certificate.js';
import { leafOf, newKey, party, root } from '../x509/certificate-maker.js';

const now = new Date('2026-06-01T00:00:00Z');
const ca = party('CA');
const key = newKey();
const selfSigned = root({ ...party('mail'), key });
const made = (from: string, to: string, more: object = {}) => leafOf(ca, { key, from, to, ...more });
const current = made('2026-01-01', '2027-01-01');
const renewed = made('2026-05-01', '2027-05-01');
const expired = made('2024-01-01', '2025-01-01');
const future = made('2027-01-01', '2029-01-01');
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
