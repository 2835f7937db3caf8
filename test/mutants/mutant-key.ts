import type { Mutant, MutantResult } from '@stryker-mutator/api/core';

/** The path below the project, with slashes. */
export function pathOf({ fileName }: Mutant): string {
  return fileName.slice(fileName.lastIndexOf('src/'));
}

/** Identifies a mutant across runs of Stryker, which number their mutants anew. */
export function keyOf(mutant: Mutant): string {
  const { start, end } = mutant.location;
  const { mutatorName, replacement } = mutant;
  return [pathOf(mutant), start.line, start.column, end.line, end.column, mutatorName, replacement].join('\0');
}

/** A result counts lines and columns from 1, as reports do; a mutant counts them from 0. */
export function asMutant<T extends MutantResult>(result: T): T {
  const { start, end } = result.location;
  const before = ({ line, column }: { line: number; column: number }) => ({ line: line - 1, column: column - 1 });
  return { ...result, location: { start: before(start), end: before(end) } };
}

/** File, line counted from 1, and the change on one line. */
export function placeOf(mutant: Mutant): string {
  const change = mutant.replacement.replaceAll(/\s+/g, ' ');
  const short = change.length > 80 ? `${change.slice(0, 79)}…` : change;
  return `${pathOf(mutant)}:${mutant.location.start.line + 1} ${mutant.mutatorName}: ${short}`;
}
