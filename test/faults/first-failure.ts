import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Begins the one line that counts, for {@link runTests} to read. */
export const verdictMark = 'verdict: ';

/** Ends the run at the first failure, with what failed in one line; or tells how many tests passed. */
export default class FirstFailure implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'failed') this.#end(`${this.#nameOf(test.module)}: ${test.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    // One that cannot be loaded, or fails before its first test.
    if (module.state() === 'failed') this.#end(`${this.#nameOf(module)} as a whole`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    if (errors.length > 0) this.#end('the run as a whole');
    const passed = modules.flatMap((module) => [...module.children.allTests('passed')]).length;
    process.stdout.write(`${verdictMark}${JSON.stringify({ passed })}\n`);
  }

  #nameOf(module: TestModule): string {
    return relative(process.cwd(), module.moduleId);
  }

  #end(noticedBy: string): never {
    process.stdout.write(`${verdictMark}${JSON.stringify({ passed: 0, noticedBy })}\n`);
    process.exit(1);
  }
}
