import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepOld, markOf, undo } from '../../../src/deploy/journal/journal.js';
import { EnteredDirectory } from '../entered-directory.js';

const entered = new EnteredDirectory();

test('a file that has disappeared cannot be kept', () => {
  expect(() => keepOld(entered.work, 'a.pem', 'out/a.pem')).toThrow('out/a.pem: was changed by another program');
});

test('a new file that another program has removed is neither restored nor named', () => {
  writeFileSync(join(entered.path, 'a.pem'), 'new');
  const mark = markOf(entered.work.target, 'a.pem') ?? '';
  rmSync(join(entered.path, 'a.pem'));
  const undone = undo(entered.work, [{ entry: 'a.pem', hook: '', replaces: false, mark }]);
  expect(undone).toEqual({ isRestored: false, isRemoved: false, skipped: [] });
  expect(readdirSync(entered.path).filter((name) => name.endsWith('.pem'))).toEqual([]);
});
