import { resolve } from 'node:path';
import type { Contestant } from '../contestant.js';
import { peerPrograms } from '../peer-programs.js';
import type { Row } from '../row.js';
import { need, timeProgram } from '../tool.js';
import { privateKeyStore } from '../workloads/large-store.js';
import { password, source } from '../workloads/made-files.js';
import { type SmallStoreType, smallStore } from '../workloads/small-store.js';

export const bin = resolve('bin/jks2pem.js');
export const storePass = ['--storepass', `pass:${password}`];

/** The built command, its result thrown away. */
export function jks2pem(...args: readonly string[]): Contestant {
  return program('jks2pem', process.execPath, [bin, ...args]);
}

/** Below this no program of Node's can come. */
export const floor = program('node -e 0', process.execPath, ['-e', '0']);

function program(name: string, file: string, args: readonly string[]): Contestant {
  return { name, measure: () => timeProgram(file, args) };
}

/** A conversion to standard output: opening the store, finding the path, and PEM. */
function smallRow(work: string, type: SmallStoreType, most: number): Row {
  const field = async () => ({ subject: jks2pem(smallStore(type), ...storePass), yardstick: floor });
  return { group: 'command', work, yardstick: floor.name, unit: 'ms', most, field };
}

/** A program that does nothing but import the library. */
const importRow: Row = {
  group: 'command',
  work: 'a program that imports the library',
  yardstick: floor.name,
  unit: 'ms',
  most: 1.6,
  field: async () => ({ subject: program('import', process.execPath, [source('peers/import.mjs')]), yardstick: floor }),
};

function manyKeysRow(work: string, subject: (file: string) => Contestant, most?: number): Row {
  return {
    group: 'command',
    work: `PKCS#12 with 100 keys, ${work}`,
    yardstick: 'openssl pkcs12',
    unit: 'ms',
    ...(most !== undefined && { most }),
    async field() {
      need('openssl');
      const file = privateKeyStore('PKCS12', 100);
      const args = ['pkcs12', '-in', file, '-nodes', '-passin', `pass:${password}`];
      return { subject: subject(file), yardstick: program('openssl pkcs12', 'openssl', args) };
    },
  };
}

export const commandRows: readonly Row[] = [
  {
    group: 'command',
    work: '--help',
    yardstick: floor.name,
    unit: 'ms',
    most: 1.15,
    field: async () => ({ subject: jks2pem('--help'), yardstick: floor }),
  },
  {
    ...smallRow('small JKS', 'JKS', 1.3),
    fasterThan: ['jks-js', 'GetKey in Java', 'pyjks'],
    async field() {
      const store = smallStore('JKS');
      return { subject: jks2pem(store, ...storePass), yardstick: floor, peers: peerPrograms(store) };
    },
  },
  smallRow('small PKCS#12 of Java 17', 'PKCS12', 1.5),
  smallRow('small legacy PKCS#12 (RC2)', 'legacy', 2),
  smallRow('small JCEKS', 'JCEKS', 1.9),
  importRow,
  // A server takes one key of a kind, so the command gives one; openssl opens every key.
  manyKeysRow('one of them', (file) => jks2pem(file, '-a', 'site-42', ...storePass), 1),
  manyKeysRow('list', (file) => jks2pem('list', file, ...storePass), 1),
  manyKeysRow('all of them by the library', (file) =>
    program('library', process.execPath, [source('peers/every-key.mjs'), file, password]),
  ),
];
