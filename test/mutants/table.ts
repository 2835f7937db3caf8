import type { MutantResult } from '@stryker-mutator/api/core';
import { pathOf, placeOf } from './mutant-key.js';

const noticed = new Set(['Killed', 'Timeout', 'RuntimeError']);
const unnoticed = new Set(['Survived', 'NoCoverage']);

/** True if a test failed, hung or crashed because of the mutant. */
export function isNoticed({ status }: MutantResult): boolean {
  if (!noticed.has(status) && !unnoticed.has(status)) throw new Error(`a mutant of the sample is ${status}`);
  return noticed.has(status);
}

/**
 * Noticed and unnoticed mutants by directory of src/, then by place the survivors, and those with which the tests hung or crashed: these
 * count as noticed, but a busy machine can be the cause instead of the mutant.
 */
export function reportOf(results: readonly MutantResult[]): string {
  const directories = new Map<string, MutantResult[]>();
  for (const mutant of results) {
    const directory = pathOf(mutant).split('/')[1] ?? '';
    directories.set(directory, [...(directories.get(directory) ?? []), mutant]);
  }
  const rows = [...directories].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [...rows, ['all', [...results]] as const].map(([directory, mutants]) => {
    const killed = mutants.filter(isNoticed).length;
    const share = ((100 * killed) / mutants.length).toFixed(1);
    const cells = [killed, mutants.length - killed, mutants.length].map((count) => String(count).padStart(10));
    return `${directory.padEnd(14)}${cells.join('')}${share.padStart(8)} %`;
  });
  const listed = results.filter((mutant) => mutant.status !== 'Killed');
  const places = listed.map((mutant) => `${mutant.status} ${placeOf(mutant)}`).sort();
  const head = `${'directory'.padEnd(14)}${['killed', 'survived', 'all'].map((word) => word.padStart(10)).join('')}`;
  return [head, ...lines, '', ...places].join('\n').trimEnd();
}
