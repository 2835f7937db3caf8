import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { DirectoryOpener } from '../../src/deploy/directory/directory-opener.js';
import { WorkDirectory } from '../../src/deploy/work-directory.js';
import { user } from './transaction-runs.js';

/** A new temporary directory for each test of a file, whose work directory this process has entered. */
export class EnteredDirectory {
  path = '';
  #work: WorkDirectory | undefined;

  /** To be called outside of tests, because it registers what runs before and after each of them. */
  constructor() {
    let opener: DirectoryOpener;
    beforeEach(async () => {
      this.path = mkdtempSync(join(tmpdir(), 'jks2pem-'));
      opener = new DirectoryOpener(user);
      this.#work = await WorkDirectory.enter(opener.require(this.path), user, {});
    });
    afterEach(() => {
      this.work.clearAndUnlock();
      opener.close();
      rmSync(this.path, { recursive: true });
    });
  }

  get work(): WorkDirectory {
    if (this.#work === undefined) throw new Error('there is a work directory only in a test');
    return this.#work;
  }
}
