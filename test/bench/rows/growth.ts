import { readFileSync } from 'node:fs';
import { builtLibrary } from '../built-library.js';
import { type Contestant, inProcess } from '../contestant.js';
import type { Row } from '../row.js';
import { type LargeStoreType, privateKeyStore, trustStore } from '../workloads/large-store.js';
import { password } from '../workloads/made-files.js';
import { sha1Pass } from './library.js';

/** How many times as long the work takes on the large file as on the small one. */
function growth(
  name: string,
  work: (bytes: Uint8Array) => Contestant,
  small: Uint8Array,
  large: Uint8Array,
): Contestant {
  const measure = async (bytes: Uint8Array) => {
    // What the other size left behind is not for this one to clear away.
    globalThis.gc?.();
    return work(bytes).measure();
  };
  return { name, measure: async () => (await measure(large)) / (await measure(small)) };
}

function growthRow(work: string, store: (size: 'small' | 'large') => string): Row {
  return {
    group: 'growth',
    work,
    yardstick: 'growth of SHA-1',
    unit: 'times',
    most: 1.3,
    async field() {
      const { loadKeyStore } = await builtLibrary();
      const [small, large] = [readFileSync(store('small')), readFileSync(store('large'))];
      const load = (bytes: Uint8Array) => inProcess('library', () => loadKeyStore(bytes, { storePass: password }));
      return { subject: growth('library', load, small, large), yardstick: growth('SHA-1', sha1Pass, small, large) };
    },
  };
}

// Deriving keys takes the same time whatever the size: part of what PKCS#12, UBER and BCFKS take, and it helps them here.
const types: readonly LargeStoreType[] = ['JKS', 'JCEKS', 'PKCS12', 'BKS', 'UBER', 'BCFKS'];

export const growthRows: readonly Row[] = [
  ...types.map((type) =>
    growthRow(`${type}, 1,000 to 10,000 trusted certificates`, (size) =>
      trustStore(type, size === 'small' ? 1_000 : 10_000),
    ),
  ),
  growthRow('JKS, 100 to 1,000 private keys', (size) => privateKeyStore('JKS', size === 'small' ? 100 : 1_000)),
];
