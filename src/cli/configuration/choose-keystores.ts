import { UsageError } from '../command-errors.js';
import { nearestName } from '../nearest-name.js';
import type { Configuration, ConfiguredKeystore } from './configuration.js';

/**
 * Returns the named keystores in the order of the configuration file; without names, all keystores.
 * @throws {UsageError} if a name is not in the configuration file
 */
export function chooseKeystores(
  { keystores, path }: Configuration,
  names: readonly string[],
): readonly ConfiguredKeystore[] {
  const known = keystores.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = nearestName(name, known);
    const hint = meant === undefined ? `${path} has ${known.join(', ')}` : `did you mean ${meant}?`;
    throw new UsageError(`${path} has no keystore [${name}]`, hint);
  }
  return names.length === 0 ? keystores : keystores.filter(({ name }) => names.includes(name));
}
