import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { SystemCalls } from './system-calls.js';

/** A new temporary directory for each test of a file, and the system calls below it. */
export class RecordedDirectory {
  readonly calls = new SystemCalls();
  path = '';

  /** To be called outside of tests, because it registers what runs before and after each of them. */
  constructor() {
    const { calls } = this;
    beforeAll(() => calls.install());
    afterAll(() => calls.uninstall());
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), 'jks2pem-'));
      calls.reset(this.path);
    });
    afterEach(() => {
      calls.reset('/nonexistent');
      rmSync(this.path, { recursive: true });
    });
  }
}
