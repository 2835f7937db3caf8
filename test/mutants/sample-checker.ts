import { readFileSync } from 'node:fs';
import { type Checker, CheckStatus } from '@stryker-mutator/api/check';
import type { Mutant } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { keyOf } from './mutant-key.js';

/** Names the file with the keys of the sample, as a JSON array. Stryker loads this plugin into a process of its own. */
export const sampleVariable = 'JKS2PEM_MUTANT_SAMPLE';

/** The name by which Stryker's options refer to the checker. */
export const checkerName = 'sample';

/**
 * Passes the mutants of the sample and refuses all others, so that Stryker runs no tests for them. A range of `mutate` cannot select
 * one mutant: it also selects every mutant inside the range.
 */
class SampleChecker implements Checker {
  #sample: ReadonlySet<string> = new Set();

  async init(): Promise<void> {
    this.#sample = new Set(JSON.parse(readFileSync(process.env[sampleVariable] ?? '', 'utf8')));
  }

  async check(mutants: Mutant[]) {
    const refused = { status: CheckStatus.CompileError as const, reason: 'not in the sample' };
    const passed = { status: CheckStatus.Passed as const };
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#sample.has(keyOf(mutant)) ? passed : refused]));
  }

  async group(mutants: Mutant[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, checkerName, SampleChecker)];
