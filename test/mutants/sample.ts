import { createHash } from 'node:crypto';

/**
 * A random sample that the seed decides: the items with the smallest hashes of seed and key. Unlike a random generator over positions,
 * it changes little when items are added or removed.
 * @param keyOf unique for each item
 */
export function sample<T>(items: readonly T[], size: number, seed: string, keyOf: (item: T) => string): T[] {
  const hash = (item: T) =>
    createHash('sha256')
      .update(`${seed}\0${keyOf(item)}`)
      .digest('hex');
  return items
    .map((item) => ({ item, hash: hash(item) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, size)
    .map(({ item }) => item);
}
