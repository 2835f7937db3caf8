import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../project.js';
import { type Fault, withFault } from './fault.js';

/** A copy of the project in a folder of its own, to be spoilt. Fixtures and packages, which nobody changes, are links. */
export class ScratchCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'jks2pem-faults-'));

  constructor() {
    // Also when the run is given up.
    process.once('exit', () => this.remove());
    for (const name of ['src', 'bin', 'test', 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md'])
      cpSync(join(project, name), join(this.folder, name), { recursive: true });
    symlinkSync(join(project, 'fixtures'), join(this.folder, 'fixtures'));
    // One by one: a folder of its own keeps the test runner's cache out of the project's.
    const modules = join(this.folder, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(project, 'node_modules')))
      if (!name.startsWith('.')) symlinkSync(join(project, 'node_modules', name), join(modules, name));
  }

  /** Does something while the fault is in the copy. */
  async spoilt<T>(fault: Fault, act: () => Promise<T>): Promise<T> {
    const path = join(this.folder, 'src', fault.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, withFault(source, fault));
    try {
      return await act();
    } finally {
      writeFileSync(path, source);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
