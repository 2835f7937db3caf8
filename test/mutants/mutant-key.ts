import type { Mutant } from '@stryker-mutator/api/core';

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

/** File, line counted from 1, and the change on one line. */
export function placeOf(mutant: Mutant): string {
  const change = mutant.replacement.replaceAll(/\s+/g, ' ');
  const short = change.length > 80 ? `${change.slice(0, 79)}…` : change;
  return `${pathOf(mutant)}:${mutant.location.start.line + 1} ${mutant.mutatorName}: ${short}`;
}
