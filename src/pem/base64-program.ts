import { lanes32, word32 } from '../crypto/hash/wasm-code.js';
import { unsigned, wasmModule } from '../crypto/hash/wasm-module.js';
import { charactersOfLine, lengthOfLine, lineFeed, octetsOfLine } from './line.js';

/** A vector takes twelve octets, and they give sixteen characters. */
const octetsOfVector = 12;
const charactersOfVector = 16;

/** What takes the alphabet's number of a character to its code, by {@link rangeOf}: a to z, ten digits, `+`, `/`, A to Z (RFC 4648 4). */
const distances = [0x61 - 26, ...new Array<number>(10).fill(0x30 - 52), 0x2b - 62, 0x2f - 63, 0x41];

/*
 * Instructions by their opcodes (WebAssembly Core Specification 5.4). Parameters: 0 is where the octets are, 1 where
 * those of the last line end, 2 where the lines go to. Locals: 3 twelve octets as four numbers of 24 bits, 4 sixteen
 * numbers of six bits.
 */
const [from, end, to, triples, sextets] = [0, 1, 2, 3, 4] as const;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const { constant: number, add: addNumbers } = word32;
const vector = (code: number) => [0xfd, ...unsigned(code)];
const loadVector = (offset: number) => [...lanes32.load, 0, ...unsigned(offset)];
const storeVector = (offset: number) => [...lanes32.store, 0, ...unsigned(offset)];
const constantOctets = (octets: readonly number[]) => [...vector(0x0c), ...octets.map((octet) => octet & 0xff)];
const everyOctet = (value: number) => constantOctets(new Array<number>(16).fill(value));
const { constant: everyWord, and, or, shiftLeft, shiftRight } = lanes32;
const [addOctets, subtractSaturated, isBelow, swizzle] = [vector(0x6e), vector(0x73), vector(0x26), vector(0x0e)];
/** The octets of each triple, last first, and one more, which is never looked at. */
const shuffleToTriples = [...vector(0x0d), ...[2, 1, 0, 3, 5, 4, 3, 6, 8, 7, 6, 9, 11, 10, 9, 12]];

/** Six bits of each triple, shifted to where their octet is. */
function sextet(shift: readonly number[], distance: number, mask: number): number[] {
  return [...get(triples), ...number(distance), ...shift, ...everyWord(mask), ...and];
}

/** 0 for a to z, 1 to 10 for digits, 11 and 12 for `+` and `/`, 13 for A to Z. */
const rangeOf = [
  ...[...get(sextets), ...everyOctet(51), ...subtractSaturated],
  ...[...get(sextets), ...everyOctet(26), ...isBelow, ...everyOctet(13), ...and, ...or],
];

/** A quarter of a line. */
function encodeVector(index: number): number[] {
  return [
    ...[...get(from), ...loadVector(index * octetsOfVector)],
    ...[...get(from), ...loadVector(index * octetsOfVector)],
    ...[...shuffleToTriples, ...set(triples)],
    ...sextet(shiftRight, 18, 0x3f),
    ...[...sextet(shiftRight, 4, 0x3f00), ...or],
    ...[...sextet(shiftLeft, 10, 0x3f_0000), ...or],
    ...[...sextet(shiftLeft, 24, 0x3f00_0000), ...or],
    ...set(sextets),
    ...[...get(to), ...get(sextets)],
    ...[...constantOctets([...distances, 0, 0]), ...rangeOf, ...swizzle, ...addOctets],
    ...storeVector(index * charactersOfVector),
  ];
}

/** `run(from, end, to)`: encodes lines of octets until `end` is reached, whole lines, each with its LF. */
export function base64Program(): Uint8Array {
  const advance = (pointer: number, step: number) => [...get(pointer), ...number(step), ...addNumbers, ...set(pointer)];
  return wasmModule({
    parameters: 3,
    locals: [[2, lanes32.type]],
    code: [
      ...[/* loop */ 0x03, 0x40],
      ...[0, 1, 2, 3].flatMap(encodeVector),
      ...[...get(to), ...number(lineFeed), /* i32.store8 */ 0x3a, 0, ...unsigned(charactersOfLine)],
      ...advance(to, lengthOfLine),
      ...advance(from, octetsOfLine),
      ...[...get(from), ...get(end), /* i32.lt_u */ 0x49, /* br_if */ 0x0d, 0, /* end */ 0x0b],
    ],
    pages: 1,
  });
}
