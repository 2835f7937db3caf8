import { concat } from '../../src/bytes/concat.js';
import { mutateDer } from './der-mutation.js';
import type { Random } from './random.js';
import { mostBytes, repeated } from './repetition.js';

type Mutation = (bytes: Uint8Array, random: Random, donors: readonly Uint8Array[]) => Uint8Array;

/** What lengths and counts are replaced by: the edges of the integers that formats use. */
const edges = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const changed = bytes.slice();
    for (let i = random.below(4); i >= 0; i--) {
      const at = random.below(changed.length);
      changed[at] = (changed[at] as number) ^ (1 << random.below(8));
    }
    return changed;
  },
  function setByte(bytes, random) {
    const changed = bytes.slice();
    changed[random.below(changed.length)] = random.below(256);
    return changed;
  },
  /** Anywhere, since nearly every number in a keystore is a length, and any could be. */
  function setLength(bytes, random) {
    const changed = bytes.slice();
    const view = new DataView(changed.buffer);
    const size = random.pick([1, 2, 4]);
    if (changed.length < size) return changed;
    // Most lengths that matter stand at the front.
    const at = random.below(random.oneIn(2) ? Math.min(64, changed.length - size + 1) : changed.length - size + 1);
    const value = random.oneIn(3) ? changed.length - at - random.below(8) : random.pick(edges);
    if (size === 1) view.setUint8(at, value & 0xff);
    else if (size === 2) view.setUint16(at, value & 0xffff);
    else view.setUint32(at, value >>> 0);
    return changed;
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.below(bytes.length));
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    return concat(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16)));
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1);
    return concat(bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at));
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    const part = bytes.subarray(at, at + 1 + random.below(200));
    const times = random.oneIn(20) ? 200 : 1 + random.below(4);
    return concat(bytes.subarray(0, at), ...new Array<Uint8Array>(times).fill(part), bytes.subarray(at));
  },
  function splice(bytes, random, donors) {
    if (donors.length === 0) return bytes;
    const other = random.pick(donors);
    const from = random.below(other.length + 1);
    return concat(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(from, from + 65_536));
  },
  function noise(bytes, random) {
    const at = random.below(bytes.length);
    const changed = bytes.slice();
    changed.set(random.bytes(Math.min(random.below(64), bytes.length - at)), at);
    return changed;
  },
];

/** One to four changes, whatever the bytes are; of DER, most of them with the structure kept. */
export function mutate(bytes: Uint8Array, random: Random, donors: readonly Uint8Array[] = []): Uint8Array {
  let changed = bytes;
  for (let i = random.oneIn(2) ? 0 : random.below(4); i >= 0; i--) {
    const asDer = random.oneIn(2) ? mutateDer(changed, random) : undefined;
    changed = asDer ?? (changed.length === 0 ? random.bytes(8) : random.pick(mutations)(changed, random, donors));
  }
  return changed.length > mostBytes ? changed.slice(0, mostBytes) : changed;
}

/** Changes to a text: words of its language, lines twice, elsewhere or gone. */
export function mutateText(text: string, words: readonly string[], random: Random): string {
  let changed = text;
  for (let i = random.below(6); i >= 0; i--) {
    const at = random.below(changed.length + 1);
    const lines = changed.split('\n');
    const line = random.below(lines.length);
    switch (random.below(6)) {
      case 0:
        changed =
          changed.slice(0, at) + repeated(random.pick(words), random.oneIn(30) ? 2000 : 1).join('') + changed.slice(at);
        break;
      case 1:
        changed = changed.slice(0, at) + changed.slice(at + 1 + random.below(12));
        break;
      case 2:
        lines.splice(line, 0, ...repeated(lines[line] as string, random.oneIn(30) ? 500 : 1));
        changed = lines.join('\n');
        break;
      case 3:
        lines.splice(random.below(lines.length), 0, ...lines.splice(line, 1));
        changed = lines.join('\n');
        break;
      case 4:
        lines[line] = `${random.pick(words)} = ${random.pick(words)}${random.pick(words)}`;
        changed = lines.join('\n');
        break;
      default:
        changed = changed.slice(0, at) + String.fromCharCode(random.below(256)) + changed.slice(at);
    }
    changed = changed.slice(0, mostBytes);
  }
  return changed;
}
