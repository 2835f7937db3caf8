/**
 * Maximum number of content octets of an OBJECT IDENTIFIER. The time to decode an arc grows with the square of its length: 400 KB would
 * take 92 seconds.
 */
const mostOctets = 128;
/** Maximum number of octets of one arc. The longest in use are the UUIDs below 2.25 (X.667), which take 19. */
const mostArcOctets = 20;

/**
 * Decodes the content octets of an OBJECT IDENTIFIER (X.690 8.19) to the dotted form.
 * @returns undefined if they are malformed or exceed a limit above
 */
export function decodeOid(content: Uint8Array): string | undefined {
  const last = content[content.length - 1];
  if (last === undefined || last & 0x80 || content.length > mostOctets) return undefined;
  let oid = '';
  let arc: number | bigint = 0;
  let arcOctets = 0;
  for (let at = 0; at < content.length; at++) {
    const octet = content[at] as number;
    if (++arcOctets > mostArcOctets) return undefined;
    // From 2^46 on, seven more bits can bring the arc above 2^53, so it becomes a bigint. For smaller arcs a number is faster.
    if (typeof arc === 'number' && arc >= 2 ** 46) arc = BigInt(arc);
    arc = typeof arc === 'bigint' ? (arc << 7n) | BigInt(octet & 0x7f) : arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    if (oid === '') {
      // X.690 8.19.4: the first number is 40 times the first arc (0, 1 or 2), plus the second arc.
      const first = arc < 80 ? Math.floor(Number(arc) / 40) : 2;
      oid = `${first}.${typeof arc === 'bigint' ? arc - BigInt(first * 40) : arc - first * 40}`;
    } else {
      oid += `.${arc}`;
    }
    arc = 0;
    arcOctets = 0;
  }
  return oid;
}

/** Encodes an OBJECT IDENTIFIER in dotted form to its content octets. */
export function encodeOid(oid: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = oid.split('.').map(BigInt);
  return Uint8Array.from([first * 40n + second, ...rest].flatMap(base128));
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80);
  return octets;
}
