import { statSync } from 'node:fs';
import type { Row } from '../row.js';
import { need, runProgram } from '../tool.js';
import { trustStore } from '../workloads/large-store.js';
import { smallStore } from '../workloads/small-store.js';
import type { KeyKind } from '../workloads/trusted-certificates.js';
import { bin, storePass } from './command.js';

/**
 * MiB that Node occupied at most. Measured with GNU time, since until a program has begun, the kernel counts the memory of the
 * process that starts it as the program's own (wait4(2), ru_maxrss), and GNU time itself needs next to none.
 */
function peakMemory(...args: readonly string[]): number {
  need('/usr/bin/time');
  const { stderr } = runProgram('/usr/bin/time', ['-f', '%M', process.execPath, ...args]);
  return Number(stderr.trimEnd().split('\n').at(-1)) / 1024;
}

const floor = () => peakMemory('-e', '0');

function largeStoreRow(kind: KeyKind): Row {
  return {
    group: 'memory',
    work: `JKS with 10,000 trusted ${kind} certificates by the command, above node -e 0`,
    yardstick: 'size of the file',
    unit: 'MiB',
    most: 6,
    async field() {
      const store = trustStore('JKS', 10_000, kind);
      const size = statSync(store).size / 2 ** 20;
      return {
        subject: { name: 'jks2pem', measure: () => peakMemory(bin, store, '--trusted', ...storePass) - floor() },
        yardstick: { name: 'size', measure: () => size },
      };
    },
  };
}

export const memoryRows: readonly Row[] = [
  {
    group: 'memory',
    work: 'small JKS by the command',
    yardstick: 'node -e 0',
    unit: 'MiB',
    most: 1.25,
    async field() {
      const store = smallStore('JKS');
      return {
        subject: { name: 'jks2pem', measure: () => peakMemory(bin, store, ...storePass) },
        yardstick: { name: 'node -e 0', measure: floor },
      };
    },
  },
  largeStoreRow('RSA-2048'),
];
