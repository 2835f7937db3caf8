import { describe, expect, test } from 'vitest';
import { CandidateIndex } from '../../../src/x509/path/candidate-index.js';
import { RootIndex } from '../../../src/x509/root-index.js';
import { certify, party, root } from '../certificate-maker.js';

const [top, ca] = [party('Top'), party('CA')];
const [anchor, issuing, later] = [root(top), certify(ca, top), certify(ca, top, { to: '2031-01-01' })];
const nothing = { candidates: [], trustAnchors: [], storeAnchors: [] };

describe.each([
  ['a list', [anchor]],
  ['an index', new RootIndex([anchor.der])],
])('trust anchors in %s', (_, trustAnchors) => {
  const rolesOf = (sources: Partial<ConstructorParameters<typeof CandidateIndex>[0]>) =>
    new CandidateIndex({ ...nothing, trustAnchors, ...sources })
      .named(anchor.subjectKey)
      .map(({ certificate, ...role }) => [certificate.sha256, role]);

  test('are not sent', () => expect(rolesOf({})).toEqual([[anchor.sha256, { canBeSent: false, anchor: 0 }]]));

  test('can be sent if they are candidates, too', () =>
    expect(rolesOf({ candidates: [anchor] })).toEqual([[anchor.sha256, { canBeSent: true, anchor: 0 }]]));

  test('keep the better rank if they are in the keystore, too', () =>
    expect(rolesOf({ storeAnchors: [anchor] })).toEqual([[anchor.sha256, { canBeSent: false, anchor: 0 }]]));

  test('count, with duplicates', () => {
    const sources = { candidates: [issuing, issuing, later], trustAnchors, storeAnchors: [anchor, anchor] };
    expect(new CandidateIndex(sources).size).toBe(6);
  });
});

test.each([
  ['candidates', { canBeSent: true, anchor: undefined }],
  ['trustAnchors', { canBeSent: false, anchor: 0 }],
  ['storeAnchors', { canBeSent: false, anchor: 1 }],
])('a certificate only in %s has its role', (source, role) => {
  const index = new CandidateIndex({ ...nothing, [source]: [issuing] });
  expect(index.find(issuing)).toEqual({ certificate: issuing, ...role });
  expect(index.find(later)).toBeUndefined();
  expect(index.find(anchor)).toBeUndefined();
});

test('certificates of one name are ordered as issuers, whatever the order of the sources', () => {
  for (const candidates of [
    [issuing, later],
    [later, issuing],
  ]) {
    const named = new CandidateIndex({ ...nothing, candidates }).named(issuing.subjectKey);
    expect(named.map(({ certificate }) => certificate)).toEqual([later, issuing]);
  }
});

test('a search returns the same objects again, because results are cached by object', () => {
  const index = new CandidateIndex({ ...nothing, candidates: [issuing], trustAnchors: new RootIndex([anchor.der]) });
  for (const certificate of [issuing, anchor]) {
    expect(index.find(certificate)).toBe(index.named(certificate.subjectKey)[0]);
    expect(index.named(certificate.subjectKey)).toBe(index.named(certificate.subjectKey));
  }
});
