import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import { project } from '../project.js';
import { withFault } from './fault.js';
import { faults } from './faults.js';

/** Whether the tests notice the faults is for `npm run faults`, which takes minutes; that each can be put into its file is seen here. */
describe.each(faults)('$file: $mistake', (fault) => {
  test('replaces what stands there once, by what can be run', () => {
    const spoilt = withFault(readFileSync(join(project, 'src', fault.file), 'utf8'), fault);
    expect(() => parseAst(spoilt, { lang: 'ts' })).not.toThrow();
  });
});

test('there are faults enough, each told from the others, and none without effect', () => {
  const names = faults.map(({ file, mistake }) => `${file}: ${mistake}`);
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
  expect(faults.filter(({ right, wrong }) => right === wrong)).toEqual([]);
});
