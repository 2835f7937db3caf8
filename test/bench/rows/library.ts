import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { outputOf } from '../../peers/tool.js';
import { builtLibrary } from '../built-library.js';
import { type Contestant, inProcess } from '../contestant.js';
import type { Row } from '../row.js';
import { make, need } from '../tool.js';
import { trustStore } from '../workloads/large-store.js';
import { made, password, source } from '../workloads/made-files.js';
import { smallStore } from '../workloads/small-store.js';
import type { KeyKind } from '../workloads/trusted-certificates.js';

/** What verifying a JKS store takes at least. */
export function sha1Pass(bytes: Uint8Array): Contestant {
  return inProcess('SHA-1', () => createHash('sha1').update(bytes).digest());
}

function trustedRow(kind: KeyKind, output: 'parse and verify' | 'PEM', most: number): Row {
  return {
    group: 'library',
    work: `JKS with 10,000 trusted ${kind} certificates, ${output}`,
    yardstick: 'SHA-1 of the file',
    unit: 'ms',
    most,
    async field() {
      const { convertTrusted, loadKeyStore } = await builtLibrary();
      const bytes = readFileSync(trustStore('JKS', 10_000, kind));
      const work = output === 'PEM' ? convertTrusted : loadKeyStore;
      return {
        subject: inProcess('library', () => work(bytes, { storePass: password })),
        yardstick: sha1Pass(bytes),
      };
    },
  };
}

/** Opens a small store: its key, and the certificates as they are stored. */
async function opening(bytes: Uint8Array) {
  const { loadKeyStore } = await builtLibrary();
  return async () => {
    const entry = (await loadKeyStore(bytes, { storePass: password })).getEntry('site');
    if (entry?.kind !== 'PrivateKeyEntry') throw new Error('the small store has no key');
    return { key: await entry.getPrivateKey(), chain: entry.certificateChain };
  };
}

async function storedPem(bytes: Uint8Array): Promise<() => Promise<Uint8Array[]>> {
  const { encodePem } = await builtLibrary();
  const open = await opening(bytes);
  return async () => {
    const { key, chain } = await open();
    return [encodePem('PRIVATE KEY', key.pkcs8), ...chain.map(({ der }) => encodePem('CERTIFICATE', der))];
  };
}

async function wholeConversion(bytes: Uint8Array): Promise<() => Promise<unknown>> {
  const { convert } = await builtLibrary();
  return () => convert(bytes, { storePass: password, now: new Date() });
}

function jksJsRow(work: string, prepare: (bytes: Uint8Array) => Promise<() => unknown>, most?: number): Row {
  return {
    group: 'library',
    work: `small JKS, ${work}`,
    yardstick: 'jks-js',
    unit: 'ms',
    ...(most !== undefined && { most }),
    async field() {
      const bytes = readFileSync(smallStore('JKS'));
      // Here and not above: what it keeps in memory would lengthen every collection of garbage in the other rows.
      const { default: jksJs } = await import('jks-js');
      return {
        subject: inProcess('library', await prepare(bytes)),
        yardstick: inProcess('jks-js', () => jksJs.toPem(bytes, password)),
      };
    },
  };
}

/** Ten times are a tenth of a second, as with the others. */
function pkcs12Parse(file: string): Contestant {
  need('gcc', '/usr/include/stdio.h', '/usr/include/openssl/pkcs12.h');
  const code = source('peers/parse-pkcs12.c');
  const program = made('parse-pkcs12', (path) => make('gcc', ['-O2', '-o', path, code, '-lcrypto']), code);
  return {
    name: 'PKCS12_parse',
    measure: () => Number(outputOf(program, [file, password, '10']).toString()) / 1e6,
  };
}

export const libraryRows: readonly Row[] = [
  trustedRow('RSA-2048', 'parse and verify', 3),
  trustedRow('P-256', 'parse and verify', 3),
  trustedRow('RSA-2048', 'PEM', 8),
  trustedRow('P-256', 'PEM', 8),
  jksJsRow('key and certificates as PEM', storedPem, 0.2),
  jksJsRow('the same with the path built', wholeConversion, 1.3),
  {
    group: 'library',
    work: 'small PKCS#12, key and certificates',
    yardstick: 'PKCS12_parse of libcrypto',
    unit: 'ms',
    most: 1.2,
    async field() {
      const file = smallStore('PKCS12');
      return { subject: inProcess('library', await opening(readFileSync(file))), yardstick: pkcs12Parse(file) };
    },
  },
];
