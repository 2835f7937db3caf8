import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DirectoryOpener } from '../../../src/deploy/directory/directory-opener.js';
import { keepOld, markOf, undo } from '../../../src/deploy/journal/journal.js';
import { WorkDirectory } from '../../../src/deploy/work-directory.js';
import { user } from '../transaction-runs.js';

let directory: string;
let opener: DirectoryOpener;
let work: WorkDirectory;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'jks2pem-'));
  opener = new DirectoryOpener(user);
  work = await WorkDirectory.enter(opener.require(directory), user, {});
});
afterEach(() => {
  work.clearAndUnlock();
  opener.close();
  rmSync(directory, { recursive: true });
});

test('a file that has disappeared cannot be kept', () => {
  expect(() => keepOld(work, 'a.pem', 'out/a.pem')).toThrow('out/a.pem: was changed by another program');
});

test('a new file that another program has removed is neither restored nor named', () => {
  writeFileSync(join(directory, 'a.pem'), 'new');
  const mark = markOf(work.target, 'a.pem') ?? '';
  rmSync(join(directory, 'a.pem'));
  const undone = undo(work, [{ entry: 'a.pem', hook: '', replaces: false, mark }]);
  expect(undone).toEqual({ isRestored: false, isRemoved: false, skipped: [] });
  expect(readdirSync(directory).filter((name) => name.endsWith('.pem'))).toEqual([]);
});
