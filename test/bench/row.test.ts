import { expect, test } from 'vitest';
import { alternate, type Contestant } from './contestant.js';
import { faults, gaps } from './result.js';
import { type Field, type Row, run } from './row.js';
import { Unavailable } from './tool.js';

const always = (name: string, number: number): Contestant => ({ name, measure: () => number });

function row(field: Field, more: Partial<Row> = {}): Row {
  return { group: 'command', work: 'work', yardstick: 'floor', unit: 'ms', ...more, field: async () => field };
}

function absent(): never {
  throw new Unavailable('peer is missing (Debian: peer)');
}

const field: Field = {
  subject: always('ours', 30),
  yardstick: always('floor', 10),
  peers: { slow: () => always('slow', 40), absent, fast: () => always('fast', 15) },
};

test('contestants take turns, and the turns their order', async () => {
  const order: string[] = [];
  const contestant = (name: string): Contestant => ({ name, measure: () => order.push(name) });
  const numbers = await alternate([contestant('a'), contestant('b')], 2, 1);
  expect(order).toEqual(['b', 'a', 'a', 'b', 'b', 'a']);
  // Rounds to warm up are not counted.
  expect(numbers).toEqual([
    [3, 6],
    [4, 5],
  ]);
});

test('a row gives ratios to its yardstick, and what it was not able to measure by name', async () => {
  const result = await run(row(field), 3);
  expect(result).toMatchObject({
    work: 'work',
    rounds: { subject: [30, 30, 30], yardstick: [10, 10, 10] },
    ratio: { median: 3, low: 3, high: 3 },
    peers: [
      { name: 'slow', ratio: { median: 4 }, subject: { median: 0.75 } },
      { name: 'fast', ratio: { median: 1.5 }, subject: { median: 2 } },
      { name: 'absent', missing: 'peer is missing (Debian: peer)' },
    ],
  });
  expect(gaps(result)).toEqual(['command, work / floor: absent not measured: peer is missing (Debian: peer)']);
});

test('a row survives a peer that cannot do the work', async () => {
  const failing: Contestant = { name: 'broken', measure: () => Promise.reject(new Error('reading\nunknown digest')) };
  const result = await run(row({ ...field, peers: { ...field.peers, broken: () => failing } }), 3);
  expect(result).toMatchObject({ ratio: { median: 3 } });
  expect(gaps(result)).toContain('command, work / floor: broken not measured: cannot do this: unknown digest');
});

test('a row without its workload is not measured, and no fault', async () => {
  const result = await run({ ...row(field), field: async () => absent() }, 3);
  expect(gaps(result)).toEqual(['command, work / floor: not measured: peer is missing (Debian: peer)']);
  expect(faults(result)).toEqual([]);
});

test('any other failure is one', async () => {
  const failing: Contestant = { name: 'ours', measure: () => Promise.reject(new Error('crashed')) };
  await expect(run(row({ ...field, subject: failing }), 3)).rejects.toThrow('crashed');
  const { field: _, ...comparison } = row(field);
  expect(faults({ ...comparison, missing: 'failed', failed: true })).toEqual(['command, work / floor: failed']);
});

test('a ratio above its maximum is a fault, and one equal to it is not', async () => {
  expect(faults(await run(row(field, { most: 3 }), 3))).toEqual([]);
  expect(faults(await run(row(field, { most: 2.9 }), 3))).toEqual(['command, work / floor: 3.00, and 2.9 at most']);
});

test('a peer that is as fast is a fault, if it should not be', async () => {
  expect(faults(await run(row(field, { fasterThan: ['slow', 'absent'] }), 3))).toEqual([]);
  expect(faults(await run(row(field, { fasterThan: ['fast'] }), 3))).toEqual([
    'command, work / floor: not faster than fast',
  ]);
});
