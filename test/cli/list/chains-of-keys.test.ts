import { describe, expect, test } from 'vitest';
import { chainsOfKeys, describeChainOfKey } from '../../../src/cli/list/chains-of-keys.js';
import { plain } from '../../../src/cli/terminal/text.js';
import type { KeyStore } from '../../../src/keystore/types.js';
import type { Certificate } from '../../../src/x509/certificate.js';
import { leafOf, party, root } from '../../x509/certificate-maker.js';

const ca = party('CA');
const [leaf, anchor] = [leafOf(ca), root(ca)];
type Chain = Parameters<typeof describeChainOfKey>[0];
const chain = (fields: object = {}, path: object = {}) =>
  ({
    alias: 'mail',
    path: { certificates: [leaf], rejected: [], problems: [], ...path },
    leftOut: [],
    shortest: undefined,
    ...fields,
  }) as unknown as Chain;
const lines = (fields?: object, path?: object) => describeChainOfKey(chain(fields, path)).map(plain);
const head = ['A server sends for "mail":', '  1. CN=mail.example.com'];
const leftOut = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ certificate: anchor, reason: `reason ${i + 1}` }));

describe('the chain of a key, in words', () => {
  test.each<[string, string[], string[]]>([
    ['alone', lines(), head],
    ['with its root', lines({}, { anchor }), [...head, '  known root: CN=CA']],
    [
      'with a shorter one',
      lines({ shortest: { certificates: [leaf, anchor] } }),
      [...head, '  with --chain shortest: CN=mail.example.com, then CN=CA'],
    ],
    [
      'with a problem',
      lines({}, { problems: [{ code: 'WARN_ANCHOR_UNKNOWN', message: 'no known root' }] }),
      [...head, '  warning: no known root [WARN_ANCHOR_UNKNOWN]'],
    ],
    ['without one certificate', lines({ leftOut: leftOut(1) }), [...head, '  left out: CN=CA: reason 1']],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected));

  test('has twenty certificates that are left out, and the number of the others', () => {
    expect(lines({ leftOut: leftOut(20) }).slice(-1)).toEqual(['  left out: CN=CA: reason 20']);
    expect(lines({ leftOut: leftOut(23) }).slice(-2)).toEqual(['  left out: CN=CA: reason 20', '  left out: … 3 more']);
  });
});

describe('the chains of all keys', () => {
  const store = (keys: number, certificates: number, subject?: (i: number) => string) => {
    const entry = { kind: 'PrivateKeyEntry', alias: 'a', certificateChain: [leaf] };
    const entries = Array.from({ length: keys }, () => entry);
    return {
      certificates: Array.from({ length: certificates }, (_, i) =>
        subject ? { ...leaf, subject: subject(i) } : (anchor as Certificate),
      ),
      [Symbol.iterator]: () => entries[Symbol.iterator](),
    } as unknown as KeyStore;
  };
  const chains = (of: KeyStore) => chainsOfKeys(of, { trustAnchors: [] } as never, { now: new Date('2026-12-01') });

  test('are not built if keys and certificates are too many', () => {
    expect(chains(store(200, 1_001, String))).toBeUndefined();
    expect(chains(store(200_001, 1))).toBeUndefined();
    expect(chains(store(0, 200_001))).toEqual([]);
  });

  test('are not built if keys and certificates of one subject are too many', () => {
    expect(chains(store(2, 10_001))).toBeUndefined();
    expect(chains(store(2, 10_000))).toHaveLength(2);
    expect(chains(store(101, 400, (i) => `CN=${i % 2}`))).toBeUndefined();
  });
});
