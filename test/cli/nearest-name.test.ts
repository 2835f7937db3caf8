import { expect, test } from 'vitest';
import { nearestName } from '../../src/cli/nearest-name.js';
import { processorTime } from '../processor-time.js';

test.each([
  ['mial', ['web', 'mail'], 'mail'],
  ['mal', ['mail'], 'mail'],
  ['mailx', ['mail', 'mailxx'], 'mail'],
  ['web', ['mail'], undefined],
  // Every word of two letters would be near a name of two letters.
  ['xy', ['ab'], undefined],
])('%s among %j means %s', (word, names, meant) => expect(nearestName(word, names)).toBe(meant));

test('names of up to 100 characters are compared', () => {
  const [name, word] = [`${'l'.repeat(99)}x`, `${'l'.repeat(99)}y`];
  expect([nearestName(word, [name]), nearestName(`${word}l`, [name]), nearestName(word, [`${name}l`])]).toEqual([
    name,
    undefined,
    undefined,
  ]);
});

test('names of any length take no time', async () => {
  const long = Array.from({ length: 200 }, (_, i) => `${'l'.repeat(65_000)}${i}`);
  for (const word of ['nothere', 'l'.repeat(65_000)])
    expect(await processorTime(() => nearestName(word, long))).toBeLessThan(500);
});
