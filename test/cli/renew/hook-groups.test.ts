import { describe, expect, test } from 'vitest';
import type { ConvertedOutput, OutputUnit } from '../../../src/cli/renew/convert-outputs.js';
import { directoryOf, hookGroups, hookOf, withoutHook } from '../../../src/cli/renew/hook-groups.js';
import type { FileContent } from '../../../src/deploy/file-content.js';

const unit = (path: string, isSet = false): OutputUnit => ({
  path,
  files: new Map([[isSet ? 'privkey.pem' : '', {} as FileContent]]),
});
const output = (deployHook: string | undefined, hookTimeout: number, ...units: readonly OutputUnit[]) =>
  ({ units, output: { options: { deployHook, hookTimeout } } }) as unknown as ConvertedOutput;

test('the directory of a file is the one around it; that of a set is the set', () => {
  expect([directoryOf(unit('/etc/a.pem')), directoryOf(unit('/etc/live', true))]).toEqual(['/etc', '/etc/live']);
});

describe('hooks', () => {
  test('run once for each command and directory, in the order of the outputs, with all files there', () => {
    const [a, b, c, d] = [unit('/etc/a.pem'), unit('/srv/b.pem'), unit('/etc/c.pem'), unit('/etc', true)];
    if (!(a && b && c && d)) throw new Error('they were made');
    const outputs = [output('one', 1, a, b), output('two', 2, c), output('one', 3, c, d)];
    expect(hookGroups(outputs).map(({ id: _, ...group }) => group)).toEqual([
      { command: 'one', directory: '/etc', timeoutSeconds: 3, units: [a, c, d] },
      { command: 'one', directory: '/srv', timeoutSeconds: 1, units: [b] },
      { command: 'two', directory: '/etc', timeoutSeconds: 2, units: [c] },
    ]);
    const ids = hookGroups(outputs).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(outputs.flatMap((each) => each.units.map((one) => hookOf(each, one)))).toEqual([
      ids[0],
      ids[1],
      ids[2],
      ids[0],
      ids[0],
    ]);
  });

  test.each([undefined, ''])('do not exist for the command %j', (command) => {
    const none = output(command, 600, unit('/etc/a.pem'));
    expect([hookGroups([none]), hookOf(none, unit('/etc/a.pem'))]).toEqual([[], withoutHook]);
  });

  test.each([
    [[5, 10], 10],
    [[10, 5], 10],
    [[0, 10], 0],
    [[10, 0], 0],
    [[0, 0], 0],
  ])('of outputs with the timeouts %j have the longest one; 0 is no limit', (timeouts, longest) => {
    const outputs = timeouts.map((seconds, i) => output('one', seconds, unit(`/etc/${i}.pem`)));
    expect(hookGroups(outputs).map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([longest]);
  });
});
