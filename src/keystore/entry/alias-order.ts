import type { FileParts } from '../../bytes/byte-strings.js';

/**
 * Which aliases there are, each once: of equal ones the last, as in a hash table that Java puts entries into; ordered by
 * code units, which no locale and no engine has a say in.
 */
export function orderOfAliases(aliases: readonly string[]): number[] {
  return distinctInOrder([...aliases.keys()], (index) => aliases[index] as string);
}

/** The same for ASCII, without a string for each: the four octets behind what all have in common tell nearly all of them apart. */
export function orderOfBytes(aliases: FileParts): number[] {
  const common = commonLength(aliases);
  const octets = new Uint32Array(aliases.count);
  for (let index = 0; index < octets.length; index++) octets[index] = fourOctets(aliases, index, common);
  const sorted = orderOfNumbers(octets);
  const order: number[] = [];
  for (let from = 0, beyond = 0; from < sorted.length; from = beyond) {
    const first = sorted[from] as number;
    for (beyond = from + 1; beyond < sorted.length; beyond++)
      if (octets[sorted[beyond] as number] !== octets[first]) break;
    if (beyond === from + 1) order.push(first);
    else {
      const alike = [...sorted.subarray(from, beyond)];
      for (const index of distinctInOrder(alike, (at) => textOf(aliases, at))) order.push(index);
    }
  }
  return order;
}

function distinctInOrder(indices: readonly number[], aliasAt: (index: number) => string): number[] {
  const byAlias = new Map<string, number>();
  for (const index of indices) byAlias.set(aliasAt(index), index);
  return [...byAlias.keys()].sort().map((alias) => byAlias.get(alias) as number);
}

function commonLength(aliases: FileParts): number {
  const { bytes, count } = aliases;
  if (count === 0) return 0;
  const first = aliases.startAt(0);
  let common = aliases.endAt(0) - first;
  for (let index = 1; index < count; index++) {
    const start = aliases.startAt(index);
    common = Math.min(common, aliases.endAt(index) - start);
    let same = 0;
    while (same < common && bytes[start + same] === bytes[first + same]) same++;
    common = same;
  }
  return common;
}

function textOf(aliases: FileParts, index: number): string {
  return Buffer.from(aliases.at(index)).toString('latin1');
}

/** As one number; zeros where the alias has none left. */
function fourOctets(aliases: FileParts, index: number, from: number): number {
  const { bytes } = aliases;
  const end = aliases.endAt(index);
  const start = aliases.startAt(index) + from;
  let octets = 0;
  for (let at = start; at < start + 4; at++) octets = (octets << 8) | (at < end ? (bytes[at] as number) : 0);
  return octets;
}

/** The places of the numbers in ascending order, equal ones in the order they have: a radix sort, octet by octet from the last one on. */
function orderOfNumbers(numbers: Uint32Array): Uint32Array {
  const { length } = numbers;
  let order = new Uint32Array(length);
  for (let place = 0; place < length; place++) order[place] = place;
  let next = new Uint32Array(length);
  const starts = new Uint32Array(0x100);
  for (let shift = 0; shift < 32; shift += 8) {
    starts.fill(0);
    for (let place = 0; place < length; place++) (starts[((numbers[place] as number) >>> shift) & 0xff] as number)++;
    let start = 0;
    for (let octet = 0; octet < starts.length; octet++) {
      start += starts[octet] as number;
      starts[octet] = start - (starts[octet] as number);
    }
    for (let at = 0; at < length; at++) {
      const place = order[at] as number;
      const octet = ((numbers[place] as number) >>> shift) & 0xff;
      next[(starts[octet] as number)++] = place;
    }
    [order, next] = [next, order];
  }
  return order;
}
